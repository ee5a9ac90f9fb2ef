/* Parallel coordinates: a line a trial, an axis a hyperparameter, the metric last. */

const ABSENT = 'not set';

function parallel(study) {
  const means = study.scored.map((trial) => trial.mean);
  const axes = study.dimensions.map((parameter) => ({
    name: parameter.name,
    value: (trial) => trial.configuration[parameter.name],
    scale: (from, to) => scaleOf(parameter, study.scored, from, to),
    log: parameter.logarithmic,
  }));
  axes.push({
    name: study.metric,
    value: (trial) => trial.mean,
    scale: (from, to) => metricScale(means, study.higherIsBetter, 0, from, to),
  });
  const state = { study, axes, ranges: new Map() };
  state.figure = figure({
    title: 'Parallel coordinates',
    wide: true,
    least: 110 * axes.length,
    note:
      'A line a trial, coloured by ' +
      study.metric +
      (study.scored.length > study.finished.length ? '; dashed: not finished, its value so far' : '') +
      farWorse(means, study.higherIsBetter) +
      '. Drag along an axis to keep the trials that pass there, here and in the table; click the axis to release it.',
    label:
      'Parallel coordinates of ' +
      plural(study.scored.length, 'trial') +
      ' over ' +
      axes.map((axis) => axis.name).join(', '),
    draw: (width) => drawParallel(state, width),
  });
  return state.figure;
}

function drawParallel(state, width) {
  const { study, axes } = state;
  const height = 360;
  const box = { left: 50, right: width - 60, top: 40, bottom: height - 40 };
  const root = drawing(width, height, 'parallel');
  const absent = height - 14;
  axes.forEach((axis, i) => {
    axis.x = box.left + (box.right - box.left) * (axes.length === 1 ? 0.5 : i / (axes.length - 1));
    axis.y = axis.scale(box.bottom, box.top);
    axis.place = (trial) => {
      const value = axis.value(trial);
      return value === undefined || value === null ? absent : axis.y(value);
    };
  });
  state.lines = study.worstFirst.map((trial) => {
    const path = axes
      .map((axis, i) => (i ? 'L' : 'M') + round(axis.x) + ' ' + round(axis.place(trial)))
      .join('');
    const line = trialMark(
      study,
      trial,
      svg('path', { class: study.look(trial), d: path }),
    );
    root.append(line);
    return { trial, line };
  });
  const missing = axes.some((axis) => study.scored.some((trial) => axis.place(trial) === absent));
  if (missing) {
    root.append(svg('text', { class: 'absent', x: 4, y: absent + 4 }, ABSENT));
  }
  axes.forEach((axis, i) => drawAxis(state, root, axis, box, i));
  keepInRanges(state);
  return root;
}

function drawAxis(state, root, axis, box, index) {
  const last = index === state.axes.length - 1;
  const group = svg(
    'g',
    { class: 'axis' },
    svg('line', { class: 'base', x1: axis.x, x2: axis.x, y1: box.top, y2: box.bottom }),
  );
  for (const { value, text } of axis.y.ticks(6)) {
    group.append(
      svg(
        'text',
        {
          class: 'halo',
          x: axis.x + (last ? 6 : -6),
          y: axis.y(value) + 4,
          'text-anchor': last ? 'start' : 'end',
        },
        short(text, 9),
        hint(text),
      ),
    );
  }
  const name = state.study.leaf(axis.name);
  group.append(
    svg(
      'text',
      {
        class: 'label',
        x: axis.x,
        y: index % 2 && state.axes.length > 6 ? 14 : 28,
        'text-anchor': index === 0 ? 'start' : last ? 'end' : 'middle',
        dx: index === 0 ? -46 : last ? 54 : 0,
      },
      short(name, 18) + (axis.log ? ' (log)' : ''),
      hint(axis.name),
    ),
  );
  const brush = svg('rect', { class: 'brush', x: axis.x - 7, width: 14, y: 0, height: 0 });
  const handle = svg(
    'rect',
    { class: 'handle', x: axis.x - 14, width: 28, y: box.top - 6, height: box.bottom - box.top + 12 },
    hint('Drag to keep the trials that pass here: ' + axis.name),
  );
  group.append(brush, handle);
  root.append(group);
  const showRange = () => {
    const range = state.ranges.get(axis.name);
    brush.setAttribute('y', range ? range[0] : 0);
    brush.setAttribute('height', range ? range[1] - range[0] : 0);
  };
  brushing(handle, root, box, (range) => {
    if (range) {
      state.ranges.set(axis.name, range);
    } else {
      state.ranges.delete(axis.name);
    }
    showRange();
    keepInRanges(state);
  });
  showRange();
}

/** Tells the range of y that is dragged over, null on a mere click. */
function brushing(handle, root, box, onRange) {
  let start = null;
  const place = (event) => {
    const bounds = root.getBoundingClientRect();
    return ((event.clientY - bounds.top) * root.viewBox.baseVal.height) / bounds.height;
  };
  handle.addEventListener('pointerdown', (event) => {
    start = place(event);
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (start !== null && Math.abs(place(event) - start) > 4) {
      onRange([
        Math.max(box.top - 6, Math.min(start, place(event))),
        Math.min(box.bottom + 6, Math.max(start, place(event))),
      ]);
    }
  });
  handle.addEventListener('pointerup', (event) => {
    if (start !== null && Math.abs(place(event) - start) <= 4) {
      onRange(null);
    }
    start = null;
  });
  handle.addEventListener('pointercancel', () => {
    start = null;
  });
}

function keepInRanges(state) {
  const passes = (trial) =>
    state.axes.every((axis) => {
      const range = state.ranges.get(axis.name);
      return !range || (axis.place(trial) >= range[0] && axis.place(trial) <= range[1]);
    });
  state.lines.forEach(({ trial, line }) => line.classList.toggle('faded', !passes(trial)));
  const all = state.ranges.size === 0;
  state.study.keep((trial) => all || (state.study.scored.includes(trial) && passes(trial)));
}
