/** The curve of a run: errors by epoch as lines of text, as SVG and as CSV. */
import path from 'node:path';
import { csvLine } from '../lib/formats/csv.js';
import { inert } from '../lib/inert.js';
import { UsageError } from './flags.js';

/** @typedef {import('../lib/index.js').Tick} Tick */
/** @typedef {{ name: string, data: string, epochs: Tick[] }} Drawn */
/** @typedef {{ name: string, mark: string, colour: string, of: (tick: Tick) => number | undefined }} Series */

/** Later ones are drawn over earlier ones. @type {Series[]} */
const SERIES = [
  { name: 'train', mark: '·', colour: '#8a8f98', of: ({ trainError }) => trainError },
  {
    name: 'validation',
    mark: '+',
    colour: '#c2571a',
    of: ({ validationError }) => validationError,
  },
  { name: 'test', mark: 'o', colour: '#1f6fb2', of: ({ testError }) => testError },
];

/** @param {Drawn} drawn */
const seriesOf = ({ epochs }) =>
  SERIES.filter(({ of }) => epochs.some((tick) => of(tick) !== undefined));

/** The smallest round number of errors that is no less than any. @param {Drawn} drawn */
function topOf({ epochs }) {
  const errors = epochs.flatMap((tick) => SERIES.map(({ of }) => of(tick) ?? 0));
  const most = Math.max(...errors, 0.001);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most - 1e-12) ?? 10;
  return Math.min(1, step * power);
}

/** "50 %" @param {number} share */
const percent = (share) => `${Number((100 * share).toFixed(2))} %`;

const ROWS = 12;

/** Lines for a terminal of so many columns. @param {Drawn} drawn @param {number} columns */
export function textCurve(drawn, columns) {
  const { epochs, name } = drawn;
  const top = topOf(drawn);
  const labels = [percent(top), percent(top / 2), percent(0)];
  const margin = Math.max(...labels.map(({ length }) => length));
  const width = Math.max(8, Math.min(columns - margin - 3, 72));
  const grid = Array.from({ length: ROWS }, () => new Array(width).fill(' '));
  const shown = seriesOf(drawn);
  const last = epochs[epochs.length - 1];
  for (const { mark, of } of shown) {
    for (const tick of epochs) {
      const error = of(tick);
      if (error === undefined) continue;
      const x = Math.round((tick.epoch / last.epoch) * (width - 1));
      const y = Math.round((1 - Math.min(error / top, 1)) * (ROWS - 1));
      grid[y][x] = mark;
    }
  }
  const middle = Math.floor(ROWS / 2);
  const label = (/** @type {number} */ y) =>
    y === 0 ? labels[0] : y === middle ? labels[1] : y === ROWS - 1 ? labels[2] : '';
  const lines = grid.map((cells, y) => `${label(y).padStart(margin)} │${cells.join('')}`.trimEnd());
  const end = `epoch ${last.epoch}`;
  const legend = shown.map((series) => `${series.mark} ${series.name}`).join('   ');
  return [
    `Error of ${name} on ${drawn.data}:   ${legend}`,
    ...lines,
    `${' '.repeat(margin)} └${'─'.repeat(width)}`,
    `${' '.repeat(margin + 2)}${end.padStart(width)}`,
  ];
}

/** A line for each epoch. @param {Drawn} drawn */
export function csvCurve({ epochs }) {
  /** @type {[string, (tick: Tick) => number | undefined][]} */
  const columns = [
    ['epoch', ({ epoch }) => epoch],
    ['step', ({ step }) => step],
    ['lr', ({ lr }) => Number(lr.toPrecision(7))],
    ['train_loss', ({ trainLoss }) => trainLoss],
    ['train_error', ({ trainError }) => trainError],
    ['validation_loss', ({ validationLoss }) => validationLoss],
    ['validation_error', ({ validationError }) => validationError],
    ['test_loss', ({ testLoss }) => testLoss],
    ['test_error', ({ testError }) => testError],
    ['images_per_s', ({ imagesPerSecond }) => Number(imagesPerSecond.toFixed(1))],
    ['seconds', ({ seconds }) => Number(seconds.toFixed(3))],
  ];
  const lines = epochs.map((tick) => columns.map(([, of]) => of(tick) ?? ''));
  return [columns.map(([name]) => name), ...lines].map((cells) => `${csvLine(cells)}\r\n`).join('');
}

const SIZE = { width: 720, height: 400, left: 64, right: 24, top: 56, bottom: 48 };
const TICKS = 5;

/** @param {string} text */
const escaped = (text) =>
  inert(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Round numbers of epochs, about five. @param {number} last */
function epochTicks(last) {
  const rough = last / TICKS;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
}

/** A picture that any browser and office program shows. @param {Drawn} drawn */
export function svgCurve(drawn) {
  const { width, height, left, right, top, bottom } = SIZE;
  const { epochs } = drawn;
  const most = topOf(drawn);
  const last = epochs[epochs.length - 1].epoch;
  const x = (/** @type {number} */ epoch) =>
    Number((left + ((width - left - right) * epoch) / last).toFixed(1));
  const y = (/** @type {number} */ error) =>
    Number((height - bottom - ((height - top - bottom) * error) / most).toFixed(1));
  const shown = seriesOf(drawn);
  const rules = Array.from({ length: TICKS + 1 }, (_, i) => (most * i) / TICKS).map(
    (error) =>
      `<path class="rule" d="M${left} ${y(error)}H${width - right}"/>` +
      `<text x="${left - 8}" y="${y(error) + 4}" text-anchor="end">${percent(error)}</text>`,
  );
  const below = epochTicks(last).map(
    (epoch) =>
      `<text x="${x(epoch)}" y="${height - bottom + 20}" text-anchor="middle">${epoch}</text>`,
  );
  const lines = shown.map(({ colour, of }) => {
    const points = epochs.flatMap((tick) => {
      const error = of(tick);
      return error === undefined ? [] : [[x(tick.epoch), y(error)]];
    });
    const dots = points.length > 40 ? [] : points;
    return (
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>` +
      dots.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${colour}"/>`).join('')
    );
  });
  const legend = shown.map(
    ({ name, colour }, i) =>
      `<path d="M${left + i * 110} 42h18" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${left + i * 110 + 24}" y="46">${name}</text>`,
  );
  const title = escaped(`Error of ${drawn.name} on ${drawn.data}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600}.rule{stroke:#ddd}.paper{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ddd}.rule{stroke:#444}.paper{fill:#1b1d21}}</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${left}" y="24">${title}</text>
${[...legend, ...rules, ...below, ...lines].join('\n')}
<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">epoch</text>
</svg>
`;
}

/** How a curve is written, by the end of the file's name.
 * @type {Record<string, (drawn: Drawn) => string>} */
const WRITERS = { '.svg': svgCurve, '.csv': csvCurve };

/** What writes a curve into a file of this name. @param {string} file */
export function curveFile(file) {
  const ending = path.extname(file).toLowerCase();
  if (Object.hasOwn(WRITERS, ending)) return WRITERS[ending];
  const endings = Object.keys(WRITERS).join(' or ');
  const problem = `${file} must end in ${endings}, which says what to write`;
  if (!/^\.(png|jpe?g|gif|webp|pdf)$/.test(ending)) throw new UsageError(`${problem}.`);
  const svg = `${path.basename(file, path.extname(file))}.svg`;
  const convert = `magick ${svg} ${path.basename(file)}`;
  throw new UsageError(`${problem}; write ${svg}, and make this of it by ImageMagick: ${convert}.`);
}
