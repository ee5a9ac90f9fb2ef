/* The page of a study. */

function studyPage(data) {
  const study = studyOf(data);
  const table = trialTable(study);
  const parts = [
    pageHead(data),
    studyFigures(data, study),
    notes(data),
    section('Best trial', bestConfiguration(study)),
    section(
      'Search',
      el('div', { class: 'pair' }, study.finished.length ? bestSoFar(study) : null, importance(study)),
      study.scored.length
        ? [
            study.finished.length
              ? colourKey(
                  study.finished.map((trial) => trial.mean),
                  study.higherIsBetter,
                  study.metric,
                )
              : null,
            parallel(study),
          ]
        : null,
    ),
    section('Trials', table, foldSpread(study)),
    study.scored.length
      ? section(
          'Hyperparameters',
          el(
            'div',
            { class: 'multiples' },
            study.dimensions.map((parameter) => scatter(study, parameter)),
          ),
          heatMap(study),
        )
      : null,
    outcome(data),
    confusion(data.result),
    provenance(data),
  ];
  const place = el(
    'div',
    {},
    parts.filter((part) => part),
  );
  linkTrials(place);
  return [place];
}

/** The data with what all drawings need. */
function studyOf(data) {
  const scored = data.trials.filter((trial) => typeof trial.mean === 'number');
  const isFinished = (trial) => trial.status === 'finished';
  const finished = scored.filter(isFinished);
  const better = (a, b) => (data.higher_is_better ? a > b : a < b);
  const values = (parameter) => new Set(data.trials.map((trial) => trial.configuration[parameter.name]));
  return {
    metric: data.metric,
    higherIsBetter: data.higher_is_better,
    best: data.best,
    trials: data.trials,
    hyperparameters: data.hyperparameters,
    leaf: leaves(data.hyperparameters),
    dimensions: data.hyperparameters.filter((parameter) => values(parameter).size > 1),
    /** All with a value; of those that did not finish it is the value so far. */
    scored,
    /** Those whose values compare. */
    finished,
    unfinished: data.trials.filter((trial) => !finished.includes(trial)),
    worstFirst: [...scored].sort(
      (a, b) =>
        isFinished(a) - isFinished(b) ||
        (better(a.mean, b.mean) ? 1 : better(b.mean, a.mean) ? -1 : b.number - a.number),
    ),
    better,
    look: looks(
      isFinished,
      colouring(
        finished.map((trial) => trial.mean),
        data.higher_is_better,
      ),
    ),
    keep: () => {},
  };
}

/** The classes of a trial's mark: the colour of its value, or that it is not finished. */
function looks(isFinished, colour) {
  return (trial) => 'trial ' + (isFinished(trial) ? colour(trial.mean) : 'open');
}

/** The last part of each name where that tells them apart, else the whole name. */
function leaves(hyperparameters) {
  const last = (name) => name.split('.').at(-1);
  const all = hyperparameters.map((parameter) => last(parameter.name));
  return (name) => (all.filter((other) => other === last(name)).length > 1 ? name : last(name));
}

function studyFigures(data, study) {
  const best = study.trials.find((trial) => trial.number === study.best);
  const statuses = new Map();
  study.trials.forEach((trial) => statuses.set(trial.status, (statuses.get(trial.status) || 0) + 1));
  const folds = Math.max(0, ...study.trials.map((trial) => trial.folds.length));
  return keyFigures([
    best
      ? {
          name: 'Best ' + study.metric,
          value: number(best.mean),
          note:
            typeof best.deviation === 'number'
              ? '\u00b1 ' + number(best.deviation) + ' over ' + plural(best.folds.length, 'fold')
              : null,
        }
      : null,
    best ? { name: 'Best trial', value: String(best.number), note: plural(best.epochs, 'epoch') } : null,
    {
      name: 'Trials',
      value: number(study.trials.length),
      note: [...statuses].map(([status, count]) => number(count) + ' ' + status).join(', '),
    },
    { name: 'Strategy', value: data.strategy, note: plural(folds, 'fold') },
    rowsFigure(data),
    data.seconds.total ? { name: 'Time', value: duration(data.seconds.total), note: null } : null,
  ]);
}

/** What the best configuration came to where it was trained again, and where the time went. */
function outcome(data) {
  const metrics = finalMetrics(data.result);
  const time = phases(data);
  return metrics
    ? section('Best configuration, trained on all training rows', el('div', { class: 'pair' }, metrics, time))
    : section('Time', time);
}

function bestConfiguration(study) {
  const best = study.trials.find((trial) => trial.number === study.best);
  return best
    ? el(
        'dl',
        { class: 'facts card' },
        Object.entries(best.configuration).map(([name, value]) =>
          el('div', {}, el('dt', {}, name), el('dd', {}, shown(value))),
        ),
      )
    : null;
}

function notes(data) {
  return data.notes.length
    ? el(
        'ul',
        { class: 'notes card' },
        data.notes.map((note) => el('li', {}, note)),
      )
    : null;
}

function importance(study) {
  const known = study.hyperparameters
    .filter((parameter) => typeof parameter.importance === 'number')
    .sort((a, b) => b.importance - a.importance);
  return known.length
    ? barChart(
        {
          title: 'Importance',
          note: 'share in the variation of ' + study.metric + '; what some do together is counted for each of them',
        },
        known.map((parameter) => ({
          name: parameter.name,
          value: parameter.importance,
          text: (100 * parameter.importance).toFixed(1) + ' %',
        })),
      )
    : null;
}
