/* Elements. Texts become text nodes and attributes values, so that no name of the data is markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element; attributes that are null are left out, children are nodes or texts. */
function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined) {
      node.setAttribute(name, typeof value === 'number' && node.namespaceURI === SVG ? round(value) : value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) {
      node.append(child instanceof Node ? child : document.createTextNode(child));
    }
  }
  return node;
}

/** A coordinate with as many digits as a screen shows. */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** A text that a mark shows when it is pointed at. */
function hint(text) {
  return svg('title', {}, text);
}

/** A part of the page with its heading; null where it has nothing to show. */
function section(heading, ...content) {
  const shown = content.flat().filter((part) => part);
  return shown.length
    ? el('section', { id: heading.toLowerCase().replace(/[^a-z]+/g, '-') }, el('h2', {}, heading), shown)
    : null;
}

/** Something folded away until it is asked for. */
function folded(summary, ...content) {
  return el('details', { class: 'card' }, el('summary', {}, summary), content);
}

/** A row of labelled buttons of which one is pressed. */
function choice(label, names, chosen, onChoice) {
  const buttons = names.map((name) =>
    el('button', { type: 'button', 'aria-pressed': String(name === chosen) }, name),
  );
  buttons.forEach((button, i) =>
    button.addEventListener('click', () => {
      buttons.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
      onChoice(names[i]);
    }),
  );
  return el('div', { class: 'choice', role: 'group', 'aria-label': label }, buttons);
}
