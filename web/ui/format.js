/** Numbers and times as the reader's language writes them. */

/** Between a number and its unit. */
const THIN = '\u202f';
/** After it, where Korean particles follow without a break. */
const JOINER = '\u2060';

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} lang @param {number} value @param {number} [digits] after the point */
export function number(lang, value, digits = 0) {
  const key = `${lang} ${digits}`;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = formats.get(key) ?? new Intl.NumberFormat(lang, options);
  formats.set(key, format);
  return format.format(value);
}

/** With its sign, "+5.13" and "−0.59", which a difference of zero has not.
 * @param {string} lang @param {number} value @param {number} digits after the point */
export function signed(lang, value, digits) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, { ...options, signDisplay: 'exceptZero' })
    .format(value)
    .replace('-', '\u2212');
}

/** A fraction in percent. @param {string} lang @param {number} fraction @param {number} [digits] */
export function percent(lang, fraction, digits = 1) {
  return `${number(lang, fraction * 100, digits)}${THIN}%${JOINER}`;
}

/** "1:05" @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const parts = hours > 0 ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(whole % 60).padStart(2, '0')].join(':');
}

/** @param {string} lang @param {number} bytes */
export function mebibytes(lang, bytes) {
  return `${number(lang, bytes / 2 ** 20)}${THIN}MiB`;
}

/** @param {string} lang @param {number} bytes @param {number} [digits] after the point */
export function megabytes(lang, bytes, digits = 0) {
  return `${number(lang, bytes / 1e6, digits)}${THIN}MB`;
}

/** Of a file: "94 kB" below a megabyte. @param {string} lang @param {number} bytes */
export function fileSize(lang, bytes) {
  return bytes < 1e6 ? `${number(lang, bytes / 1e3)}${THIN}kB` : megabytes(lang, bytes);
}

/** "24 November at 16:41", in the reader's own time. @param {string} lang @param {number} when
 *   in ms since 1970 */
export function moment(lang, when) {
  const format = new Intl.DateTimeFormat(lang, {
    ...{ month: 'long', day: 'numeric' },
    ...{ hour: 'numeric', minute: '2-digit' },
  });
  return format.format(when);
}
