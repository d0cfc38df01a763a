/** Trains a network with the core and says how far its values are from others, such as PyTorch's in float64.
 * Values lie in one list: losses, logits of the first step, logits in evaluation after the last; then, of
 * the first gradient and of the weights after the first and the last step, for each tensor that is looked
 * at the root mean square of the whole and SAMPLES of its elements. */
import { Core } from '../../web/lib/core.js';
import { loadSettings } from '../../web/lib/loader.js';
import { completeSpec, Model } from '../../web/lib/model.js';
import { fieldsOfRecipe } from '../../web/lib/spec.js';
import { batchOf, STEPS } from './nets.js';

/** @typedef {import('./nets.js').FidelityNet} FidelityNet */
/** @typedef {{ name: string, shape: number[], values: Float32Array }} Tensor */
/** @typedef {{ tier: import('../../web/lib/index.js').Tier, conv: 'direct' | 'winograd' }} Method */
/** How far a run's values are from others, by group. @typedef {Record<keyof typeof GROUPS, number>} Errors */

export const GROUPS = {
  logits: 'logits of the first step',
  loss: 'loss of the first step',
  gradient: 'gradient of the first step',
  first: 'weights after one step',
  losses: 'losses of six steps',
  last: 'weights after six steps',
  evaluation: 'evaluation after six steps',
};
const PARTS = /** @type {const} */ (['gradient', 'first', 'last']);
const MOST_TENSORS = 64;
export const SAMPLES = 2;
export const RECIPE = { momentum: 0.9, weightDecay: 1e-4 };
/** Digits of an error that are kept. */
const DIGITS = 3;

/** The tensors that are looked at, evenly spread. @template T @param {T[]} tensors */
export function looked(tensors) {
  const count = Math.min(tensors.length, MOST_TENSORS);
  return Array.from({ length: count }, (_, i) => tensors[Math.floor((i * tensors.length) / count)]);
}

/** @param {ArrayLike<number>} values */
function rms(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum / values.length);
}

/** @param {Tensor[]} tensors */
function sampled(tensors) {
  return looked(tensors).flatMap(({ values }) => {
    const places = Array.from({ length: SAMPLES }, (_, j) => (j + 0.5) / SAMPLES);
    return [rms(values), ...places.map((place) => values[Math.floor(place * values.length)])];
  });
}

/** @param {FidelityNet} net @param {Method} method */
export async function openModel({ spec, batchSize }, { tier, conv }) {
  const wasm = (/** @type {string} */ file) => new URL(`../../dist/${file}`, import.meta.url);
  const settings = await loadSettings({ tier, conv, threads: 1, wasm }, false);
  const tool = await Core.open(settings.module);
  const whole = completeSpec(tool, 'fidelity', spec);
  return Model.open(tool, whole, { batchSize, training: true }, settings);
}

/** Each step is an epoch: there are as many images as a batch has. @param {FidelityNet} net */
export function fieldsToBegin({ batchSize, lr }) {
  const constant = /** @type {const} */ ({ schedule: 'constant', augment: 'none', seed: 0 });
  const recipe = { ...RECIPE, ...constant, lr, batchSize, epochs: STEPS };
  return fieldsOfRecipe('fidelity', recipe, batchSize);
}

/** What the core's float32 computes. @param {FidelityNet} net @param {Method} method */
export async function valuesOf(net, method) {
  const model = await openModel(net, method);
  const { batchSize } = net;
  const batch = batchOf(net);
  const inOrder = Uint32Array.from({ length: batchSize }, (_, i) => i);
  model.trainBegin(fieldsToBegin(net));
  const losses = [model.trainStep(batch, inOrder).loss];
  const logits = model.trainLogits();
  const gradient = sampled(model.tensors('gradient'));
  const first = sampled(model.tensors('value'));
  while (losses.length < STEPS) losses.push(model.trainStep(batch, inOrder).loss);
  const last = sampled(model.tensors('value'));
  const evaluation = model.infer(batch.images, 0, batchSize);
  model.close();
  return [...losses, ...logits, ...evaluation, ...gradient, ...first, ...last];
}

/** Where each group lies among the values of a network. @param {FidelityNet} net
 * @param {{ trained: number, all: number }} tensors that it has, and those of them that are trained */
export function layoutOf({ batchSize }, { trained, all }) {
  const scores = 10 * batchSize;
  const part = (/** @type {number} */ count) => Math.min(count, MOST_TENSORS) * (1 + SAMPLES);
  const lengths = {
    ...{ losses: STEPS, logits: scores, evaluation: scores },
    ...{ gradient: part(trained), first: part(all), last: part(all) },
  };
  let end = 0;
  const places = Object.entries(lengths).map(([name, length]) => {
    end += length;
    return [name, { begin: end - length, end }];
  });
  return { length: end, places: Object.fromEntries(places) };
}

/** @param {ArrayLike<number>} values @param {ArrayLike<number>} wanted
 * @param {ReturnType<typeof layoutOf>} layout @returns {Errors} */
export function errorsOf(values, wanted, { places, length }) {
  if (values.length !== length || wanted.length !== length) {
    throw new Error(`${values.length} and ${wanted.length} values, where ${length} belong`);
  }
  const pairs = (/** @type {string} */ name) => {
    const { begin, end } = places[name];
    const of = (/** @type {ArrayLike<number>} */ list) => Array.from(list).slice(begin, end);
    return { ours: of(values), theirs: of(wanted) };
  };
  const { ours, theirs } = pairs('losses');
  const lossGaps = ours.map((loss, i) => Math.abs(loss - theirs[i]) / theirs[0]);
  const scores = (/** @type {string} */ name) => scoreError(pairs(name));
  const parts = PARTS.map((name) => [name, sampleError(pairs(name))]);
  const errors = {
    ...{ logits: scores('logits'), loss: lossGaps[0], losses: Math.max(...lossGaps) },
    ...{ evaluation: scores('evaluation'), ...Object.fromEntries(parts) },
  };
  const names = /** @type {(keyof typeof GROUPS)[]} */ (Object.keys(GROUPS));
  const rounded = names.map((name) => [name, Number(errors[name].toPrecision(DIGITS))]);
  return Object.fromEntries(rounded);
}

/** @typedef {{ ours: number[], theirs: number[] }} Pairs */

/** Root mean squares of the differences and of the values, divided. @param {Pairs} pairs */
const scoreError = ({ ours, theirs }) =>
  rms(ours.map((value, i) => value - theirs[i])) / rms(theirs);

/** Root mean square of the differences, each divided by its tensor's. A tensor that is zero says nothing.
 * @param {Pairs} pairs */
function sampleError({ ours, theirs }) {
  const gaps = ours.flatMap((value, i) => {
    const at = i % (1 + SAMPLES);
    const size = theirs[i - at];
    return at === 0 || size === 0 ? [] : [(value - theirs[i]) / size];
  });
  return rms(gaps);
}
