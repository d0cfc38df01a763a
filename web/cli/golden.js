/** Compares a few steps of training with what PyTorch computed for the same net and images. */

import path from 'node:path';
import { Core } from '../lib/core.js';
import { counted } from '../lib/counted.js';
import { checkImages } from '../lib/dataset.js';
import { ResiduaError } from '../lib/errors.js';
import { loadSettings } from '../lib/loader.js';
import { completeSpec, Model } from '../lib/model.js';
import { fieldsOfRecipe, nameOfSpec } from '../lib/spec.js';
import { readWhole } from './files.js';
import { needOperands } from './inputs.js';
import { print, printJson, row } from './output.js';
import { readSafetensors } from './safetensors.js';

/** @typedef {import('./safetensors.js').Tensor} Tensor */
/** @typedef {import('../lib/index.js').Spec} Spec */
/** @typedef {ReturnType<typeof readGolden>} Golden */

const GROUPS = /** @type {const} */ (['logits', 'grad', 'losses', 'after', 'eval']);
const WIDTHS = [34, 9, 8, 8, 8, 8, 8];

/** @param {import('./flags.js').Values} values @param {string[]} files */
export async function golden(values, files) {
  needOperands(
    files,
    'FILE',
    'a file of values that PyTorch computed, such as tests/golden/plain8-w4.safetensors',
  );
  const { tier, threads, conv } = values;
  const settings = await loadSettings({ tier, threads, conv }, false);
  if (!values.json) print(row(['file', 'net', ...GROUPS], WIDTHS));
  for (const file of files) {
    const errors = await compare(readGolden(file, await readWhole(file)), settings);
    if (values.json) printJson(errors);
    else print(row([path.basename(file), ...texts(errors)], WIDTHS));
  }
}

/** @param {Awaited<ReturnType<typeof compare>>} errors */
function texts({ net, ...errors }) {
  return [net, ...GROUPS.map((group) => errors[group].toExponential(1))];
}

/** @param {string} file @param {string} problem */
function badFile(file, problem) {
  const advice = 'make it as tests/golden/make_golden.py does';
  const message = `${file} does not hold golden values: ${problem}; ${advice}.`;
  return new ResiduaError('BAD_FILE', 'golden', message);
}

/** @param {string} file @param {Uint8Array} bytes */
function readGolden(file, bytes) {
  const { metadata, tensors } = readSafetensors(file, bytes);
  /** The tensors whose names begin so, by the rest of their names. */
  const group = (/** @type {string} */ prefix) => {
    const found = [...tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  };
  const one = (/** @type {string} */ name) => {
    const tensor = tensors.get(name);
    if (!tensor) throw badFile(file, `there is no tensor ${name}`);
    return tensor;
  };
  const number = (/** @type {string} */ key) => {
    const value = Number(metadata[key] || NaN);
    if (!Number.isFinite(value)) throw badFile(file, `${key} is missing in __metadata__`);
    return value;
  };
  if (number('bn_eps') !== 1e-5 || number('bn_momentum') !== 0.1) {
    throw badFile(file, 'bn_eps must be 1e-5 and bn_momentum 0.1, as they always are here');
  }
  const init = group('init.');
  return {
    file,
    init,
    spec: specOf(file, metadata, number, init),
    recipe: {
      ...{ lr: number('lr'), momentum: number('momentum'), weightDecay: number('weight_decay') },
      ...optionsOf(metadata, tensors.get('class_weights')),
    },
    batch: imagesOf(one('images'), one('labels')),
    logits: one('train_logits'),
    grad: group('grad.'),
    losses: one('losses'),
    after: group('after.'),
    evalLogits: one('eval_logits_after'),
  };
}

/** What a recipe adds, which is off where the file does not say it.
 * @param {Record<string, string>} metadata @param {Tensor} [classWeights]
 * @returns {import('../lib/index.js').RecipeOptions} */
function optionsOf(metadata, classWeights) {
  const of = (/** @type {string} */ key) => Number(metadata[key] ?? 0);
  return {
    nesterov: of('nesterov') === 1,
    noDecayNorm: of('no_decay_norm') === 1,
    labelSmoothing: of('label_smoothing'),
    clip: of('clip'),
    ema: of('ema'),
    mixup: of('mixup'),
    cutout: of('cutout'),
    classWeights: Array.from(classWeights?.values ?? [], Number),
  };
}

/** @param {string} file @param {Record<string, string>} metadata
 * @param {(key: string) => number} number @param {Map<string, Tensor>} init @returns {Spec} */
function specOf(file, { shortcut, mean, std }, number, init) {
  if (!/^(plain|A|B|C)$/.test(shortcut)) throw badFile(file, 'shortcut is none of plain, A, B, C');
  const triple = (/** @type {string} */ text) => {
    return /** @type {[number, number, number]} */ (String(text).split(',').map(Number));
  };
  return {
    family: shortcut === 'plain' ? 'plain' : 'residual',
    shortcut: shortcut === 'plain' ? 'A' : /** @type {'A' | 'B' | 'C'} */ (shortcut),
    depth: number('depth'),
    width: number('width'),
    classes: init.get('linear.bias')?.values.length ?? 10,
    norm: init.has('bn1.weight') ? 'batch' : 'none',
    mean: triple(mean),
    std: triple(std),
  };
}

/** @param {Tensor} images @param {Tensor} labels */
function imagesOf(images, labels) {
  const numbers = Uint16Array.from(/** @type {BigInt64Array} */ (labels.values), Number);
  return { images: /** @type {Uint8Array} */ (images.values), labels: numbers };
}

/** @param {Golden} wanted @param {import('../lib/loader.js').Settings} settings */
async function compare(wanted, settings) {
  const tool = await Core.open(settings.module);
  const spec = completeSpec(tool, 'golden', wanted.spec);
  const batchSize = checkImages('golden', wanted.batch, spec.classes);
  const model = await Model.open(tool, spec, { batchSize, training: true }, settings);
  try {
    writeParameters(model, wanted);
    return { file: wanted.file, net: nameOfSpec(model.publicSpec), ...train(model, wanted) };
  } finally {
    model.close();
  }
}

/** Writes the initial parameters into the net. The running statistics, which the file leaves out,
 * begin at 0 and 1. @param {Model} model @param {Golden} wanted */
function writeParameters(model, { file, init }) {
  const { core, net } = model;
  const names = new Set();
  model.tensors('value').forEach(({ name, shape }, index) => {
    names.add(name);
    const given = init.get(name);
    if (!given && /\.running_(mean|var)$/.test(name)) return;
    if (!given || String(given.shape) !== String(shape)) {
      throw badFile(file, `init.${name} has shape [${given?.shape ?? ''}], not [${shape}]`);
    }
    core.f32('file', given.values.length).set(/** @type {Float32Array} */ (given.values));
    core.call('rsd_net_write', net, index, 0, core.at.file);
  });
  const stranger = [...init.keys()].find((name) => !names.has(name));
  if (stranger) throw badFile(file, `init.${stranger} is no part of this net`);
}

/** As many steps as there are losses, on the one batch in the order of the file.
 * @param {Model} model @param {Golden} wanted */
function train(model, { file, batch, recipe, ...wanted }) {
  const batchSize = batch.labels.length;
  const steps = wanted.losses.values.length;
  /** @type {import('../lib/spec.js').FullRecipe} */
  const whole = {
    ...{ epochs: steps, batchSize, seed: 0, schedule: 'constant', augment: 'none' },
    ...recipe,
  };
  const inOrder = Uint32Array.from({ length: batchSize }, (_, i) => i);
  const losses = new Float64Array(steps);
  const first = { logits: new Float32Array(0), grad: /** @type {NamedValues} */ (new Map()) };
  model.trainBegin(fieldsOfRecipe('golden', whole, batchSize));
  for (let step = 0; step < steps; step++) {
    losses[step] = model.trainStep(batch, inOrder).loss;
    if (step > 0) continue;
    first.logits = model.trainLogits();
    first.grad = named(model.tensors('gradient'));
  }
  const after = named(model.tensors('value'));
  const evalLogits = model.infer(batch.images, 0, batchSize);
  return {
    logits: difference(file, 'train_logits', first.logits, wanted.logits),
    grad: worst(file, 'grad.', first.grad, wanted.grad),
    losses: difference(file, 'losses', losses, wanted.losses),
    after: worst(file, 'after.', after, wanted.after),
    eval: difference(file, 'eval_logits_after', evalLogits, wanted.evalLogits),
  };
}

/** @typedef {Map<string, Float32Array>} NamedValues */

/** @param {import('../lib/index.js').Tensor[]} tensors @returns {NamedValues} */
function named(tensors) {
  return new Map(tensors.map(({ name, values }) => [name, values]));
}

/** The largest difference of any tensor in a group. @param {string} file @param {string} prefix
 * @param {NamedValues} ours @param {Map<string, Tensor>} wanted */
function worst(file, prefix, ours, wanted) {
  if (wanted.size === 0) throw badFile(file, `there is no tensor ${prefix}*`);
  return Math.max(
    ...[...wanted].map(([name, tensor]) => {
      return difference(file, prefix + name, ours.get(name) ?? new Float32Array(0), tensor);
    }),
  );
}

/** max |ours - wanted| / max |wanted|. @param {string} file @param {string} name
 * @param {Float32Array | Float64Array} ours @param {Tensor} wanted */
function difference(file, name, ours, { values }) {
  if (ours.length !== values.length) {
    throw badFile(file, `${name} has ${counted(values.length, 'value')}, not ${ours.length}`);
  }
  let largest = 0;
  let gap = 0;
  for (let i = 0; i < ours.length; i++) {
    const value = Number(values[i]);
    largest = Math.max(largest, Math.abs(value));
    gap = Math.max(gap, Math.abs(ours[i] - value));
  }
  const share = gap === 0 ? 0 : gap / largest;
  if (Number.isFinite(share)) return share;
  throw badFile(file, `${name} cannot be compared: ${gap} of ${largest}`);
}
