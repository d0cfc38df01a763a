import { inputOf } from '../lib/data/picture.js';
import { IMAGE_BYTES } from '../lib/dataset.js';
import { CIFAR10_CLASSES, ResiduaError } from '../lib/index.js';
import { readWhole } from './files.js';
import { loadNet, needFlag, needOperands, withEngine } from './inputs.js';
import { print, printJson, rounded } from './output.js';

const TOP = 5;

/** @param {import('./flags.js').Values} values @param {string[]} files */
export async function predict(values, files) {
  needFlag(values, 'model');
  needOperands(files, 'IMAGE');
  const model = await readWhole(values.model);
  const inputs = new Uint8Array(files.length * IMAGE_BYTES);
  for (const [i, file] of files.entries()) {
    inputs.set(await readPicture(file), i * IMAGE_BYTES);
  }
  await withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, model);
    const { classes } = net.spec;
    const names = net.classNames ?? (classes === CIFAR10_CLASSES.length ? CIFAR10_CLASSES : []);
    const shares = await net.classify(inputs);
    files.forEach((file, i) => {
      const top = best(shares.subarray(i * classes, (i + 1) * classes), names);
      report(file, net.name, top, values.json);
    });
  });
}

/** @param {string} file */
async function readPicture(file) {
  const bytes = await readWhole(file);
  try {
    return await inputOf(bytes);
  } catch (error) {
    const problem = `${file} cannot be decoded (${/** @type {Error} */ (error).message})`;
    throw new ResiduaError('BAD_FILE', 'predict', `${problem}; give a PNG or JPEG image.`);
  }
}

/** The most probable classes. @param {Float32Array} shares @param {readonly string[]} names */
function best(shares, names) {
  return Array.from(shares, (share, i) => ({
    class: names[i] ?? `class ${i}`,
    probability: rounded(share, 6),
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
}

/** @param {string} file @param {string} net @param {ReturnType<typeof best>} top
 * @param {boolean} json */
function report(file, net, top, json) {
  if (json) return printJson({ file, net, top });
  const shares = top.map(({ class: name, probability }) => {
    return `${name} ${(probability * 100).toFixed(1)} %`;
  });
  print(`${file}: ${shares.join(', ')}`);
}
