// Texts whose contrast with what is behind them is below WCAG 2.1's 4.5 to 1 for normal text.
(() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) =>
      c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) {
        return colour.slice(0, 3);
      }
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const node of document.querySelectorAll('main *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const inSvg = node.namespaceURI.endsWith('svg');
    if (!own || node.tagName === 'title' || node.closest('.cell')) {
      continue;
    }
    const style = getComputedStyle(node);
    const front = parse(inSvg ? style.fill : style.color).slice(0, 3);
    const [dark, light] = [luminance(front), luminance(behind(node))].sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) {
      found.add(
        node.tagName +
          '.' +
          (node.getAttribute('class') || '') +
          ' ' +
          contrast.toFixed(2) +
          ' ' +
          node.textContent.slice(0, 30),
      );
    }
  }
  return [...found];
})();
