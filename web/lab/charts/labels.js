/** Labels of lines stand in the margin to the right of a plot: one a network, and never more than MOST. */
import { spread } from './spread.js';

/** In a figure. */
export const MOST_LABELS = 8;
/** Below this many pixels of a figure, labels have two lines. */
const NARROW = 560;
/** Characters of a name in a label, at most. */
const MOST_OF_NAME = { narrow: 17, wide: 28 };
/** A figure's text grows with it, so that it can be read from the back of a room. */
const PIXELS_PER_TEXT = 76;
const [SMALLEST_TEXT, LARGEST_TEXT] = [13, 26];
const LINE = 1.25;
/** Pixels from the plot to the labels. */
export const LABEL_GAP = 12;

/** In pixels. @param {number} width of the figure */
export function textSize(width) {
  return Math.min(LARGEST_TEXT, Math.max(SMALLEST_TEXT, Math.round(width / PIXELS_PER_TEXT)));
}

/** By how much lines are thicker than on a small figure. @param {number} width of the figure */
export const lineScale = (width) => Math.sqrt(textSize(width) / SMALLEST_TEXT);

/** @param {number} width of the figure */
export const isNarrow = (width) => width < NARROW;

/** Of a line's label. @param {string} color the line's */
export const labelColor = (color) => `color-mix(in oklab, ${color} 72%, var(--ink))`;

/** The width of a letter, as a part of its height. */
const LETTER = { plain: 0.58, bold: 0.66 };

/** About how wide a text is. @param {string} text @param {number} size in pixels @param {boolean} [bold] */
export function textWidth(text, size, bold = false) {
  const letter = bold ? LETTER.bold : LETTER.plain;
  const widths = text.split('\n').map((line) => {
    const wide = line.match(/[\u1100-\uffdc]/g)?.length ?? 0;
    return size * (letter * (line.length - wide) + wide);
  });
  return Math.max(0, ...widths);
}

/** A name with what is said of it; where it is narrow, in two lines. @param {string} name
 * @param {string} values may be empty @param {number} width of the figure */
export function labelText(name, values, width) {
  if (!isNarrow(width)) return [cut(name, MOST_OF_NAME.wide), values].join('  ').trimEnd();
  const [first, ...rest] = values === '' ? name.split(' ') : [name];
  const second = values === '' ? rest.join(' ') : values;
  return [first, second]
    .map((line) => cut(line, MOST_OF_NAME.narrow))
    .join('\n')
    .trimEnd();
}

/** Names in a narrow figure of several parts, each on one line: without their first word, if all have the same.
 * @param {string[]} names @param {number} width of the figure */
export function namesWithin(names, width) {
  if (!isNarrow(width)) return names;
  const [first] = (names[0] ?? '').split(' ');
  const isShared = names.length > 1 && names.every((name) => name.split(' ')[0] === first);
  const rests = isShared ? names.map((name) => name.slice(first.length + 1) || name) : names;
  return rests.map((name) => name.replaceAll(' ', '\u00a0'));
}

/** @param {string} text @param {number} most characters */
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Where the middles of labels stand, so far apart that they can be read, and none beside the numbers below the
 * plot.
 * @param {{ y: number, label: string }[]} wanted in pixels @param {number} size of the text
 * @param {{ from: number, to: number }} room */
export function placesOf(wanted, size, { from, to }) {
  const lines = Math.max(1, ...wanted.map(({ label }) => label.split('\n').length));
  const height = size * LINE * lines;
  const beyond = (size * LINE * (lines - 1)) / 2;
  return spread(
    wanted.map(({ y }) => y),
    height,
    from + beyond,
    to - beyond,
  );
}
