/* What both pages say of a run: its head, its figures, where it came from. */

const STATUS_STYLE = {
  finished: 'good',
  diverged: 'bad',
  failed: 'bad',
  stopped: 'fair',
  unfinished: 'fair',
};

function pageHead(data) {
  const written = data.written.replace('T', ' ').replace('Z', ' UTC');
  return el(
    'header',
    {},
    el('p', { class: 'kind' }, 'Lockstep ', data.kind),
    el(
      'div',
      { class: 'title' },
      el('h1', {}, data.name),
      el('span', { class: 'status ' + (STATUS_STYLE[data.status] || 'fair') }, data.status || 'unknown'),
    ),
    data.reason ? el('p', { class: 'reason' }, data.reason) : null,
    el(
      'p',
      { class: 'note' },
      'Seed ',
      data.seed,
      ', ',
      plural(data.shards, 'shard'),
      ', Lockstep ',
      data.versions.lockstep || NONE,
      ', Spark ',
      data.versions.spark || NONE,
      '; page written ',
      written,
    ),
  );
}

/** Cards of one figure each: [{name, value, note}]. */
function keyFigures(entries) {
  return el(
    'dl',
    { class: 'figures' },
    entries
      .filter((entry) => entry)
      .map((entry) =>
        el(
          'div',
          { class: 'card' },
          el('dt', {}, entry.name),
          el('dd', {}, entry.value),
          entry.note ? el('dd', { class: 'note' }, entry.note) : null,
        ),
      ),
  );
}

function rowsFigure(data) {
  const splits = Object.entries(data.rows);
  const all = splits.reduce((sum, [, count]) => sum + count, 0);
  return splits.length
    ? {
        name: 'Rows',
        value: number(all),
        note: splits.map(([split, count]) => split + ' ' + number(count)).join(', '),
      }
    : null;
}

/** Time by phase; null where none was measured. */
function phases(data) {
  const named = Object.entries(data.seconds).filter(([phase]) => phase !== 'total');
  if (!named.length) {
    return null;
  }
  const known = named.reduce((sum, [, seconds]) => sum + seconds, 0);
  const other = (data.seconds.total || known) - known;
  const entries = named.concat(other > 0.005 ? [['other', other]] : []);
  return barChart(
    {
      title: 'Time by phase',
      note:
        'Total ' +
        duration(data.seconds.total || known) +
        ' of the attempt that wrote this page; other: claiming the run, starting Spark, writing the model',
    },
    entries.map(([name, seconds]) => ({
      name,
      value: seconds,
      text: duration(seconds),
      style: name === 'other' ? 'other' : 'a',
    })),
  );
}

/** The final metrics, a row each, a column a split. */
function finalMetrics(result) {
  const splits = Object.entries(result.metrics || {});
  const names = [...new Set(splits.flatMap(([, metrics]) => Object.keys(metrics)))].filter(
    (name) => name !== 'confusion',
  );
  if (!names.length) {
    return null;
  }
  return el(
    'div',
    { class: 'card' },
    plainTable(
      'Final metrics',
      ['Metric', ...splits.map(([split]) => split)],
      names.map((name) => [name, ...splits.map(([, metrics]) => fixed(metrics[name]))]),
    ),
  );
}

/** Where the run came from and what it would be repeated with. */
function provenance(data) {
  const input = data.input;
  const facts = [
    ['Run id', data.id],
    ['Seed', data.seed],
    ['Shards', number(data.shards)],
    ...Object.entries(data.versions),
    [
      'Input',
      input.files ? plural(input.files, 'file') + ', ' + bytes(input.bytes) : 'generated, or a table',
    ],
    ['Configuration SHA-256', data.config_sha256],
    ['Parameters SHA-256', (data.result || {}).parameters_sha256],
  ].filter(([, value]) => value);
  return section(
    'Provenance',
    el(
      'dl',
      { class: 'facts card' },
      facts.map(([name, value]) =>
        el('div', {}, el('dt', {}, name), el('dd', { class: /SHA|id$/.test(name) ? 'hash' : null }, value)),
      ),
    ),
    input.files
      ? folded(
          'Input files',
          plainTable(
            'As they were when the run began' +
              (input.first.length < input.files ? ', the first ' + input.first.length : ''),
            ['File', 'Size', 'Modified'],
            input.first.map((file) => [file.path, bytes(file.bytes), file.modified]),
          ),
        )
      : null,
    folded('Resolved configuration', el('pre', {}, JSON.stringify(data.configuration, null, 2))),
  );
}
