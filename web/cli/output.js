/** What the commands say: results on stdout, everything else on stderr. Invariant: whatever stands in a file
 * or its name reaches a terminal as inert text, so each call writes the lines that it means and no other. */
import { env, stderr, stdout } from 'node:process';
import { inert } from '../lib/inert.js';

const BAR_CELLS = 24;
const REDRAW_MS = 100;
/** Columns of a terminal that does not say how many it has. */
const USUAL_COLUMNS = 80;

/** A fault that was told already: exit code 1, and no further word. */
export class Told extends Error {}

/** Whether a reader of stdout is left. */
let isRead = true;

/** @param {() => void} onLeave what to do when the reader of stdout has gone, such as head */
export function watchReader(onLeave) {
  const isEnd = (/** @type {NodeJS.ErrnoException} */ { code }) => code === 'EPIPE';
  stderr.on('error', (error) => {
    if (!isEnd(error)) throw error;
  });
  stdout.on('error', (error) => {
    if (!isEnd(error)) throw error;
    if (!isRead) return;
    isRead = false;
    onLeave();
  });
}

/** One line of a result. @param {string} line */
export function print(line) {
  if (isRead) stdout.write(`${inert(line)}\n`);
}

/** Lines of our own, such as help. @param {string} text */
export function printText(text) {
  for (const line of text.split('\n')) print(line);
}

/** @param {object} result */
export function printJson(result) {
  print(JSON.stringify(result));
}

/** One line on stderr. @param {string} message */
export function note(message) {
  bar.clear();
  stderr.write(`${inert(message)}\n`);
}

/** The columns of a terminal on stdout or stderr. @param {NodeJS.WriteStream} stream */
export const columnsOf = (stream) => stream.columns || USUAL_COLUMNS;

/** Whether a stream is a terminal that can rewrite its last line. @param {NodeJS.WriteStream} stream */
export const isTerminal = (stream) => stream.isTTY === true && env.TERM !== 'dumb';

/** A line of progress: the parts that fit, the first before all others, and a bar in the room that is left.
 * @param {number} share done, from 0 to 1 @param {string[]} parts @param {number} columns */
export function progressLine(share, parts, columns) {
  let [line] = parts;
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > columns) break;
    line += `  ${part}`;
  }
  const cells = Math.min(BAR_CELLS, columns - line.length - 2);
  if (cells < BAR_CELLS / 3) return line.slice(0, columns);
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * cells);
  return `${line}  ${'█'.repeat(filled)}${'░'.repeat(cells - filled)}`;
}

/** The last line of a terminal; there is none elsewhere. */
export const bar = {
  isShown: false,
  drawnAt: -Infinity,

  /** @param {number} share done, from 0 to 1 @param {string[]} parts what is said of it, most wanted first */
  show(share, ...parts) {
    if (!isTerminal(stderr) || performance.now() - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = performance.now();
    this.isShown = true;
    // A line that fills the last column would wrap on some terminals.
    stderr.write(`\r\x1b[K${inert(progressLine(share, parts, columnsOf(stderr) - 1))}`);
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
