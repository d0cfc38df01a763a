/** Experiments of the paper, and ones that are much asked for, one press away in the panel. A preset changes the
 * networks and the recipe, and leaves images that it does not name. */
import { RECIPE_DEFAULTS, RECIPES } from '../../lib/spec.js';
import { newRun } from '../experiment.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('../index.js').ImageSource} ImageSource */

/**
 * @typedef {object} Preset
 * @property {string} id
 * @property {(source: ImageSource | null) => Partial<Experiment>} change
 */

/** @param {RunConfig['family']} family @param {number[]} depths @param {Partial<RunConfig>} [more] */
const networks = (family, depths, more) =>
  depths.map((depth) => newRun({ family, depth, ...more }));

/** Section 4.2 of the paper: 64,000 iterations, which are 164 epochs. @type {Partial<Experiment>} */
const PAPER = {
  ...{ epochs: 164, lr: 0.1, schedule: 'paper', batchSize: 128, augment: 'crop-flip' },
  ...{ weightDecay: 1e-4, momentum: 0.9 },
};

/** Images are asked for as far as they are there. @param {ImageSource | null} source
 * @param {number} images @param {number} testImages */
function upTo(source, images, testImages) {
  return {
    images: Math.min(images, source?.images ?? images),
    testImages: Math.min(testImages, source?.testImages ?? testImages),
  };
}

/** The recipe's usual parts are the experiment's, what it adds is the network's. @param {ImageSource | null} source
 * @returns {Partial<Experiment>} */
function fast(source) {
  const { spec, recipe } = RECIPES.fast;
  const parts = Object.entries(recipe);
  const isShared = (/** @type {string} */ name) => Object.hasOwn(RECIPE_DEFAULTS, name);
  const added = parts.filter(([name]) => !isShared(name));
  return {
    ...Object.fromEntries(parts.filter(([name]) => isShared(name))),
    ...upTo(source, 50000, 10000),
    data: 'cifar10',
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
    change: (source) => ({
      ...PAPER,
      ...upTo(source, 50000, 10000),
      data: 'cifar10',
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
    change: (source) => ({
      ...upTo(source, 5000, 1000),
      ...{ data: 'cifar10', batchSize: 16, augment: 'flip' },
      runs: [...networks('plain', [20]), ...networks('residual', [20])],
    }),
  },
  TIMED,
];
