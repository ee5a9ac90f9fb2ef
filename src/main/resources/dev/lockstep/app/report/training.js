/* The page of a training. */

const SHOWN_FIRST = [
  'log_loss',
  'auc',
  'auc_binned',
  'accuracy',
  'f1',
  'f1_macro',
  'rmse',
  'mae',
  'r2',
  'poisson_deviance',
  'perplexity',
];
const UNFOLDED = 6;

function trainingPage(data) {
  return [
    pageHead(data),
    trainingFigures(data),
    learningCurves(data),
    outcomeOfTraining(data),
    confusion(data.result),
    provenance(data),
  ];
}

/** Null where the training has not come to any. */
function outcomeOfTraining(data) {
  const parts = [finalMetrics(data.result), phases(data)].filter((part) => part);
  return parts.length ? section('Result', el('div', { class: 'pair' }, parts)) : null;
}

/** How far a training without a result is, as far as it was logged. */
function soFar(curves) {
  const logged = [curves.steps, curves.epochs].flatMap((each) => Object.values(each));
  const epochs = curves.ends.y.at(-1);
  return [
    epochs ? { name: 'Epochs', value: number(epochs), note: 'so far' } : null,
    logged.length
      ? { name: 'Steps', value: number(extent(logged.flatMap((curve) => curve.x))[1]), note: 'the last one logged' }
      : null,
  ];
}

/** The metrics in the order of interest: what was watched, then the well-known ones. */
function metricOrder(names, watched) {
  const rank = (name) =>
    name === watched ? -1 : SHOWN_FIRST.includes(name) ? SHOWN_FIRST.indexOf(name) : 99;
  return [...names].sort((a, b) => rank(a) - rank(b));
}

function watchedMetric(data) {
  const train = data.configuration.train || {};
  return (train.early_stopping || {}).metric;
}

function trainingFigures(data) {
  const result = data.result;
  const split = ['test', 'validation', 'train'].find((name) => (result.metrics || {})[name]);
  const metrics = split ? result.metrics[split] : {};
  const names = metricOrder(
    Object.keys(metrics).filter((name) => typeof metrics[name] === 'number' && name !== 'loss'),
    watchedMetric(data),
  );
  const best = (result.best || {}).epoch;
  const epochs = {
    name: 'Epochs',
    value: number(result.epochs),
    note: best ? 'best: ' + number(best) : null,
  };
  return keyFigures([
    ...names.slice(0, 3).map((name) => ({ name, value: number(metrics[name]), note: split })),
    rowsFigure(data),
    ...(result.steps === undefined
      ? soFar(data.curves)
      : [
          result.epochs === undefined ? null : epochs,
          {
            name: 'Steps',
            value: number(result.steps),
            note: result.ending ? String(result.ending).replace('_', ' ') : null,
          },
        ]),
    data.seconds.total
      ? {
          name: 'Time',
          value: duration(data.seconds.total),
          note: 'training ' + duration(data.seconds.train),
        }
      : null,
  ]);
}

function learningCurves(data) {
  const { steps, epochs, validation, ends } = data.curves;
  const all = [steps, epochs, validation].flatMap((curves) =>
    Object.values(curves).flatMap((curve) => curve.x),
  );
  if (!all.length) {
    return section('Learning curves', el('p', { class: 'card' }, 'No step or epoch was logged.'));
  }
  STEPS.all = [Math.min(0, extent(all)[0]), extent(all)[1]];
  [STEPS.from, STEPS.to] = STEPS.all;
  STEPS.epochs = ends;
  const best = (data.result.best || {}).epoch;
  const at = best ? endOf(best) : null;
  const mark = at === null ? null : { x: at, text: 'best epoch: ' + best };
  const thinned = [...Object.values(steps), ...Object.values(epochs)].find(
    (curve) => curve.x.length < curve.of,
  );
  const watched = watchedMetric(data);
  const names = metricOrder(
    Object.keys(validation).filter((name) => name !== 'loss'),
    watched,
  );
  const charts = names.map((name) =>
    lineChart({
      title: name,
      note: name === watched ? 'validation, watched for early stopping' : 'validation',
      mark,
      height: 190,
      curves: [{ name: 'validation', style: 'b', dots: true, ...validation[name] }],
    }),
  );
  return section(
    'Learning curves',
    el(
      'p',
      { class: 'note' },
      'Drag to zoom all charts, double-click to see everything again.',
      mark ? ' The dashed line is the best epoch.' : '',
      thinned
        ? ' Of ' + number(thinned.of) + ' logged points the smallest and largest of each stretch are drawn.'
        : '',
    ),
    lossChart(data, mark),
    el(
      'div',
      { class: 'pair' },
      stepChart('Learning rate', 'learning_rate', data),
      stepChart('Gradient norm', 'gradient_norm', data),
    ),
    el('div', { class: 'multiples' }, charts.slice(0, UNFOLDED)),
    charts.length > UNFOLDED
      ? folded(
          plural(charts.length - UNFOLDED, 'more validation metric'),
          el('div', { class: 'multiples' }, charts.slice(UNFOLDED)),
        )
      : null,
  );
}

function lossChart(data, mark) {
  const { steps, epochs, validation } = data.curves;
  const curves = [
    steps.loss ? { name: 'mini-batch', style: 'faint', ...steps.loss } : null,
    epochs.loss ? { name: 'mean of the epoch', style: 'a', dots: true, ...epochs.loss } : null,
    validation.loss ? { name: 'validation', style: 'b', dots: true, ...validation.loss } : null,
  ].filter((curve) => curve);
  return curves.length
    ? lineChart({ title: 'Loss', note: 'without penalty', wide: true, height: 320, mark, curves })
    : null;
}

function stepChart(title, name, data) {
  const curve = data.curves.steps[name] || data.curves.epochs[name];
  const note = name === 'gradient_norm' ? 'of the mean gradient, before clipping' : 'as scheduled';
  const solver = name === 'learning_rate' && curve && curve.y.every((y) => y === 0);
  return curve && !solver
    ? lineChart({
        title,
        note,
        even: name === 'learning_rate',
        curves: [{ name: title.toLowerCase(), style: 'a', ...curve }],
      })
    : null;
}
