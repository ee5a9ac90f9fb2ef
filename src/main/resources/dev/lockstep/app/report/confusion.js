/* Which class was taken for which, a table a split. */

const MOST_LABELLED = 14;

function confusion(result) {
  const splits = Object.entries(result.metrics || {})
    .filter(([, metrics]) => metrics.confusion)
    .map(([split]) => split);
  if (!splits.length) {
    return null;
  }
  const first = splits.includes('test') ? 'test' : splits.at(-1);
  const place = el('div');
  const show = (split) =>
    place.replaceChildren(confusionTable(split, result.metrics[split].confusion, result.classes || []));
  show(first);
  return section(
    'Confusion',
    el(
      'div',
      { class: 'card' },
      choice('Rows of which split', splits, first, show),
      el(
        'p',
        { class: 'note' },
        'Rows are the actual classes, columns the predicted ones; a cell is coloured by its share of its row.',
      ),
      place,
    ),
  );
}

function confusionTable(split, counts, classes) {
  const name = (i) => (classes[i] === undefined ? 'class ' + i : classes[i]);
  const dense = counts.length > MOST_LABELLED;
  const total = (row) => row.reduce((sum, count) => sum + count, 0);
  const cell = (row, actual, predicted) => {
    const share = total(row) > 0 ? row[predicted] / total(row) : 0;
    const text =
      number(row[predicted]) +
      ' of ' +
      name(actual) +
      ' taken for ' +
      name(predicted) +
      ', ' +
      (100 * share).toFixed(1) +
      ' %';
    return el(
      'td',
      { class: 'cell q' + Math.round(10 * share) + (actual === predicted ? ' right' : ''), title: text },
      dense ? '' : number(row[predicted]),
      dense ? null : el('small', {}, (100 * share).toFixed(1) + ' %'),
    );
  };
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      { class: 'confusion' + (dense ? ' dense' : '') },
      el('caption', {}, 'Confusion on ' + split + ' rows'),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          el('td', {}, dense ? '' : 'actual \\ predicted'),
          counts.map((row, i) => el('th', { scope: 'col', title: name(i) }, short(name(i), dense ? 6 : 16))),
          dense ? null : el('th', { scope: 'col' }, 'recall'),
        ),
      ),
      el(
        'tbody',
        {},
        counts.map((row, i) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row', title: name(i) }, short(name(i), 20)),
            row.map((count, j) => cell(row, i, j)),
            dense
              ? null
              : el('td', { class: 'number' }, total(row) > 0 ? (row[i] / total(row)).toFixed(4) : NONE),
          ),
        ),
      ),
    ),
  );
}
