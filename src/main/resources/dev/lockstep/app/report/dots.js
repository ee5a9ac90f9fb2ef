/* Dots: a metric against each hyperparameter, the folds of each trial, the best so far. */

const MOST_FOLDED = 120;

/** The scale of a hyperparameter over all trials: numbers, or names in order of first use. */
function scaleOf(parameter, trials, from, to) {
  const values = trials
    .map((trial) => trial.configuration[parameter.name])
    .filter((value) => value !== undefined && value !== null);
  if (!values.every((value) => typeof value === 'number')) {
    return categories([...new Set(values.map(String))].sort(), from, to);
  }
  const [low, high] = extent(values);
  return parameter.logarithmic && low > 0 ? logarithmic(low, high, from, to) : linear(low, high, from, to);
}

/** A trial in one line. */
function trialText(study, trial) {
  return (
    'trial ' +
    trial.number +
    (study.unfinished.includes(trial) ? ' (' + trial.status + '): ' : ': ') +
    study.metric +
    ' ' +
    number(trial.mean) +
    Object.entries(trial.configuration)
      .map(([name, value]) => ', ' + name + ' ' + shown(value))
      .join('')
  );
}

/** The mark of a trial, which all drawings share: pointing at it shows it everywhere. */
function trialMark(study, trial, node) {
  node.append(hint(trialText(study, trial)));
  node.dataset.trial = trial.number;
  if (trial.number === study.best) {
    node.classList.add('best');
  }
  return node;
}

/** A metric against one hyperparameter. */
function scatter(study, parameter) {
  const trials = study.scored.filter((trial) => shown(trial.configuration[parameter.name]) !== NONE);
  const means = trials.map((trial) => trial.mean);
  const notes = [
    trials.some((trial) => study.unfinished.includes(trial)) ? 'hollow: not finished, its value so far' : '',
    farWorse(means, study.higherIsBetter).slice(2),
  ];
  return figure({
    title: parameter.name,
    note: notes.filter((note) => note).join('; ') || null,
    label: study.metric + ' against ' + parameter.name + ', ' + plural(trials.length, 'trial'),
    draw: (width) => {
      const height = 220;
      const box = { left: 56, right: width - 14, top: 10, bottom: height - 44 };
      const root = drawing(width, height, 'dots');
      const x = scaleOf(parameter, trials, box.left + 8, box.right - 8);
      const y = metricScale(means, study.higherIsBetter, 0.06, box.bottom, box.top);
      horizontalAxis(root, box, x, parameter.name + (parameter.logarithmic ? ' (log)' : ''));
      verticalAxis(root, box, y);
      for (const trial of study.worstFirst.filter((one) => trials.includes(one))) {
        const place =
          x(trial.configuration[parameter.name]) + (x.part ? spread(trial.number, x.part * 0.5) : 0);
        root.append(
          trialMark(
            study,
            trial,
            svg('circle', { class: study.look(trial), cx: place, cy: y(trial.mean), r: 4 }),
          ),
        );
      }
      return root;
    },
  });
}

/** A place beside the middle that depends on the trial's number alone. */
function spread(trial, width) {
  return (((trial * 0.618034) % 1) - 0.5) * width;
}

/** The metric of each finished trial in turn, and the best until then; below, the others. */
function bestSoFar(study) {
  const means = study.finished.map((trial) => trial.mean);
  return figure({
    title: 'Best so far',
    note:
      'mean of each finished trial, and the best until then' +
      (study.unfinished.length ? '; a cross at the bottom: not finished' : '') +
      farWorse(means, study.higherIsBetter),
    label: 'Best ' + study.metric + ' so far, ' + plural(study.finished.length, 'trial'),
    draw: (width) => {
      const height = 260;
      const box = { left: 56, right: width - 14, top: 10, bottom: height - 44 };
      const root = drawing(width, height, 'dots');
      const x = linear(
        ...roomy(extent(study.trials.map((trial) => trial.number)), 0.02),
        box.left,
        box.right,
      );
      const y = metricScale(means, study.higherIsBetter, 0.06, box.bottom, box.top);
      horizontalAxis(root, box, x, 'trial');
      verticalAxis(root, box, y);
      const reach = Math.min(8, Math.max(3, (x(1) - x(0)) / 2));
      for (const trial of study.unfinished) {
        root.append(trialMark(study, trial, cross(x(trial.number), box.bottom - 5, reach)));
      }
      let best = null;
      let path = '';
      for (const trial of study.finished) {
        root.append(
          trialMark(
            study,
            trial,
            svg('circle', {
              class: study.look(trial),
              cx: x(trial.number),
              cy: y(trial.mean),
              r: 3.5,
            }),
          ),
        );
        if (best === null || study.better(trial.mean, best)) {
          path +=
            best === null
              ? 'M' + round(x(trial.number)) + ' ' + round(y(trial.mean))
              : 'H' + round(x(trial.number)) + 'V' + round(y(trial.mean));
          best = trial.mean;
        }
      }
      root.append(svg('path', { class: 'curve b', d: path ? path + 'H' + round(box.right) : '' }));
      return root;
    },
  });
}

/** The mark of a trial that has no place among the others, and around it what the pointer meets. */
function cross(x, y, reach) {
  const [left, right, top, bottom] = [x - 3, x + 3, y - 3, y + 3].map(round);
  const d = 'M' + left + ' ' + top + 'L' + right + ' ' + bottom + 'M' + left + ' ' + bottom + 'L' + right + ' ' + top;
  const target = svg('rect', { class: 'target', x: x - reach, y: y - 8, width: 2 * reach, height: 16 });
  return svg('g', { class: 'cross' }, target, svg('path', { d }));
}

/** The folds of each finished trial, best trial first. */
function foldSpread(study) {
  const trials = [...study.worstFirst]
    .reverse()
    .filter((trial) => study.finished.includes(trial) && trial.folds.filter((fold) => fold !== null).length > 1);
  const few = trials.slice(0, MOST_FOLDED);
  if (!few.length) {
    return null;
  }
  const values = few.flatMap((trial) => trial.folds);
  return figure({
    title: 'Fold spread',
    wide: true,
    note:
      'a dot a fold, a bar at the mean; finished trials, best first' +
      (few.length < trials.length ? ', the best ' + few.length + ' of ' + trials.length : '') +
      farWorse(values, study.higherIsBetter),
    least: Math.min(900, 80 + 7 * few.length),
    label: study.metric + ' of each fold of ' + plural(few.length, 'trial'),
    draw: (width) => {
      const height = 280;
      const box = { left: 56, right: width - 14, top: 10, bottom: height - 44 };
      const root = drawing(width, height, 'dots');
      const x = categories(
        few.map((trial) => String(trial.number)),
        box.left,
        box.right,
      );
      const y = metricScale(values, study.higherIsBetter, 0.05, box.bottom, box.top);
      const every = Math.ceil(30 / x.part);
      const labels = (value) => x(value);
      labels.ticks = () => x.ticks().filter((ignored, i) => i % every === 0);
      horizontalAxis(root, box, labels, 'trial, best first');
      verticalAxis(root, box, y);
      for (const trial of few) {
        const middle = x(trial.number);
        const half = Math.min(9, x.part * 0.4);
        const scores = trial.folds.filter((fold) => fold !== null);
        const group = svg(
          'g',
          { class: study.look(trial) },
          svg('line', { x1: middle, x2: middle, y1: y(Math.min(...scores)), y2: y(Math.max(...scores)) }),
          svg('line', {
            class: 'mean',
            x1: middle - half,
            x2: middle + half,
            y1: y(trial.mean),
            y2: y(trial.mean),
          }),
          scores.map((fold) =>
            svg('circle', { cx: middle, cy: y(fold), r: Math.min(3.5, Math.max(1.8, x.part * 0.3)) }),
          ),
        );
        root.append(trialMark(study, trial, group));
      }
      return root;
    },
  });
}
