/** The ticks of runs as CSV (RFC 4180), a line a tick. The columns are those that the command prints. */
import { csvLine } from '../../lib/formats/csv.js';

/** @typedef {import('./run.js').Run} Run */

/** @type {[string, (tick: import('../../lib/index.js').Tick) => string | number | undefined][]} */
const COLUMNS = [
  ['kind', ({ kind }) => kind],
  ['step', ({ step }) => step],
  ['epoch', ({ epoch }) => epoch],
  ['lr', ({ lr }) => lr],
  ['loss', ({ loss }) => loss],
  ['train_loss', ({ trainLoss }) => trainLoss],
  ['train_error', ({ trainError }) => trainError],
  ['test_loss', ({ testLoss }) => testLoss],
  ['test_error', ({ testError }) => testError],
  ['images_per_s', ({ imagesPerSecond }) => imagesPerSecond],
  ['seconds', ({ seconds }) => seconds],
];

/** The ticks of runs as CSV (RFC 4180). @param {{ name: string, run: Run }[]} rows */
export function csvOf(rows) {
  const lines = rows.flatMap(({ name, run: { facts, curve } }) =>
    curve.ticks.map((tick) => [
      name,
      facts?.data.name ?? '',
      ...COLUMNS.map(([, of]) => {
        const value = of(tick);
        return typeof value === 'number' ? Number(value.toPrecision(7)) : (value ?? '');
      }),
    ]),
  );
  const head = ['run', 'data', ...COLUMNS.map(([column]) => column)];
  return [head, ...lines].map((cells) => `${csvLine(cells)}\r\n`).join('');
}
