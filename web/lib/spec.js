import { badArgument } from './errors.js';

/** @typedef {import('./index.js').Spec} Spec */
/** @typedef {import('./index.js').Recipe} Recipe */
/** @typedef {import('./structs.js').Fields} Fields */

// The enumerations of residua.h, in the order of their numbers.
const FAMILIES = /** @type {const} */ (['plain', 'residual']);
const SHORTCUTS = /** @type {const} */ (['A', 'B', 'C']);
const NORMS = /** @type {const} */ (['batch', 'none']);
const INITS = /** @type {const} */ (['he', 'xavier', 'gaussian']);
const CONVOLUTIONS = /** @type {const} */ (['auto', 'direct', 'winograd']);
const SCHEDULES = /** @type {const} */ (['paper', 'step', 'cosine', 'constant']);
const AUGMENTS = /** @type {const} */ (['none', 'flip', 'crop-flip']);

const NAME_PREFIX = { plain: 'plain', residual: 'resnet' };

/** @param {Pick<Spec, 'family' | 'depth'>} spec */
export function nameOfSpec({ family, depth }) {
  return `${NAME_PREFIX[family]}${depth}`;
}

/** @param {string} name @returns {Pick<Spec, 'family' | 'depth'>} */
export function specFromName(name) {
  const match = /^(plain|resnet)-?(\d{1,4})$/.exec(name);
  if (!match) {
    const advice = 'write plain20, resnet56 or the like';
    throw badArgument('specFromName', `"${name}" does not name a network; ${advice}.`);
  }
  return { family: match[1] === 'plain' ? 'plain' : 'residual', depth: Number(match[2]) };
}

/** The number of `value` in an enumeration.
 * @param {string} op @param {string} what @param {readonly string[]} known
 * @param {unknown} value */
export function numberOf(op, what, known, value) {
  const number = known.indexOf(/** @type {string} */ (value));
  if (number < 0) throw badArgument(op, `${what} is "${value}"; choose ${known.join(', ')}.`);
  return number;
}

/** @param {string} op @param {unknown} conv */
export function convNumber(op, conv) {
  return numberOf(op, 'conv', CONVOLUTIONS, conv);
}

/** @param {string} op @param {string} what @param {unknown} value @param {number} least
 * @param {number} most */
export function checkInteger(op, what, value, least, most) {
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
    const range = `a whole number from ${least} to ${most}`;
    throw badArgument(op, `${what} is ${value}; it must be ${range}.`);
  }
  return Number(value);
}

/** @param {string} op @param {string} what @param {unknown} value */
export function checkNumber(op, what, value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw badArgument(op, `${what} is ${value}; it must be a finite number.`);
  }
  return value;
}

const U32_MAX = 2 ** 32 - 1;

/** @param {string} op @param {unknown} seed */
function seedFields(op, seed) {
  const value = checkInteger(op, 'seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return { seedLow: value >>> 0, seedHigh: Math.floor(value / 2 ** 32) };
}

/** @param {string} op @param {unknown} init */
function initFields(op, init) {
  const [kind, sigma] = String(init).split(':');
  const number = numberOf(op, 'init', INITS, kind);
  if ((kind === 'gaussian') !== (sigma !== undefined)) {
    throw badArgument(op, `init is "${init}"; write he, xavier or, with its sigma, gaussian:0.01.`);
  }
  return sigma === undefined
    ? { init: number }
    : { init: number, initSigma: checkNumber(op, 'the sigma of init', Number(sigma || NaN)) };
}

/** @param {string} op @param {string} what @param {unknown} values */
function threeNumbers(op, what, values) {
  if (!Array.isArray(values) || values.length !== 3) {
    throw badArgument(op, `${what} is ${values}; give three numbers, for red, green and blue.`);
  }
  return values.map((value) => checkNumber(op, what, value));
}

/** The fields of an rsd_spec that a spec sets; ranges are checked by the core.
 * @param {string} op @param {Partial<Spec>} spec @returns {Fields} */
export function fieldsOfSpec(op, spec) {
  /** @type {Record<string, () => Fields>} */
  const converters = {
    family: () => ({ family: numberOf(op, 'family', FAMILIES, spec.family) }),
    depth: () => ({ depth: checkInteger(op, 'depth', spec.depth, 0, U32_MAX) }),
    width: () => ({ width: checkInteger(op, 'width', spec.width, 0, U32_MAX) }),
    shortcut: () => ({ shortcut: numberOf(op, 'shortcut', SHORTCUTS, spec.shortcut) }),
    norm: () => ({ norm: numberOf(op, 'norm', NORMS, spec.norm) }),
    init: () => initFields(op, spec.init),
    classes: () => ({ classes: checkInteger(op, 'classes', spec.classes, 0, U32_MAX) }),
    frozenStages: () => ({
      frozenStages: checkInteger(op, 'frozenStages', spec.frozenStages, 0, U32_MAX),
    }),
    seed: () => seedFields(op, spec.seed),
    mean: () => ({ mean: threeNumbers(op, 'mean', spec.mean) }),
    std: () => ({ stddev: threeNumbers(op, 'std', spec.std) }),
  };
  const given = Object.entries(converters).filter(
    ([name]) => spec[/** @type {keyof Spec} */ (name)] !== undefined,
  );
  return Object.assign({}, ...given.map(([, convert]) => convert()));
}

/** The shortest decimal number that is this float32: 0.1, not 0.10000000149011612.
 * @param {number} value */
function shortest(value) {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

/** @param {Fields} fields @returns {Required<Spec>} */
export function specOfFields(fields) {
  const init = INITS[fields.init];
  const [mean, std] = [fields.mean, fields.stddev].map((triple) => triple.map(shortest));
  return {
    family: FAMILIES[fields.family],
    depth: fields.depth,
    width: fields.width,
    shortcut: SHORTCUTS[fields.shortcut],
    norm: NORMS[fields.norm],
    init: init === 'gaussian' ? `gaussian:${shortest(fields.initSigma)}` : init,
    classes: fields.classes,
    frozenStages: fields.frozenStages,
    seed: fields.seedHigh * 2 ** 32 + fields.seedLow,
    mean,
    std,
  };
}

/** @typedef {Required<Recipe>} FullRecipe */

/** @type {Omit<FullRecipe, 'seed'>} */
const RECIPE_DEFAULTS = {
  epochs: 12,
  batchSize: 128,
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: 'step',
  augment: 'crop-flip',
};

/** @param {Recipe} options @param {number} seed of the net @returns {FullRecipe} */
export function completeRecipe(options, seed) {
  const recipe = /** @type {FullRecipe} */ ({ ...RECIPE_DEFAULTS, seed });
  for (const name of /** @type {(keyof Recipe)[]} */ (Object.keys(recipe))) {
    if (options[name] !== undefined) Object.assign(recipe, { [name]: options[name] });
  }
  return recipe;
}

/** The rsd_recipe of a run over `images` images.
 * @param {string} op @param {FullRecipe} recipe @param {number} images @returns {Fields} */
export function fieldsOfRecipe(op, recipe, images) {
  return {
    images,
    batchSize: checkInteger(op, 'batchSize', recipe.batchSize, 1, U32_MAX),
    epochs: checkInteger(op, 'epochs', recipe.epochs, 1, U32_MAX),
    lr: checkNumber(op, 'lr', recipe.lr),
    momentum: checkNumber(op, 'momentum', recipe.momentum),
    weightDecay: checkNumber(op, 'weightDecay', recipe.weightDecay),
    schedule: numberOf(op, 'schedule', SCHEDULES, recipe.schedule),
    augment: numberOf(op, 'augment', AUGMENTS, recipe.augment),
    ...seedFields(op, recipe.seed),
  };
}

/** @param {Fields} fields of an rsd_recipe @returns {import('./index.js').SavedRecipe} */
export function recipeOfFields(fields) {
  return {
    images: fields.images,
    epochs: fields.epochs,
    batchSize: fields.batchSize,
    lr: shortest(fields.lr),
    momentum: shortest(fields.momentum),
    weightDecay: shortest(fields.weightDecay),
    schedule: SCHEDULES[fields.schedule],
    augment: AUGMENTS[fields.augment],
    seed: fields.seedHigh * 2 ** 32 + fields.seedLow,
  };
}
