/** docs/fast.md: the tables of docs/fast.json. */
import { nameOfSpec } from '../web/lib/spec.js';
import { clock } from '../web/ui/format.js';
import { deviation, mean, table } from './effect-tables.js';

/** @typedef {import('./fast.js').Results} Results */

/** @param {number | null} fraction */
const percent = (fraction) => (fraction === null ? '-' : (100 * fraction).toFixed(2));

/** @param {import('./fast.js').Errors | import('./fast.js').HeldOut} errors */
const cells = ({ train, error, views2, views6 }) => [train, error, views2, views6].map(percent);

/** @param {Results} results */
function seedTable({ seeds }) {
  if (seeds.length < 2) return 'Not measured yet.';
  const of = (/** @type {keyof import('./fast.js').Seed} */ name) =>
    seeds.map((seed) => seed[name]);
  const columns = [of('train'), of('error'), of('views2'), of('views6')];
  return table(
    ['seed', 'training error', 'test error', '2 views', '6 views', 'time'],
    [
      ...seeds.map((seed) => [String(seed.seed), ...cells(seed), clock(seed.seconds)]),
      ['mean', ...columns.map((column) => percent(mean(column))), clock(mean(of('seconds')))],
      ['standard deviation', ...columns.map((column) => percent(deviation(column))), ''],
    ],
  );
}

/** @param {Results} results */
function choiceTable({ heldOut }) {
  const rows = Object.entries(heldOut).map(([name, one]) => [name, one.tier, ...cells(one)]);
  if (rows.length === 0) return 'Not measured yet.';
  return table(['choice', 'tier', 'training error', 'held-out error', '2 views', '6 views'], rows);
}

/** @param {Results} results */
function machineText({ machine }) {
  if (!machine) return '';
  const { cpu, threads, node, tier, date } = machine;
  return `${date}, ${cpu}, ${threads} threads, Node ${node}, ${tier}.\n\n`;
}

/** @param {Results} results @param {import('../web/lib/index.js').NamedRecipe} named @returns {string} */
export function tablesOf(results, { spec, recipe }) {
  const facts = { network: nameOfSpec(spec), width: spec.width, ...recipe };
  const rows = Object.entries(facts).map(([name, value]) => [name, String(value)]);
  return `# The recipe "fast"

Written by \`npm run fast\`. \`residua train --recipe fast --data cifar10\`, \`RECIPES.fast\` of the library and the page's
preset *A real classifier* train so:

${table(['setting', 'value'], rows)}

## Seeds

On all 50,000 training images. Errors are in percent: those of the last epoch, and those of the 10,000 test images when
\`residua eval --views\` averages the logits of 2 or 6 views of each. Times are of training and of both evaluations,
reading the images and the test after each epoch included.

${machineText(results)}${seedTable(results)}

## Choices

One seed each, trained on the first 45,000 training images, with errors of the other 5,000. Compare differences with
the standard deviation over seeds above. The network and how it is trained were fixed before any test image was
looked at. Six views were added after the first seeds had about 10 % test error with two views. On the held-out
images six views have fewer errors than two in every network below and in
[experiments.md](experiments.md#the-recipe-fast). The tiers round in their own ways, which is as good as another seed. A dash:
not recorded.

${choiceTable(results)}
`;
}
