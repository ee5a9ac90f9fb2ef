/* From values to places on an axis. A scale is a function with ticks() and, of numbers, invert(). */

/** Values evenly spaced. Such as differ by what rounding leaves are taken for one. */
function linear(low, high, from, to) {
  if (!(high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-12)) {
    const room = Math.abs(low) * 0.05 || 0.5;
    [low, high] = [low - room, low + room];
  }
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  scale.invert = (place) => low + ((place - from) / (to - from)) * (high - low);
  scale.ticks = (most) => {
    const step = niceStep((high - low) / Math.max(1, most));
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      ticks.push({ value: i * step, text: tick(i * step) });
    }
    return ticks;
  };
  scale.range = [from, to];
  return scale;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below a step. */
function niceStep(least) {
  const power = Math.pow(10, Math.floor(Math.log10(least)));
  return power * ([1, 2, 5].find((times) => times * power >= least * (1 - 1e-9)) || 10);
}

/** Powers evenly spaced; positive values only. */
function logarithmic(low, high, from, to) {
  if (!(high > low)) {
    [low, high] = [low / 1.5, low * 1.5];
  }
  const inner = linear(Math.log10(low), Math.log10(high), from, to);
  const scale = (value) => inner(Math.log10(value));
  scale.invert = (place) => Math.pow(10, inner.invert(place));
  scale.ticks = (most) => {
    const decades = Math.log10(high / low);
    if (decades < 1) {
      return linear(low, high, 0, 1)
        .ticks(most)
        .filter((t) => t.value > 0);
    }
    const every = Math.max(1, Math.ceil(decades / most));
    const factors = decades < most / 2 ? [1, 2, 5] : [1];
    const ticks = [];
    for (let p = Math.floor(Math.log10(low)); p <= Math.log10(high); p++) {
      for (const factor of factors) {
        const value = Number(factor + 'e' + p);
        if (p % every === 0 && value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
          ticks.push({ value, text: tick(value) });
        }
      }
    }
    return ticks;
  };
  scale.range = [from, to];
  return scale;
}

/** Names side by side, each in the middle of its part. */
function categories(names, from, to) {
  const part = (to - from) / Math.max(1, names.length);
  const places = new Map(names.map((name, i) => [name, from + part * (i + 0.5)]));
  const scale = (value) => places.get(String(value));
  scale.ticks = () => names.map((name) => ({ value: name, text: name }));
  scale.part = Math.abs(part);
  scale.range = [from, to];
  return scale;
}

/** The smallest and largest of the finite values; [0, 1] where there are none. */
function extent(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The same with some room at both ends. */
function roomy([low, high], share) {
  const room = (high - low) * share;
  return [low - room, high + room];
}

/**
 * The smallest and largest of a metric's values, but for those that are far worse than most: ten times as far from the
 * best one as three quarters of them. Beside such a one all others would be a single point.
 */
function bulk(values, higherIsBetter) {
  const [low, high] = extent(values);
  const away = (value) => (higherIsBetter ? high - value : value - low);
  const finite = values.filter(Number.isFinite).sort((a, b) => away(a) - away(b));
  const most = finite.length < 8 ? 0 : 10 * away(finite[Math.floor(0.75 * (finite.length - 1))]);
  const rounding = 1e-9 * Math.abs(higherIsBetter ? high : low); // of means that are equal
  return extent(most > rounding ? finite.filter((value) => away(value) <= most) : finite);
}

/** A metric's scale, with some room at both ends; values that are far worse than most are at its end. */
function metricScale(values, higherIsBetter, share, from, to) {
  const [low, high] = roomy(bulk(values, higherIsBetter), share);
  const inner = linear(low, high, from, to);
  return Object.assign((value) => inner(Math.max(low, Math.min(high, value))), inner);
}

/** What a note adds where a metric's scale has values at its end that are far worse. */
function farWorse(values, higherIsBetter) {
  const [low, high] = bulk(values, higherIsBetter);
  const count = values.filter((value) => Number.isFinite(value) && (value < low || value > high)).length;
  return count ? '; at the edge: ' + plural(count, 'far worse value') : '';
}

/** Which of the colours m0 (worst) to m10 (best) a metric has. */
function colouring(values, higherIsBetter) {
  const [low, high] = bulk(values, higherIsBetter);
  return (value) => {
    const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 1;
    return 'm' + Math.round(10 * (higherIsBetter || high === low ? share : 1 - share));
  };
}
