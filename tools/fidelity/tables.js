/** docs/fidelity.md: the tables of docs/fidelity.json. */
import { GROUPS } from './measure.js';
import { METHODS, nameOf, PYTORCH } from './run.js';
import {
  broken,
  errorsOfGroup,
  flipsOf,
  medianRatio,
  QUANTILES,
  quantile,
  rankTest,
} from './statistics.js';

/** @typedef {import('../fidelity.js').Results} Results */
/** @typedef {import('./statistics.js').Group} Group */

const METHOD_NAMES = METHODS.map(nameOf);

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`;
/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** @param {Results} results @param {Group} group */
function groupTable({ nets }, group) {
  const rows = [PYTORCH, ...METHOD_NAMES].map((name) => {
    const errors = errorsOfGroup(nets, name, group);
    const rank = name === PYTORCH ? '' : rankTest(nets, name, group).toFixed(1);
    return [name, ...QUANTILES.map((share) => quantile(errors, share).toExponential(1)), rank];
  });
  const head = ['', ...QUANTILES.map((share) => `${100 * share} %`), 'rank test'];
  const title = GROUPS[group];
  return `### ${title[0].toUpperCase()}${title.slice(1)}\n\n${table(head, rows)}\n`;
}

/** @param {Results} results */
function flipTable({ nets }) {
  const rows = [PYTORCH, ...METHOD_NAMES].map((name) => [
    name,
    String(flipsOf(nets, name)),
    String(errorsOfGroup(nets, name, 'last').filter((error) => error > 2e-3).length),
    medianRatio(nets, name).toFixed(2),
  ]);
  const head = ['', 'ReLU flipped in the first step', 'weights off by 2e-3 after six', 'median'];
  return table(head, rows);
}

/** @param {Results['nets']} nets */
function verdict(nets) {
  const missed = broken(nets).map(({ name, problem }) => `- ${name}: ${problem}.`);
  return missed.length === 0 ? 'All bounds hold.' : `Missed:\n\n${missed.join('\n')}`;
}

/** @param {Results} results */
export function tablesOf(results) {
  const { of, machine, nets } = results;
  const groups = /** @type {Group[]} */ (Object.keys(GROUPS));
  return `# Fidelity

How far float32 is from PyTorch's float64, made by \`npm run fidelity\` (its \`--help\` says how) from
[fidelity.json](fidelity.json); [numerics.md](numerics.md#fidelity) says what is compared and what must hold.
${nets.length} networks, numerics version ${of.numerics}, PyTorch ${of.pytorch}, Node ${machine.node.slice(1)}, ${machine.cpu}.
The tier scalar has the bits of simd128.

${verdict(nets)}

${flipTable(results)}

The last column is the median error of the first gradient, divided by that of PyTorch's float32.

## Quantiles

The rank test is Wilcoxon's for pairs: standard deviations that errors lie above those of PyTorch's float32 (below, if
negative).

${groups.map((group) => groupTable(results, group)).join('\n')}`;
}
