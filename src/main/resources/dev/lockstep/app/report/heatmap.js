/* A heat map over two hyperparameters: the mean of the finished trials that fall into each cell. */

const MOST_CELLS = 10;

function heatMap(study) {
  const byImportance = [...study.dimensions].sort((a, b) => (b.importance || 0) - (a.importance || 0));
  if (byImportance.length < 2 || !study.finished.length) {
    return null;
  }
  const chosen = { across: byImportance[0], up: byImportance[1] };
  const select = (label, axis) => {
    const node = el(
      'select',
      {},
      study.dimensions.map((parameter, i) => el('option', { value: i }, parameter.name)),
    );
    node.value = String(study.dimensions.indexOf(chosen[axis]));
    node.addEventListener('change', () => {
      chosen[axis] = study.dimensions[Number(node.value)];
      map.redraw();
    });
    return el('label', {}, label + ' ', node);
  };
  const map = figure({
    title: 'Two hyperparameters',
    wide: true,
    tools: el('div', { class: 'choice' }, select('across', 'across'), select('up', 'up')),
    note: 'mean ' + study.metric + ' of the finished trials in each cell, and how many there are',
    label: 'Heat map of ' + study.metric + ' over two hyperparameters',
    draw: (width) => drawHeatMap(study, chosen.across, chosen.up, width),
  });
  return map;
}

/** Cells along one hyperparameter: its values where they are few, else stretches of its scale. */
function cells(parameter, trials) {
  const values = trials
    .map((trial) => trial.configuration[parameter.name])
    .filter((value) => value !== undefined && value !== null);
  const different = [...new Set(values)];
  if (different.length <= MOST_CELLS || !values.every((value) => typeof value === 'number')) {
    const sorted = different.every((value) => typeof value === 'number')
      ? different.sort((a, b) => a - b)
      : different.map(String).sort();
    return {
      names: sorted.map(shown),
      of: (value) => sorted.findIndex((one) => String(one) === String(value)),
    };
  }
  const scale = scaleOf(parameter, trials, 0, MOST_CELLS);
  const edge = (i) => Number(scale.invert(i).toPrecision(2));
  return {
    names: Array.from({ length: MOST_CELLS }, (ignored, i) => tick(edge(i)) + '\u2013' + tick(edge(i + 1))),
    of: (value) => Math.max(0, Math.min(MOST_CELLS - 1, Math.floor(scale(value)))),
  };
}

function drawHeatMap(study, across, up, width) {
  const trials = study.finished.filter((trial) =>
    [across, up].every((one) => shown(trial.configuration[one.name]) !== NONE),
  );
  const columns = cells(across, trials);
  const rows = cells(up, trials);
  const groups = new Map();
  for (const trial of trials) {
    const key = columns.of(trial.configuration[across.name]) + ' ' + rows.of(trial.configuration[up.name]);
    groups.set(key, [...(groups.get(key) || []), trial.mean]);
  }
  const height = Math.min(460, 70 + 38 * rows.names.length);
  const box = { left: Math.min(130, width * 0.28), right: width - 10, top: 24, bottom: height - 46 };
  const root = drawing(width, height, 'heat');
  const w = (box.right - box.left) / columns.names.length;
  const h = (box.bottom - box.top) / rows.names.length;
  const means = [...groups.values()].map(
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const colour = colouring(means, study.higherIsBetter);
  [...groups.keys()].forEach((key, i) => {
    const [column, row] = key.split(' ').map(Number);
    const x = box.left + column * w;
    const y = box.bottom - (row + 1) * h;
    const count = groups.get(key).length;
    const cell = svg(
      'g',
      { class: 'cell ' + colour(means[i]) },
      svg('rect', { x: x + 1, y: y + 1, width: w - 2, height: h - 2, rx: 2 }),
      hint(
        across.name +
          ' ' +
          columns.names[column] +
          ', ' +
          up.name +
          ' ' +
          rows.names[row] +
          ': ' +
          number(means[i]) +
          ', ' +
          plural(count, 'trial'),
      ),
    );
    if (w > 52) {
      cell.append(
        svg(
          'text',
          { x: x + w / 2, y: y + h / 2 + 4, 'text-anchor': 'middle' },
          tick(means[i]) + (w > 76 && count > 1 ? ' \u00b7 ' + count : ''),
        ),
      );
    }
    root.append(cell);
  });
  columns.names.forEach((name, i) => {
    if (i % Math.ceil(64 / w) === 0) {
      root.append(
        svg(
          'text',
          { x: box.left + (i + 0.5) * w, y: box.bottom + 16, 'text-anchor': 'middle' },
          short(name, Math.max(9, Math.floor(w / 7))),
          hint(name),
        ),
      );
    }
  });
  rows.names.forEach((name, i) =>
    root.append(
      svg(
        'text',
        { x: box.left - 6, y: box.bottom - (i + 0.5) * h + 4, 'text-anchor': 'end' },
        short(name, Math.floor((box.left - 8) / 7)),
        hint(name),
      ),
    ),
  );
  root.append(
    svg(
      'text',
      { class: 'label', x: (box.left + box.right) / 2, y: height - 8, 'text-anchor': 'middle' },
      short(across.name, 60),
    ),
    svg('text', { class: 'label', x: 4, y: 14 }, short(up.name, 60)),
  );
  return root;
}
