/* Tables: headers with scope, columns that sort. */

/** A table of rows of cells, the first cell of each its header. */
function plainTable(caption, heads, rows) {
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      {},
      el('caption', {}, caption),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map((head) => el('th', { scope: 'col' }, head)),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map((row) =>
          el(
            'tr',
            {},
            row.map((cell, i) =>
              i === 0 ? el('th', { scope: 'row' }, cell) : el('td', { class: 'number' }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * A table that sorts by the column whose head is pressed: ascending, then descending; what has no
 * value comes last in both.
 *
 * @param caption what it holds
 * @param columns [{name, title, value: row -> number or text, text: row -> shown, numeric}]
 * @param rows any objects
 * @param decorate called with each row's element and object
 * @return the element; its order() holds the rows as they stand, keep(test) hides others
 */
function sortableTable(caption, columns, rows, decorate) {
  const body = el('tbody');
  const lines = rows.map((row) => {
    const line = el(
      'tr',
      {},
      columns.map((column, i) =>
        el(
          i === 0 ? 'th' : 'td',
          { scope: i === 0 ? 'row' : null, class: column.numeric ? 'number' : null },
          column.text(row),
        ),
      ),
    );
    decorate(line, row);
    return { row, line };
  });
  const heads = columns.map((column) => {
    const button = el(
      'button',
      { type: 'button' },
      column.name,
      el('span', { class: 'arrow', 'aria-hidden': 'true' }),
    );
    return el(
      'th',
      { scope: 'col', 'aria-sort': 'none', title: column.title, class: column.numeric ? 'number' : null },
      button,
    );
  });
  const sort = (index, ascending) => {
    heads.forEach((head, i) =>
      head.setAttribute('aria-sort', i !== index ? 'none' : ascending ? 'ascending' : 'descending'),
    );
    lines.sort((a, b) => compare(columns[index].value(a.row), columns[index].value(b.row), ascending));
    body.replaceChildren(...lines.map((each) => each.line));
  };
  heads.forEach((head, i) =>
    head.firstChild.addEventListener('click', () => sort(i, head.getAttribute('aria-sort') !== 'ascending')),
  );
  body.append(...lines.map((each) => each.line));
  const node = el(
    'div',
    { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      { class: 'sortable' },
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, heads)),
      body,
    ),
  );
  node.sort = sort;
  node.keep = (test) =>
    lines.forEach((each) => {
      each.line.hidden = !test(each.row);
    });
  return node;
}

function compare(a, b, ascending) {
  const none = (value) => value === null || value === undefined || Number.isNaN(value);
  if (none(a) || none(b)) {
    return none(a) - none(b);
  }
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : typeof a === 'number'
        ? -1
        : typeof b === 'number'
          ? 1
          : String(a) < String(b)
            ? -1
            : String(a) > String(b)
              ? 1
              : 0;
  return ascending ? order : -order;
}
