/** Experiments of the paper, and ones that are much asked for, one press away in the panel. What a preset does not name
 * is as by default, but for the set of images and the machine, which stay the reader's. */
import { RECIPE_DEFAULTS, RECIPES } from '../../lib/spec.js';
import { defaultExperiment, newRun } from '../experiment.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('../index.js').ImageSource} ImageSource */

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {() => Partial<Experiment>} change of the default experiment
 */

/** @param {RunConfig['family']} family @param {number[]} depths @param {Partial<RunConfig>} [more] */
const networks = (family, depths, more) =>
  depths.map((depth) => newRun({ family, depth, ...more }));

/** Section 4.2 of the paper: 64,000 iterations, which are 164 epochs. @type {Partial<Experiment>} */
const PAPER = {
  ...{ epochs: 164, lr: 0.1, schedule: 'paper', batchSize: 128, augment: 'crop-flip' },
  ...{ weightDecay: 1e-4, momentum: 0.9 },
};

const ALL_IMAGES = /** @type {const} */ ({ data: 'cifar10', images: 50000, testImages: 10000 });

/** The recipe's usual parts are the experiment's, what it adds is the network's.
 * @returns {Partial<Experiment>} */
function fast() {
  const { spec, recipe } = RECIPES.fast;
  const parts = Object.entries(recipe);
  const isShared = (/** @type {string} */ name) => Object.hasOwn(RECIPE_DEFAULTS, name);
  const added = parts.filter(([name]) => !isShared(name));
  return {
    ...Object.fromEntries(parts.filter(([name]) => isShared(name))),
    ...ALL_IMAGES,
    runs: [newRun({ .../** @type {any} */ (spec), ...Object.fromEntries(added) })],
  };
}

/** The preset whose name says how long it takes on the reader's machine. @type {Preset} */
export const TIMED = { id: 'fast', change: fast };

/** @type {readonly Preset[]} */
export const PRESETS = [
  {
    id: 'figure6',
    change: () => ({
      runs: [
        ...networks('plain', [20, 32, 44, 56]),
        ...networks('residual', [20, 32, 44, 56, 110]),
      ],
      schedule: 'paper',
    }),
  },
  {
    id: 'table6',
    change: () => ({
      ...PAPER,
      ...ALL_IMAGES,
      runs: networks('residual', [20, 32, 44, 56, 110], { width: 16 }),
    }),
  },
  {
    id: 'noNorm',
    change: () => ({
      runs: [
        ...networks('plain', [20]),
        ...networks('residual', [20]),
        ...networks('plain', [20], { norm: 'none' }),
        ...networks('residual', [20], { norm: 'none' }),
      ],
    }),
  },
  {
    id: 'pictures',
    change: () => ({
      ...{ data: 'cifar10', batchSize: 16, augment: 'flip' },
      runs: [...networks('plain', [20]), ...networks('residual', [20])],
    }),
  },
  TIMED,
];

/** The whole of a preset, wherever the reader comes from; images are asked for as far as they are there.
 * @param {Preset} preset @param {Pick<Experiment, 'data' | 'tier' | 'threads'>} now @param {ImageSource | null} source
 * @returns {Experiment} */
export function experimentOf({ change }, { data, tier, threads }, source) {
  const whole = { ...defaultExperiment(), data, tier, threads, ...change() };
  const most = whole.data === 'synthetic' ? null : source;
  return {
    ...whole,
    images: Math.min(whole.images, most?.images ?? Infinity),
    testImages: Math.min(whole.testImages, most?.testImages ?? Infinity),
  };
}
