/** npm run fidelity: how far the core's float32 is from PyTorch's float64 over networks that numbers decide,
 * beside PyTorch's own float32. Writes docs/fidelity.json, what came of each network, and docs/fidelity.md, its
 * tables. Invariant: all results are of one version of the numerics, of PyTorch and of the networks, so what an
 * interrupted or extended measurement still lacks is measured, and the rest stays. */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pythonWith } from '../tests/python.js';
import { netOf } from './fidelity/nets.js';
import { measure, runPyTorch } from './fidelity/run.js';
import { tablesOf } from './fidelity/tables.js';
import { BuildError, countOf, readArguments, root, runTool, writeWhole } from './process.js';

const HELP = `Usage: npm run fidelity -- [options]
Trains networks for six steps with the core and with PyTorch in float64 and float32, compares their values and
shows it in docs/fidelity.md. What docs/fidelity.json holds already is not measured again. It needs a built
checkout (./build.sh) and a Python that has PyTorch (Debian: apt install python3-torch).

  --nets N       how many networks (default 400)
  --reference    stores the float64 values that continuous integration compares with
  --list         prints the tables, and measures nothing
  --help
`;

export const RESULTS = join(root, 'docs/fidelity.json');
export const TABLES = join(root, 'docs/fidelity.md');
export const REFERENCE = join(root, 'tests/fidelity/reference.f64');
const NETS = 400;
/** Those whose float64 values are stored. */
export const STORED = 24;
/** Measured, then written. */
const AT_ONCE = 8;
/** Goes up when the same number makes another network. */
const NETS_VERSION = 1;

/** @typedef {import('./fidelity/run.js').Result} Result */
/** @typedef {{ of: Record<string, unknown>, machine: Record<string, string>, nets: Result[] }} Results */

function needPython() {
  const python = pythonWith('torch');
  if (python) return python;
  const problem = 'No Python here has PyTorch, which makes the values to compare with';
  throw new BuildError(`${problem}; install it (Debian: apt install python3-torch).`);
}

async function numericsNow() {
  const header = await readFile(join(root, 'include/residua.h'), 'utf8');
  return Number(/#define RSD_NUMERICS_VERSION (\d+)/.exec(header)?.[1]);
}

/** @param {Record<string, unknown>} of @returns {Promise<Results>} */
async function resultsOf(of) {
  const { nets = [], ...known } = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'));
  const isSame = JSON.stringify(known.of) === JSON.stringify(of);
  const machine = { cpu: cpus()[0].model, node: process.version };
  return { of, machine, nets: isSame ? nets : [] };
}

/** A network on each line. @param {Results} results */
async function writeResults({ nets, ...head }) {
  const top = JSON.stringify(head, null, 2).slice(0, -2);
  const rows = nets.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  await writeWhole(RESULTS, `${top},\n  "nets": [\n${rows}\n  ]\n}\n`);
  await writeWhole(TABLES, tablesOf({ nets, ...head }));
}

/** @param {number} count */
const numbersTo = (count) => Array.from({ length: count }, (_, i) => i + 1);

/** @param {number} count */
async function measureAll(count) {
  const python = needPython();
  const { version } = await runPyTorch(python, []);
  const of = { numerics: await numericsNow(), nets: NETS_VERSION, pytorch: version };
  const results = await resultsOf(of);
  const isKnown = (/** @type {number} */ number) =>
    results.nets.some((one) => one.number === number);
  const due = numbersTo(count).filter((number) => !isKnown(number));
  while (due.length > 0) {
    const nets = due.splice(0, AT_ONCE).map(netOf);
    const { results: made } = await measure(python, nets);
    results.nets = [...results.nets, ...made].sort((a, b) => a.number - b.number);
    await writeResults(results);
    console.log(`${results.nets.length} of ${count} networks are measured`);
  }
  await writeResults(results);
}

/** The float64 values of the first networks, one network's after the other's. */
async function storeReference() {
  const nets = numbersTo(STORED).map(netOf);
  const { values } = await runPyTorch(needPython(), nets);
  const all = nets.flatMap(({ number }) => Array.from(values.get(number)?.float64 ?? []));
  await writeWhole(REFERENCE, new Uint8Array(new Float64Array(all).buffer));
}

async function main() {
  const { values } = readArguments(HELP, {
    options: {
      nets: { type: 'string', default: String(NETS) },
      reference: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  });
  if (values.list) return console.log(tablesOf(JSON.parse(await readFile(RESULTS, 'utf8'))));
  const count = countOf('nets', values.nets);
  return values.reference ? storeReference() : measureAll(count);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
