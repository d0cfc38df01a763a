/** residua predict: what pictures show. Invariant: a picture that cannot be read gets an error of its own, and the
 * others their answers. */
import { IMAGE_BYTES } from '../lib/dataset.js';
import { csvLine } from '../lib/formats/csv.js';
import { CIFAR10_CLASSES } from '../lib/index.js';
import { readWhole } from './files.js';
import { UsageError } from './flags.js';
import { loadNet, needFlag, needOperands, withEngine } from './inputs.js';
import { note, print, printJson, rounded, Told } from './output.js';
import { readPictures } from './pictures.js';

/** @typedef {import('../lib/index.js').Net} Net */
/** @typedef {{ file: string, net: string, top: { class: string, probability: number }[] }} Answer */

const TOP = 5;
/** Pictures that are held and computed at once. */
const BATCH = 64;

/** How an answer is printed. @type {Record<'text' | 'json' | 'csv', (answer: Answer) => void>} */
const PRINTERS = {
  text({ file, top }) {
    const shares = top.map(({ class: name, probability }) => {
      return `${name} ${(probability * 100).toFixed(1)} %`;
    });
    print(`${file}: ${shares.join(', ')}`);
  },
  json: printJson,
  csv({ file, top }) {
    top.forEach(({ class: name, probability }, i) => {
      print(csvLine([file, i + 1, name, probability]));
    });
  },
};

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function predict(values, operands) {
  needFlag(values, 'model');
  needOperands(operands, 'IMAGE', 'pictures, folders of them, or - for one from stdin');
  if (values.json && values.csv) throw new UsageError('--json and --csv exclude each other.');
  if (values.top === 0) throw new UsageError('--top is 1 or more.');
  const model = await readWhole(values.model);
  await withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, model);
    const failures = await predictAll(net, operands, values);
    if (failures > 0) throw new Told();
  });
}

/** Answers for the good pictures in the order of all; how many are bad. @param {Net} net
 * @param {string[]} operands @param {import('./flags.js').Values} values */
async function predictAll(net, operands, { json, csv, top = TOP }) {
  const printAnswer = PRINTERS[json ? 'json' : csv ? 'csv' : 'text'];
  const { classes } = net.spec;
  const names = net.classNames ?? (classes === CIFAR10_CLASSES.length ? CIFAR10_CLASSES : []);
  let failures = 0;
  /** @type {{ file: string, input: Uint8Array }[]} */
  let batch = [];
  const flush = async () => {
    const inputs = new Uint8Array(batch.length * IMAGE_BYTES);
    batch.forEach(({ input }, i) => {
      inputs.set(input, i * IMAGE_BYTES);
    });
    const shares = await net.classify(inputs);
    batch.forEach(({ file }, i) => {
      const own = shares.subarray(i * classes, (i + 1) * classes);
      printAnswer({ file, net: net.name, top: best(own, names, top) });
    });
    batch = [];
  };
  if (csv) printHead();
  for await (const read of readPictures(operands)) {
    if ('input' in read) {
      if (batch.push(read) === BATCH) await flush();
      continue;
    }
    await flush();
    failures++;
    if (json) printJson({ file: read.file, error: read.problem });
    note(`residua: ${read.problem}`);
  }
  await flush();
  return failures;
}

const printHead = () => print(csvLine(['file', 'rank', 'class', 'probability']));

/** The most probable classes. @param {Float32Array} shares @param {readonly string[]} names
 * @param {number} count */
function best(shares, names, count) {
  return Array.from(shares, (share, i) => ({
    class: names[i] ?? `class ${i}`,
    probability: rounded(share, 6),
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
