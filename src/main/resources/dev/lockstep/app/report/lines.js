/* Line charts over the steps of a training, which share zoom and cursor. */

const STEPS = { from: 0, to: 1, all: [0, 1], charts: [], epochs: null };

/** Where each of some curves is nearest to a step: the index of its point. */
function nearest(xs, x) {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

/**
 * A chart of curves over steps.
 *
 * @param options title, note, wide, height, curves: [{name, style, x, y, dots}], mark: {x, text},
 *     even: not logarithmic unless asked for
 */
function lineChart(options) {
  const curves = options.curves.filter((curve) => curve.x.length > 0);
  const positive = curves.every((curve) => curve.y.every((y) => y > 0));
  const [low, high] = extent(curves.flatMap((curve) => curve.y));
  const chart = {
    curves,
    mark: options.mark,
    height: options.height || 220,
    log: positive && !options.even && high / low > 100,
  };
  chart.readout = el('p', { class: 'readout' });
  const toggle = el('button', { type: 'button', class: 'toggle', 'aria-pressed': String(chart.log) }, 'log');
  toggle.addEventListener('click', () => {
    chart.log = !chart.log;
    toggle.setAttribute('aria-pressed', String(chart.log));
    chart.figure.redraw();
  });
  chart.figure = figure({
    ...options,
    readout: chart.readout,
    tools: positive ? toggle : null,
    label:
      options.title +
      ', ' +
      curves.map((curve) => curve.name + ' ends at ' + number(curve.y.at(-1))).join(', '),
    draw: (width) => drawLines(chart, width),
  });
  STEPS.charts.push(chart);
  legend(chart);
  return chart.figure;
}

/** The names of the curves, or their values at a step. */
function legend(chart, step) {
  const parts = chart.curves.map((curve) => {
    const at = step === undefined ? -1 : nearest(curve.x, step);
    const value = step === undefined ? '' : ' ' + number(curve.y[at]);
    return el(
      'span',
      { class: 'entry' },
      el('i', { class: 'swatch ' + curve.style }),
      curve.name,
      el('b', {}, value),
    );
  });
  const place =
    step === undefined ? null : 'step ' + number(Math.round(step)) + epochText(Math.round(step));
  chart.readout.replaceChildren(...parts, el('span', { class: 'place' }, place || ''));
}

function epochText(step) {
  const epoch = epochAt(step);
  return epoch === null ? '' : ', epoch ' + number(epoch);
}

/** The epoch that a step is of; null after the last one, and where there are none. */
function epochAt(step) {
  const { x, y } = STEPS.epochs || { x: [], y: [] };
  const at = x.findIndex((end) => end >= step);
  if (at < 1) {
    return at < 0 ? null : y[0];
  }
  const pace = (x[at] - x[at - 1]) / (y[at] - y[at - 1]);
  return y[at - 1] + Math.ceil((step - x[at - 1]) / pace - 1e-9);
}

/** The step at which an epoch ends; null if it does not. Epochs between two ends have as many steps each. */
function endOf(epoch) {
  const { x, y } = STEPS.epochs || { x: [], y: [] };
  const at = y.findIndex((each) => each >= epoch);
  if (at < 1) {
    return at === 0 && y[0] === epoch ? x[0] : null;
  }
  const pace = (x[at] - x[at - 1]) / (y[at] - y[at - 1]);
  return Math.round(x[at - 1] + (epoch - y[at - 1]) * pace);
}

function drawLines(chart, width) {
  const box = { left: 56, right: width - 14, top: 24, bottom: chart.height - 40 };
  const root = drawing(width, chart.height, 'lines');
  const x = linear(STEPS.from, STEPS.to, box.left, box.right);
  const inside = chart.curves.map(windowOf);
  const [low, high] = extent(inside.flatMap((curve) => curve.y));
  const y = chart.log
    ? logarithmic(low, high, box.bottom, box.top)
    : linear(...roomy([low, high], 0.05), box.bottom, box.top);
  horizontalAxis(root, box, x, 'step');
  verticalAxis(root, box, y);
  epochAxis(root, box, x);
  mark(root, box, x, chart.mark);
  for (const curve of inside) {
    const path = curve.x.map((at, i) => (i ? 'L' : 'M') + round(x(at)) + ' ' + round(y(curve.y[i]))).join('');
    root.append(svg('path', { class: 'curve ' + curve.style, d: path }));
    if (curve.dots && curve.x.length <= 60) {
      curve.x.forEach((at, i) =>
        root.append(svg('circle', { class: 'dot ' + curve.style, cx: x(at), cy: y(curve.y[i]), r: 2.5 })),
      );
    }
  }
  listen(root, box, x);
  return root;
}

/** A curve's part in the window, and one point on both sides. */
function windowOf(curve) {
  let first = curve.x.findIndex((x) => x >= STEPS.from);
  first = first < 0 ? curve.x.length - 1 : Math.max(0, first - (curve.x[first] > STEPS.from ? 1 : 0));
  let last = curve.x.findIndex((x) => x >= STEPS.to);
  last = last < 0 ? curve.x.length : last + 1;
  const whole = STEPS.from === STEPS.all[0] && STEPS.to === STEPS.all[1];
  return whole ? curve : { ...curve, x: curve.x.slice(first, last), y: curve.y.slice(first, last) };
}

/** The ends of epochs along the upper edge. */
function epochAxis(root, box, x) {
  const ends = STEPS.epochs;
  if (!ends || ends.x.length < 2) {
    return;
  }
  const first = epochAt(STEPS.from);
  const last = epochAt(STEPS.to) || ends.y.at(-1);
  if (first === null) {
    return;
  }
  const most = Math.max(2, (box.right - box.left) / 60);
  const every = Math.max(1, Math.round(niceStep((last - first + 1) / most)));
  root.append(
    svg('text', { class: 'epochs', x: box.left - 6, y: box.top - 8, 'text-anchor': 'end' }, 'epoch'),
  );
  for (let epoch = Math.ceil(first / every) * every; epoch <= last; epoch += every) {
    const at = endOf(epoch);
    if (at !== null && at <= STEPS.to) {
      root.append(svg('line', { class: 'tick', x1: x(at), x2: x(at), y1: box.top - 4, y2: box.top }));
      root.append(
        svg('text', { class: 'epochs', x: x(at), y: box.top - 8, 'text-anchor': 'middle' }, tick(epoch)),
      );
    }
  }
}

function mark(root, box, x, at) {
  if (at && at.x >= STEPS.from && at.x <= STEPS.to) {
    root.append(
      svg('line', { class: 'mark', x1: x(at.x), x2: x(at.x), y1: box.top, y2: box.bottom }, hint(at.text)),
    );
  }
}

/** Pointer and keys: a cursor in all charts, dragging zooms, a double click or Escape goes back. */
function listen(root, box, x) {
  const cursor = svg('line', { class: 'cursor', y1: box.top, y2: box.bottom, x1: -9, x2: -9 });
  const range = svg('rect', { class: 'range', y: box.top, height: box.bottom - box.top, width: 0 });
  root.append(cursor, range);
  root.setAttribute('tabindex', '0');
  root.showStep = (step) => {
    const place = step === undefined ? -9 : x(Math.max(STEPS.from, Math.min(STEPS.to, step)));
    cursor.setAttribute('x1', place);
    cursor.setAttribute('x2', place);
  };
  const stepAt = (event) => {
    const bounds = root.getBoundingClientRect();
    const place = ((event.clientX - bounds.left) * root.viewBox.baseVal.width) / bounds.width;
    return x.invert(Math.max(box.left, Math.min(box.right, place)));
  };
  let start = null;
  root.addEventListener('pointerdown', (event) => {
    start = stepAt(event);
  });
  root.addEventListener('pointermove', (event) => {
    const step = stepAt(event);
    point(step);
    if (start !== null) {
      range.setAttribute('x', Math.min(x(start), x(step)));
      range.setAttribute('width', Math.abs(x(step) - x(start)));
    }
  });
  root.addEventListener('pointerup', (event) => {
    const step = stepAt(event);
    if (start !== null && Math.abs(x(step) - x(start)) > 8) {
      zoom(Math.min(start, step), Math.max(start, step));
    }
    start = null;
  });
  root.addEventListener('pointerleave', () => {
    start = null;
    range.setAttribute('width', 0);
    point();
  });
  root.addEventListener('dblclick', () => zoom(...STEPS.all));
  root.addEventListener('keydown', (event) => keyed(event));
}

function keyed(event) {
  const tenth = (STEPS.to - STEPS.from) / 50;
  const step = STEPS.cursor === undefined ? STEPS.from : STEPS.cursor;
  if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
    point(Math.max(STEPS.from, Math.min(STEPS.to, step + (event.key === 'ArrowRight' ? tenth : -tenth))));
    event.preventDefault();
  } else if (event.key === 'Escape') {
    zoom(...STEPS.all);
  }
}

/** Puts the cursor of all charts on a step, or takes it away. */
function point(step) {
  STEPS.cursor = step;
  for (const chart of STEPS.charts) {
    const root = chart.figure.querySelector('svg');
    if (root) {
      root.showStep(step);
    }
    legend(chart, step);
  }
}

function zoom(from, to) {
  STEPS.from = from;
  STEPS.to = to;
  STEPS.charts.forEach((chart) => chart.figure.redraw());
}
