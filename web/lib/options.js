/** The options of each function, and their check. Invariant: the lists are those of index.d.ts, which the type
 * checker compares; an option that is not listed is refused by name before anything begins. */
import { badArgument, shown } from './errors.js';
import { nearest } from './nearest.js';

/** @typedef {import('./index.js').Engine} Engine */
/** @typedef {import('./index.js').Net} Net */
/** @template T @typedef {Record<keyof T, true>} Names */

/**
 * @typedef {object} Options
 * @property {import('./index.js').EngineOptions} engine
 * @property {import('./index.js').Spec} spec
 * @property {NonNullable<Parameters<Engine['plan']>[1]>} plan
 * @property {import('./index.js').TrainOptions} train
 * @property {import('./index.js').EvaluateOptions} evaluate
 * @property {import('./index.js').OcclusionOptions} occlusion
 * @property {import('./index.js').StepRecipe} begin
 * @property {NonNullable<Parameters<Net['update']>[0]>} update
 * @property {import('./index.js').Abortable} abortable
 * @property {import('./index.js').OpenOptions} open
 * @property {import('./index.js').FetchOptions} fetch
 * @property {NonNullable<Parameters<Net['save']>[0]>} save
 * @property {NonNullable<Parameters<Engine['synthetic']>[0]>} synthetic
 * @property {Parameters<import('./index.js').Dataset['take']>[0]} counts
 */

/** @type {Names<import('./index.js').Recipe>} */
const RECIPE = {
  ...{ epochs: true, batchSize: true, lr: true, momentum: true, weightDecay: true },
  ...{ schedule: true, augment: true, seed: true, nesterov: true, noDecayNorm: true },
  ...{ labelSmoothing: true, clip: true, ema: true, mixup: true, cutout: true },
  ...{ augmentSeed: true, classWeights: true },
};

/** @type {{ [K in keyof Options]: Names<Options[K]> }} */
const NAMES = {
  engine: { tier: true, threads: true, conv: true, wasm: true, worker: true, signal: true },
  spec: {
    ...{ family: true, depth: true, width: true, shortcut: true, norm: true, init: true },
    ...{ classes: true, frozenStages: true, seed: true, mean: true, std: true },
  },
  plan: { batchSize: true, training: true, signal: true },
  train: {
    ...RECIPE,
    ...{ images: true, signal: true, evaluate: true, restart: true, force: true },
    ...{ validation: true, onBatch: true },
    ...{ layerStatsEvery: true, layerStatisticsImages: true, checkpointEverySeconds: true },
  },
  begin: (({ epochs: _, ...rest }) => ({ ...rest, steps: true, restart: true, signal: true }))(
    RECIPE,
  ),
  update: { lr: true, signal: true },
  abortable: { signal: true },
  evaluate: { batchSize: true, signal: true, details: true, views: true, classes: true },
  occlusion: { size: true, stride: true, signal: true, onProgress: true },
  open: {
    ...{ onProgress: true, signal: true, holdout: true, labels: true },
    ...{ images: true, testImages: true },
  },
  fetch: { source: true, onProgress: true, labels: true, signal: true },
  save: { optimizer: true, signal: true },
  synthetic: { images: true, testImages: true, signal: true },
  counts: { images: true, testImages: true },
};

/** Signals of other realms, such as those of jsdom, count too. @param {any} value */
const isSignal = (value) =>
  typeof value?.addEventListener === 'function' && typeof value.aborted === 'boolean';

/** What an option must be that is given. @type {Record<string, [(value: any) => boolean, string]>} */
const KINDS = {
  signal: [isSignal, 'an AbortSignal'],
  views: [(value) => [1, 2, 6].includes(value), '1, 2 or 6'],
  onProgress: [(value) => typeof value === 'function', 'a function'],
  onBatch: [(value) => typeof value === 'function', 'a function'],
};
for (const name of ['evaluate', 'restart', 'force', 'training', 'details', 'optimizer']) {
  KINDS[name] = [(value) => typeof value === 'boolean', 'true or false'];
}

/** @param {string} op @param {keyof Options} kind of options @param {unknown} options that op was given */
export function checkOptions(op, kind, options) {
  if (options === undefined) return;
  const known = Object.keys(NAMES[kind]);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    if (kind === 'spec') throw badArgument(op, `${op}() got ${shown(options)}; ${NETWORK}.`);
    const problem = `The options of ${op}() are ${shown(options)}`;
    throw badArgument(op, `${problem}; give an object with any of ${known.join(', ')}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) throw unknownOption(op, kind, name, known);
    const [isSound, wanted] = KINDS[name] ?? [];
    if (value !== undefined && isSound && !isSound(value)) {
      throw badArgument(op, `${name} is ${shown(value)}; it must be ${wanted}.`);
    }
  }
}

const NETWORK = "a network is a name, such as 'resnet8', or { family: 'residual', depth: 8 }";
/** What somebody calls an option that holds a network's name. */
const OF_NETWORKS = ['net', 'name', 'model', 'network', 'arch', 'architecture'];

/** @param {string} op @param {keyof Options} kind @param {string} name @param {string[]} known */
function unknownOption(op, kind, name, known) {
  const near = nearest(name, known);
  const advice =
    kind === 'spec' && OF_NETWORKS.includes(name)
      ? `${NETWORK}.`
      : near
        ? `did you mean ${near}?`
        : `there are ${known.join(', ')}.`;
  return badArgument(op, `${op}() has no option "${name}"; ${advice}`);
}
