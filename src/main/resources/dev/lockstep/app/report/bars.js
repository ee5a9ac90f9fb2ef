/* Horizontal bars: a name, a length, a number. */

/**
 * Bars from the left.
 *
 * @param options title, note, wide
 * @param entries [{name, value, text, style}]
 */
function barChart(options, entries) {
  const most = Math.max(...entries.map((entry) => entry.value), 1e-300);
  return figure({
    ...options,
    label: options.title + ': ' + entries.map((entry) => entry.name + ' ' + entry.text).join(', '),
    draw: (width) => {
      const left = Math.min(width * 0.4, 12 + 7.2 * Math.max(...entries.map((entry) => entry.name.length)));
      const row = 30;
      const root = drawing(width, entries.length * row + 8, 'bars');
      const scale = linear(0, most, left, width - 90);
      entries.forEach((entry, i) => {
        const y = 4 + i * row;
        root.append(
          svg(
            'text',
            { x: left - 8, y: y + 19, 'text-anchor': 'end' },
            short(entry.name, Math.floor((left - 8) / 6.8)),
            hint(entry.name),
          ),
          svg('rect', {
            class: 'bar ' + (entry.style || 'a'),
            x: left,
            y: y + 5,
            rx: 2,
            height: row - 10,
            width: Math.max(1, scale(entry.value) - left),
          }),
          svg('text', { class: 'value', x: scale(entry.value) + 8, y: y + 19 }, entry.text),
        );
      });
      return root;
    },
  });
}
