/** docs/effect.md: the tables of docs/effect.json, and how far they show what the page's chapters say. */

/** @typedef {import('./effect.js').Results} Results */
/** @typedef {import('./effect.js').SetResults} SetResults */

const NETWORKS = ['plain20', 'plain56', 'resnet20', 'resnet56'];
/** What the images of a set are called. @type {Record<string, string>} */
const TITLES = { synthetic: 'Made-up images', 'CIFAR-10': 'Photographs' };

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample. @param {number[]} values */
export function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1),
  );
}

/** The networks of the first chapter, in each seed that has all four: training errors in percent.
 * @param {SetResults} set */
export function seedsOf({ ended }) {
  return (ended.plain20 ?? []).flatMap(({ seed }) => {
    const ends = NETWORKS.map((name) => ended[name]?.find((one) => one.seed === seed));
    if (!ends.every((end) => end !== undefined)) return [];
    const [plain20, plain56, resnet20, resnet56] = ends.map(({ train }) => 100 * train);
    return [{ seed, plain20, plain56, resnet20, resnet56 }];
  });
}

/** plain56 above plain20 above resnet20, and above resnet56.
 * @param {ReturnType<typeof seedsOf>[number]} seed */
export const isOrdered = ({ plain20, plain56, resnet20, resnet56 }) =>
  plain56 > plain20 && plain20 > resnet20 && plain56 > resnet56;

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`;
/** @param {string[]} head @param {string[][]} rows */
export const table = (head, rows) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
/** @param {number} value */
const one = (value) => value.toFixed(1);

const NOT_YET = 'Not measured yet.';

/** @param {SetResults} set */
function depthTable(set) {
  const seeds = seedsOf(set);
  if (seeds.length === 0) return NOT_YET;
  const cells = seeds.map((seed) => [
    String(seed.seed),
    ...[seed.plain20, seed.plain56, seed.resnet20, seed.resnet56].map(one),
    one(seed.plain56 - seed.plain20),
    one(seed.resnet56 - seed.resnet20),
    isOrdered(seed) ? 'yes' : 'no',
  ]);
  const columns = [
    ...NETWORKS.map((name) => seeds.map((seed) => /** @type {any} */ (seed)[name])),
    seeds.map(({ plain56, plain20 }) => plain56 - plain20),
    seeds.map(({ resnet56, resnet20 }) => resnet56 - resnet20),
  ];
  const ordered = `${seeds.filter(isOrdered).length} of ${seeds.length}`;
  const head = ['seed', ...NETWORKS, 'plain56 - plain20', 'resnet56 - resnet20', 'in order'];
  return table(head, [
    ...cells,
    ['mean', ...columns.map((column) => one(mean(column))), ordered],
    ...(seeds.length > 1
      ? [['standard deviation', ...columns.map((column) => one(deviation(column))), '']]
      : []),
  ]);
}

/** @param {SetResults} set */
function optionsTable({ ended }) {
  if (!ended['resnet56 C']) return NOT_YET;
  const rows = ['', ' B', ' C'].map((option) => {
    const errors = [20, 56].map((depth) => ended[`resnet${depth}${option}`] ?? []);
    const shared = errors[0].filter(({ seed }) =>
      ended[`resnet20 C`]?.some((c) => c.seed === seed),
    );
    const seeds = shared.map(({ seed }) => seed);
    const cells = errors.map((ends) =>
      ends
        .filter(({ seed }) => seeds.includes(seed))
        .map(({ train }) => one(100 * train))
        .join(', '),
    );
    return [option.trim() || 'A', ...cells];
  });
  return table(['option', 'resnet20', 'resnet56'], rows);
}

/** @param {SetResults} set */
function firstStepTable({ firstSteps }) {
  const rows = Object.entries(firstSteps).map(([name, steps]) => {
    const range = (/** @type {number[]} */ values) =>
      [Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(2)).join(' to ');
    return [
      name,
      range(steps.map(({ gradient }) => gradient)),
      range(steps.map(({ activation }) => activation)),
    ];
  });
  return table(['network', 'gradient', 'activation'], rows);
}

/** @param {Results} results */
export function tablesOf({ recipe, sets }) {
  const told = Object.entries(recipe).map(([name, value]) => [name, String(value)]);
  const parts = Object.entries(sets).map(([name, set]) => {
    const { cpu, node, date } = set.machine;
    return `## ${TITLES[name]}

${date}, ${cpu}, Node ${node}.

Training error of the last epoch, in percent. "In order": plain56 above plain20 above resnet20, and
resnet56 below plain56.

${depthTable(set)}

Options of the shortcut, seeds side by side:

${optionsTable(set)}

The first step, over ten seeds: root mean squares of the first layer divided by those of the last.

${firstStepTable(set)}
`;
  });
  return `# What the chapters show

Written by \`npm run effect\`, which trains the networks that the page's chapters speak of. The page claims
nothing that these tables do not show: \`tests/effect.test.js\` reads its texts against
[effect.json](effect.json).

The recipe is that of the page's first chapter. The tier gives the same bits everywhere; another one differs by
rounding, which is like another seed.

${table(['setting', 'value'], told)}

${parts.join('\n')}`;
}
