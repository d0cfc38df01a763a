/** Runs one case in a process of its own, so that no compiled code of another is left, and prints
 * it: node bench/run-case.js PACE CASE, the case as JSON, with `peer` if it is another's. */
import { readFile } from 'node:fs/promises';
import { measureCase } from './measure.js';
import { PACES, steadyRate } from './steady.js';

/** @param {import('./cases.js').Case} wanted @param {keyof typeof PACES} pace */
async function ours(wanted, pace) {
  const file = new URL(`../build/bench/peak-${wanted.tier}.wasm`, import.meta.url);
  const api = await import(new URL('../dist/node.js', import.meta.url).href);
  return measureCase(api, wanted, pace, await WebAssembly.compile(await readFile(file)));
}

/** @param {import('./cases.js').Case & { peer: string }} wanted @param {keyof typeof PACES} pace */
async function theirs(wanted, pace) {
  const { work } = await import(`./peers/${wanted.peer}.js`);
  return { images_per_s: await steadyRate(work(wanted), PACES[pace]) };
}

const [pace, json] = process.argv.slice(2);
const wanted = JSON.parse(json);
const measure = wanted.peer ? theirs : ours;
console.log(JSON.stringify(await measure(wanted, /** @type {keyof typeof PACES} */ (pace))));
process.exit(); // Some peers leave workers behind.
