/** The one list of names, limits and defaults of networks and recipes, and the conversion of specs and
 * recipes to the structs of residua.h. Invariant: the lists say what the core says; a test compares. */
import { badArgument, shown } from './errors.js';
import { checkOptions } from './options.js';

/** @typedef {import('./index.js').Spec} Spec */
/** @typedef {import('./index.js').Recipe} Recipe */
/** @typedef {import('./structs.js').Fields<'spec'>} SpecFields */
/** @typedef {import('./structs.js').Fields<'recipe'>} RecipeFields */

/** The enumerations of residua.h, in the order of their numbers. */
export const CHOICES = /** @type {const} */ ({
  family: ['plain', 'residual'],
  shortcut: ['A', 'B', 'C'],
  norm: ['batch', 'none'],
  init: ['he', 'xavier', 'gaussian'],
  conv: ['auto', 'direct', 'winograd'],
  schedule: ['paper', 'step', 'cosine', 'constant', 'triangle', 'own'],
  augment: ['none', 'flip', 'crop-flip', 'shift-flip'],
  tier: ['scalar', 'simd128', 'relaxed'],
});

/** RSD_SYNTHETIC_VERSION of residua.h: another version, other images. */
export const SYNTHETIC_VERSION = 2;
/** The schedules that a name says all of; 'own' needs a function. */
export const SCHEDULES = CHOICES.schedule.filter((name) => name !== 'own');

/**
 * @typedef {object} Limit
 * @property {number} min
 * @property {number} max
 * @property {boolean} [whole] integers only
 * @property {boolean} [excludesMin]
 * @property {boolean} [excludesMax]
 */

/** @param {number} min @param {number} max @returns {Limit} */
const whole = (min, max) => ({ min, max, whole: true });
const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;

/** @typedef {'depth' | 'width' | 'classes' | 'frozenStages' | 'seed' | 'sigma' | 'batchSize' | 'threads'
 *   | 'epochs' | 'lr' | 'momentum' | 'weightDecay' | 'labelSmoothing' | 'clip' | 'ema' | 'mixup'
 *   | 'cutout' | 'augmentSeed'} Limited */

/** What the core accepts, by name. Floats are those of C, so their largest is a float32's.
 * @type {Record<Limited, Limit>} */
export const LIMITS = {
  /** Beside the range, 6n+2: isDepth. */
  depth: whole(8, 1202),
  width: whole(1, 256),
  classes: whole(2, 1024),
  frozenStages: whole(0, 3),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  augmentSeed: whole(0, Number.MAX_SAFE_INTEGER),
  /** The standard deviation of init gaussian:S. */
  sigma: { min: 0, max: 1e6, excludesMin: true, excludesMax: true },
  batchSize: whole(2, 4096),
  threads: whole(1, 64),
  /** All steps of a run are fewer than 2^31. */
  epochs: whole(1, 2 ** 31 - 1),
  lr: { min: 0, max: FLOAT_MAX },
  momentum: { min: 0, max: 1, excludesMax: true },
  weightDecay: { min: 0, max: FLOAT_MAX },
  labelSmoothing: { min: 0, max: 1, excludesMax: true },
  clip: { min: 0, max: FLOAT_MAX },
  ema: { min: 0, max: 1, excludesMax: true },
  mixup: { min: 0, max: 1 },
  /** Pixels. */
  cutout: whole(0, 32),
};

/** What a network has unless it says otherwise; family and depth have no default. */
export const SPEC_DEFAULTS = /** @type {const} */ ({
  width: 16,
  shortcut: 'A',
  norm: 'batch',
  init: 'he',
  classes: 10,
  frozenStages: 0,
  seed: 1,
});

/** The usual normalisations of pixels divided by 255, by name. A file that does not say its own is read
 * with the first.
 * @type {Record<string, { mean: [number, number, number], std: [number, number, number] }>} */
export const NORMALISATIONS = {
  cifar10: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  /** Standard deviations of images averaged, which many copied. */
  'cifar10-popular': { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  cifar100: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

/** The library's and the command's recipe; the page has its own, with reasons, in lab/experiment.js. */
export const RECIPE_DEFAULTS = /** @type {const} */ ({
  epochs: 12,
  batchSize: 128,
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: 'step',
  augment: 'crop-flip',
});

/** What a recipe may add, as it is where it is off. A recipe that is kept has only what is on. */
export const RECIPE_OPTIONS = /** @type {const} */ ({
  nesterov: false,
  noDecayNorm: false,
  labelSmoothing: 0,
  clip: 0,
  ema: 0,
  mixup: 0,
  cutout: 0,
  augmentSeed: 0,
  classWeights: [],
});

/** Networks and recipes that are known to go well together, by name; docs/fast.md has what each reaches.
 * @type {Record<'fast', import('./index.js').NamedRecipe>} */
export const RECIPES = {
  /** CIFAR-10 in about ten minutes of two cores. */
  fast: {
    spec: { family: 'residual', depth: 20, width: 16 },
    recipe: {
      ...{ epochs: 13, batchSize: 128, lr: 0.2, momentum: 0.9, weightDecay: 5e-4 },
      ...{ schedule: 'triangle', augment: 'shift-flip', nesterov: true, noDecayNorm: true },
      labelSmoothing: 0.1,
    },
  },
};

/** Every depth there is: 6n+2. */
export const DEPTHS = Array.from({ length: (LIMITS.depth.max - 2) / 6 }, (_, i) => 8 + 6 * i);

/** @param {unknown} depth */
export const isDepth = (depth) => DEPTHS.includes(/** @type {number} */ (depth));

/** Whether a limit allows a value. @param {Limit} limit @param {unknown} value */
export function isWithin({ min, max, whole: isWhole, excludesMin, excludesMax }, value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (isWhole && !Number.isSafeInteger(value)) return false;
  return (excludesMin ? value > min : value >= min) && (excludesMax ? value < max : value <= max);
}

/** What a limit asks for, in words. @param {Limit} limit */
export function describeLimit({ min, max, whole: isWhole, excludesMin, excludesMax }) {
  const kind = isWhole ? 'a whole number' : 'a number';
  const least = excludesMin ? `above ${min}` : `from ${min}`;
  if (max === FLOAT_MAX) return `${kind} of ${min} or more`;
  return `${kind} ${least} to ${excludesMax ? 'below ' : ''}${max}`;
}

/** A number that the core accepts, checked before anything begins.
 * @param {string} op @param {keyof typeof LIMITS} name @param {unknown} value */
function checkLimit(op, name, value) {
  if (!isWithin(LIMITS[name], value)) {
    throw badArgument(op, `${name} is ${shown(value)}; it must be ${describeLimit(LIMITS[name])}.`);
  }
  return Number(value);
}

const NAME_PREFIX = { plain: 'plain', residual: 'resnet' };

/** @param {Pick<Spec, 'family' | 'depth'>} spec */
export function nameOfSpec({ family, depth }) {
  return `${NAME_PREFIX[family]}${depth}`;
}

/** Reads "resnet20", "resnet-20", "ResNet-20" and the like; `nameOfSpec` writes the first.
 * @param {string} name @returns {Pick<Spec, 'family' | 'depth'>} */
export const specFromName = (name) => readName('specFromName', name);

/** @param {string} op @param {string} name @returns {Pick<Spec, 'family' | 'depth'>} */
function readName(op, name) {
  const match = /^(plain|resnet)-?(\d{1,4})$/.exec(String(name).toLowerCase());
  if (!match) {
    const advice = 'write plain20, resnet56 or the like';
    throw badArgument(op, `${shown(name)} does not name a network; ${advice}.`);
  }
  return { family: match[1] === 'plain' ? 'plain' : 'residual', depth: Number(match[2]) };
}

/** The number of `value` in an enumeration.
 * @param {string} op @param {string} what @param {readonly string[]} known
 * @param {unknown} value */
export function numberOf(op, what, known, value) {
  const number = known.indexOf(/** @type {string} */ (value));
  if (number < 0) throw badArgument(op, `${what} is ${shown(value)}; choose ${known.join(', ')}.`);
  return number;
}

/** @param {string} op @param {unknown} conv */
export function convNumber(op, conv) {
  return numberOf(op, 'conv', CHOICES.conv, conv);
}

/** @param {string} op @param {string} what @param {unknown} value @param {number} least
 * @param {number} most */
export function checkInteger(op, what, value, least, most) {
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
    const range = `a whole number from ${least} to ${most}`;
    throw badArgument(op, `${what} is ${shown(value)}; it must be ${range}.`);
  }
  return Number(value);
}

/** @param {string} op @param {string} what @param {unknown} value */
export function checkNumber(op, what, value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw badArgument(op, `${what} is ${shown(value)}; it must be a finite number.`);
  }
  return value;
}

const U32_MAX = 2 ** 32 - 1;
const U64_MAX = 2n ** 64n - 1n;

/** The low and the high half of a seed. @param {string} op @param {'seed' | 'augmentSeed'} name
 * @param {unknown} seed */
function halvesOf(op, name, seed) {
  const isWide = typeof seed === 'bigint' && seed >= 0n && seed <= U64_MAX;
  const value = isWide ? seed : BigInt(checkInteger(op, name, seed, 0, Number.MAX_SAFE_INTEGER));
  return [Number(value & 0xffffffffn), Number(value >> 32n)];
}

/** @param {string} op @param {unknown} seed */
function seedFields(op, seed) {
  const [seedLow, seedHigh] = halvesOf(op, 'seed', seed);
  return { seedLow, seedHigh };
}

/** A seed above 2^53-1, which a number does not hold, is a bigint. C makes such seeds.
 * @param {number} low half @param {number} high half @returns {number | bigint} */
function seedOf(low, high) {
  const seed = high * 2 ** 32 + low;
  return Number.isSafeInteger(seed) ? seed : (BigInt(high) << 32n) | BigInt(low);
}

/** A kind and, for gaussian, a decimal number. */
const INIT = /^(he|xavier|gaussian)(?::([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))?$/;

/** @param {string} op @param {unknown} init */
function initFields(op, init) {
  const [, kind, sigma] = (typeof init === 'string' && INIT.exec(init)) || [];
  if (!kind || (kind === 'gaussian') !== (sigma !== undefined)) {
    throw badArgument(
      op,
      `init is ${shown(init)}; write he, xavier or, with its sigma, gaussian:0.01.`,
    );
  }
  const number = numberOf(op, 'init', CHOICES.init, kind);
  return sigma === undefined
    ? { init: number }
    : { init: number, initSigma: checkNumber(op, 'the sigma of init', Number(sigma)) };
}

/** @param {string} op @param {string} what @param {unknown} values */
function threeNumbers(op, what, values) {
  if (!Array.isArray(values) || values.length !== 3) {
    throw badArgument(
      op,
      `${what} is ${shown(values)}; give three numbers, for red, green and blue.`,
    );
  }
  return values.map((value) => checkNumber(op, what, value));
}

/** What a spec says; that of a name is its family and depth.
 * @param {string} op @param {unknown} spec @returns {Partial<Spec>} */
export function readSpec(op, spec) {
  if (typeof spec === 'string') return readName(op, spec);
  if (spec === undefined) throw badArgument(op, `${op}() needs a network, such as 'resnet20'.`);
  checkOptions(op, 'spec', spec);
  return /** @type {Partial<Spec>} */ (spec);
}

/** The fields of an rsd_spec that a spec sets; ranges are checked by the core.
 * @param {string} op @param {Partial<Spec>} spec @returns {Partial<SpecFields>} */
export function fieldsOfSpec(op, spec) {
  /** @type {Record<string, () => Partial<SpecFields>>} */
  const converters = {
    family: () => ({ family: numberOf(op, 'family', CHOICES.family, spec.family) }),
    depth: () => ({ depth: checkInteger(op, 'depth', spec.depth, 0, U32_MAX) }),
    width: () => ({ width: checkInteger(op, 'width', spec.width, 0, U32_MAX) }),
    shortcut: () => ({ shortcut: numberOf(op, 'shortcut', CHOICES.shortcut, spec.shortcut) }),
    norm: () => ({ norm: numberOf(op, 'norm', CHOICES.norm, spec.norm) }),
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

/** @param {SpecFields} fields @returns {Required<Spec>} */
export function specOfFields(fields) {
  const init = CHOICES.init[fields.init];
  const three = (/** @type {number[]} */ values) =>
    /** @type {[number, number, number]} */ (values.map(shortest));
  return {
    family: CHOICES.family[fields.family],
    depth: fields.depth,
    width: fields.width,
    shortcut: CHOICES.shortcut[fields.shortcut],
    norm: CHOICES.norm[fields.norm],
    init: init === 'gaussian' ? `gaussian:${shortest(fields.initSigma)}` : init,
    classes: fields.classes,
    frozenStages: fields.frozenStages,
    seed: seedOf(fields.seedLow, fields.seedHigh),
    mean: three(fields.mean),
    std: three(fields.stddev),
  };
}

/** @typedef {import('./index.js').RecipeOptions} RecipeOptions */
/** @typedef {Omit<import('./index.js').SavedRecipe, 'images'>} FullRecipe */

/** @param {Recipe} options @param {number | bigint} seed of the net @returns {FullRecipe} */
export function completeRecipe(options, seed) {
  const recipe = /** @type {FullRecipe} */ ({ ...RECIPE_DEFAULTS, seed });
  for (const name of /** @type {(keyof FullRecipe)[]} */ (Object.keys(recipe))) {
    if (options[name] !== undefined) Object.assign(recipe, { [name]: options[name] });
  }
  return { ...recipe, ...optionsThatAreOn(options) };
}

/** @param {RecipeOptions} options @returns {RecipeOptions} */
function optionsThatAreOn(options) {
  const isOff = (/** @type {any} */ value) =>
    value === 0 || value === 0n || value === false || value?.length === 0;
  const names = /** @type {(keyof RecipeOptions)[]} */ (Object.keys(RECIPE_OPTIONS));
  const on = names.filter((name) => options[name] !== undefined && !isOff(options[name]));
  return Object.fromEntries(on.map((name) => [name, options[name]]));
}

/** @param {string} op @param {string} name @param {unknown} value */
function checkSwitch(op, name, value) {
  if (typeof value !== 'boolean') {
    throw badArgument(op, `${name} is ${shown(value)}; it must be true or false.`);
  }
  return Number(value);
}

/** One above 0 for each class of the net, which the core sees to.
 * @param {string} op @param {unknown} weights */
function checkClassWeights(op, weights) {
  const isSound = (/** @type {unknown} */ weight) =>
    typeof weight === 'number' && weight > 0 && Number.isFinite(weight);
  if (Array.isArray(weights) && weights.length <= LIMITS.classes.max && weights.every(isSound)) {
    return weights;
  }
  throw badArgument(
    op,
    `classWeights is ${shown(weights)}; give a list of numbers above 0, one a class.`,
  );
}

/** @param {string} op @param {RecipeOptions} given */
function fieldsOfOptions(op, given) {
  const options = { ...RECIPE_OPTIONS, ...given };
  const limited = (/** @type {Limited & keyof RecipeOptions} */ name) =>
    checkLimit(op, name, options[name]);
  if (options.nesterov && !(/** @type {Recipe} */ (given).momentum)) {
    throw badArgument(op, 'nesterov needs a momentum above 0.');
  }
  const [augmentSeedLow, augmentSeedHigh] = halvesOf(op, 'augmentSeed', options.augmentSeed);
  return {
    nesterov: checkSwitch(op, 'nesterov', options.nesterov),
    noDecayNorm: checkSwitch(op, 'noDecayNorm', options.noDecayNorm),
    labelSmoothing: limited('labelSmoothing'),
    clip: limited('clip'),
    ema: limited('ema'),
    mixup: limited('mixup'),
    cutout: limited('cutout'),
    augmentSeedLow,
    augmentSeedHigh,
    classWeights: checkClassWeights(op, options.classWeights),
  };
}

/** @param {RecipeFields} fields */
function optionsOfFields({ nesterov, noDecayNorm, cutout, classWeights, ...fields }) {
  return optionsThatAreOn({
    nesterov: nesterov === 1,
    noDecayNorm: noDecayNorm === 1,
    labelSmoothing: shortest(fields.labelSmoothing),
    clip: shortest(fields.clip),
    ema: shortest(fields.ema),
    mixup: shortest(fields.mixup),
    cutout,
    augmentSeed: seedOf(fields.augmentSeedLow, fields.augmentSeedHigh),
    classWeights: classWeights.filter((weight) => weight > 0).map(shortest),
  });
}

/** The rsd_recipe of a run over `images` images.
 * @param {string} op @param {FullRecipe} recipe @param {number} images @returns {Omit<RecipeFields, 'size'>} */
export function fieldsOfRecipe(op, recipe, images) {
  return {
    images,
    batchSize: checkLimit(op, 'batchSize', recipe.batchSize),
    epochs: checkLimit(op, 'epochs', recipe.epochs),
    lr: checkLimit(op, 'lr', recipe.lr),
    momentum: checkLimit(op, 'momentum', recipe.momentum),
    weightDecay: checkLimit(op, 'weightDecay', recipe.weightDecay),
    schedule: numberOf(op, 'schedule', CHOICES.schedule, recipe.schedule),
    augment: numberOf(op, 'augment', CHOICES.augment, recipe.augment),
    ...seedFields(op, recipe.seed),
    ...fieldsOfOptions(op, recipe),
  };
}

/** @param {RecipeFields} fields @returns {import('./index.js').SavedRecipe} */
export function recipeOfFields(fields) {
  return {
    images: fields.images,
    epochs: fields.epochs,
    batchSize: fields.batchSize,
    lr: shortest(fields.lr),
    momentum: shortest(fields.momentum),
    weightDecay: shortest(fields.weightDecay),
    schedule: CHOICES.schedule[fields.schedule],
    augment: CHOICES.augment[fields.augment],
    seed: seedOf(fields.seedLow, fields.seedHigh),
    ...optionsOfFields(fields),
  };
}
