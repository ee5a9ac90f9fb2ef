/* Numbers as people read them. */

const NONE = '\u2013';

/** Five digits that count. */
function number(value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return NONE;
  }
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) {
    return value.toLocaleString('en-US');
  }
  if (size < 1e-3 || size >= 1e6) {
    return value.toExponential(3).replace('e+', 'e');
  }
  return String(Number(value.toPrecision(5)));
}

/** A number for a table's column: the same digits after the point in every row. */
function fixed(value) {
  if (typeof value !== 'number') {
    return NONE;
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : value.toFixed(5);
}

/** The label of a tick, short. */
function tick(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return size >= 1e6 && size < 1e9
      ? Number((value / 1e6).toPrecision(4)) + 'M'
      : String(Number(value.toPrecision(3)).toExponential()).replace('e+', 'e');
  }
  if (size >= 1e4) {
    return Number((value / 1e3).toPrecision(4)) + 'k';
  }
  return String(Number(value.toPrecision(4)));
}

function duration(seconds) {
  if (typeof seconds !== 'number') {
    return NONE;
  }
  if (seconds < 59.95) {
    return (seconds < 9.995 ? seconds.toFixed(2) : seconds.toFixed(1)) + ' s';
  }
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? minutes + ' min ' + (whole % 60) + ' s'
    : Math.floor(minutes / 60) + ' h ' + (minutes % 60) + ' min';
}

function bytes(size) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) {
    size /= 1024;
  }
  return (unit === 0 ? size : size.toFixed(1)) + ' ' + units[unit];
}

function plural(count, noun) {
  return number(count) + ' ' + noun + (count === 1 ? '' : 's');
}

/** A value of a configuration. */
function shown(value) {
  return value === undefined || value === null
    ? NONE
    : typeof value === 'number'
      ? number(value)
      : String(value);
}

/** A name cut to so many characters. */
function short(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1) + '\u2026';
}
