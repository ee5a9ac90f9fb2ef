/* The table of trials. */

function trialTable(study) {
  const folds = Math.max(0, ...study.trials.map((trial) => trial.folds.length));
  const numeric = (parameter) =>
    study.trials.every((trial) => typeof (trial.configuration[parameter.name] ?? 0) === 'number');
  const columns = [
    { name: 'Trial', numeric: true, value: (trial) => trial.number, text: (trial) => String(trial.number) },
    { name: 'Status', value: (trial) => trial.status, text: (trial) => trial.status },
    ...study.hyperparameters.map((parameter) => ({
      name: study.leaf(parameter.name),
      title: parameter.name,
      numeric: numeric(parameter),
      value: (trial) => trial.configuration[parameter.name],
      text: (trial) => shown(trial.configuration[parameter.name]),
    })),
    { name: study.metric, numeric: true, value: (trial) => trial.mean, text: (trial) => fixed(trial.mean) },
    {
      name: 'Deviation',
      numeric: true,
      value: (trial) => trial.deviation,
      text: (trial) => fixed(trial.deviation),
    },
    ...Array.from({ length: folds }, (ignored, i) => ({
      name: 'Fold ' + (i + 1),
      numeric: true,
      value: (trial) => trial.folds[i],
      text: (trial) => fixed(trial.folds[i]),
    })),
    { name: 'Epochs', numeric: true, value: (trial) => trial.epochs, text: (trial) => number(trial.epochs) },
    {
      name: 'Seconds',
      numeric: true,
      value: (trial) => trial.seconds,
      text: (trial) => trial.seconds.toFixed(1),
    },
  ];
  if (study.trials.some((trial) => trial.reason)) {
    columns.push({ name: 'Reason', value: (trial) => trial.reason || null, text: (trial) => trial.reason });
  }
  const table = sortableTable('Trials', columns, study.trials, (line, trial) => {
    line.dataset.trial = trial.number;
    if (trial.number === study.best) {
      line.classList.add('best');
      line.firstChild.append(el('span', { class: 'badge' }, 'best'));
    }
  });
  table.sort(
    columns.findIndex((column) => column.name === study.metric && column.numeric),
    !study.higherIsBetter,
  );
  const kept = el('p', { class: 'note', role: 'status' });
  study.keep = (test) => {
    table.keep(test);
    const count = study.trials.filter(test).length;
    kept.textContent =
      count === study.trials.length
        ? plural(count, 'trial')
        : number(count) + ' of ' + plural(study.trials.length, 'trial') + ' pass the chosen ranges';
  };
  study.keep(() => true);
  return el('div', { class: 'card' }, kept, table);
}

/** Pointing at a trial anywhere shows it everywhere. */
function linkTrials(place) {
  let current = null;
  const show = (trial) => {
    if (trial !== current) {
      place.querySelectorAll('.pointed').forEach((node) => node.classList.remove('pointed'));
      current = trial;
      if (trial !== null) {
        place
          .querySelectorAll('[data-trial="' + Number(trial) + '"]')
          .forEach((node) => node.classList.add('pointed'));
      }
    }
  };
  place.addEventListener('pointerover', (event) => {
    const marked = event.target.closest('[data-trial]');
    show(marked ? marked.dataset.trial : null);
  });
  place.addEventListener('pointerleave', () => show(null));
}
