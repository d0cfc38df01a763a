/** What the commands say: results on stdout, everything else on stderr. */
import { stderr, stdout } from 'node:process';

const BAR_CELLS = 24;
const REDRAW_MS = 100;

/** One line of a result. @param {string} line */
export function print(line) {
  stdout.write(`${line}\n`);
}

/** @param {object} result */
export function printJson(result) {
  print(JSON.stringify(result));
}

/** @param {string} message */
export function note(message) {
  bar.clear();
  stderr.write(`${message}\n`);
}

/** The last line of a terminal; there is none elsewhere. */
export const bar = {
  isShown: false,
  drawnAt: -Infinity,

  /** @param {number} share done, from 0 to 1 @param {string} text */
  show(share, text) {
    if (!stderr.isTTY || performance.now() - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = performance.now();
    this.isShown = true;
    const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR_CELLS);
    const cells = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    stderr.write(`\r\x1b[K${cells} ${text}`.slice(0, (stderr.columns ?? 80) + 4));
  },

  clear() {
    if (this.isShown) stderr.write('\r\x1b[K');
    this.isShown = false;
    this.drawnAt = -Infinity;
  },
};

/** Columns of fixed width, the first to the left and the others to the right.
 * @param {(string | number)[]} cells @param {number[]} widths */
export function row(cells, widths) {
  return cells
    .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])))
    .join('  ');
}

/** "0.0827" as "8.27 %". @param {number | null | undefined} share */
export function percent(share) {
  return typeof share === 'number' ? `${(share * 100).toFixed(2)} %` : '-';
}

/** "1:02:03". @param {number} seconds */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** Rounded for reading, as a number.
 * @param {number} value @param {number} digits after the point */
export function rounded(value, digits) {
  return Number(value.toFixed(digits));
}
