/* Figures: a title, a note, a drawing that fits the width at hand. */

const FIGURES = [];

/**
 * A figure.
 *
 * @param options title, note, label (what a screen reader says), least (its least width), draw: from
 *     a width to an SVG element, tools: elements beside the title
 */
function figure(options) {
  const canvas = el('div', { class: 'canvas' });
  const node = el(
    'figure',
    { class: 'card' + (options.wide ? ' wide' : '') },
    el(
      'figcaption',
      {},
      el('h3', {}, options.title),
      options.tools || null,
      options.note ? el('p', { class: 'note' }, options.note) : null,
    ),
    options.readout || null,
    canvas,
  );
  node.redraw = () => {
    const width = Math.max(canvas.clientWidth || 0, options.least || 240);
    const drawing = options.draw(width);
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', options.label || options.title);
    canvas.replaceChildren(drawing);
  };
  FIGURES.push(node);
  return node;
}

/** Draws all figures, and again when the page gets another width. */
function drawFigures(page) {
  let width = page.clientWidth;
  FIGURES.forEach((each) => each.redraw());
  new ResizeObserver(() =>
    requestAnimationFrame(() => {
      if (page.clientWidth !== width) {
        width = page.clientWidth;
        FIGURES.forEach((each) => each.redraw());
      }
    }),
  ).observe(page);
  document.addEventListener(
    'toggle',
    (event) => {
      if (event.target.open) {
        FIGURES.filter((each) => event.target.contains(each)).forEach((each) => each.redraw());
      }
    },
    true,
  );
}

/** An empty drawing of a size. */
function drawing(width, height, kind) {
  return svg('svg', { viewBox: '0 0 ' + width + ' ' + height, width, height, class: 'chart ' + kind });
}

/** The horizontal axis below a box, with its grid. */
function horizontalAxis(into, box, scale, label, most) {
  const axis = svg('g', { class: 'axis x' });
  const count = most || Math.max(3, Math.floor((box.right - box.left) / 70));
  const ticks = scale.ticks(count);
  // One tick alone tells no distance.
  for (const { value, text } of ticks.length > 1 ? ticks : scale.ticks(2 * count)) {
    const x = scale(value);
    axis.append(svg('line', { class: 'grid', x1: x, x2: x, y1: box.top, y2: box.bottom }));
    axis.append(svg('text', { x, y: box.bottom + 16, 'text-anchor': 'middle' }, short(text, 14), hint(text)));
  }
  axis.append(svg('line', { class: 'base', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }));
  if (label) {
    axis.append(
      svg(
        'text',
        { class: 'label', x: (box.left + box.right) / 2, y: box.bottom + 34, 'text-anchor': 'middle' },
        short(label, Math.floor((box.right - box.left) / 7)),
        hint(label),
      ),
    );
  }
  into.append(axis);
}

/** The vertical axis left of a box, with its grid. */
function verticalAxis(into, box, scale, most) {
  const axis = svg('g', { class: 'axis y' });
  for (const { value, text } of scale.ticks(most || Math.max(3, Math.floor((box.bottom - box.top) / 26)))) {
    const y = scale(value);
    axis.append(svg('line', { class: 'grid', x1: box.left, x2: box.right, y1: y, y2: y }));
    axis.append(
      svg('text', { x: box.left - 6, y: y + 4, 'text-anchor': 'end' }, short(text, 12), hint(text)),
    );
  }
  into.append(axis);
}

/** The colours of a metric from its worst to its best. */
function colourKey(values, higherIsBetter, name) {
  const [low, high] = bulk(values, higherIsBetter);
  const cut = farWorse(values, higherIsBetter) ? ' and worse' : '';
  const swatches = Array.from({ length: 11 }, (ignored, i) => el('i', { class: 'swatch m' + i }));
  return el(
    'p',
    { class: 'key' },
    name + ': ',
    number(higherIsBetter ? low : high) + cut,
    ' ',
    el('span', { class: 'ramp', 'aria-hidden': 'true' }, swatches),
    ' ',
    number(higherIsBetter ? high : low),
    ' (best)',
  );
}
