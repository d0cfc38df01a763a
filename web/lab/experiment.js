/** An experiment as one plain object, and the table of its fields. Controls, links and recipes are all
 * made from this table. */

import {
  CHOICES,
  DEPTHS,
  isWithin,
  LIMITS,
  NORMALISATIONS,
  nameOfSpec,
  RECIPE_DEFAULTS,
  RECIPE_OPTIONS,
  SCHEDULES,
  SPEC_DEFAULTS,
  SYNTHETIC_VERSION,
} from '../lib/spec.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {string | number | boolean | readonly number[]} Value */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'network' | 'training' | 'data' | 'machine'} group 'network' is each run's own, the
 *   others are shared by all
 * @property {'choice' | 'integer' | 'number' | 'name' | 'list'} type
 * @property {Value} default what the page opens with
 * @property {readonly Value[]} [options] of a choice
 * @property {number} [min]
 * @property {number} [max]
 * @property {boolean} [excludesMin]
 * @property {boolean} [excludesMax]
 * @property {Value | readonly Value[]} [paper] the paper's value or values
 * @property {(config: Record<string, any>) => boolean} [applies] in some configurations only
 * @property {number} [length] of a list
 * @property {boolean} [optional] networks have it only where it is set
 */

const PAPER_DEPTHS = [20, 32, 44, 56, 110, 1202];
const isResidual = (/** @type {any} */ { family }) => family === 'residual';
const isGaussian = (/** @type {any} */ { init }) => init === 'gaussian';

/** Where the page begins with another value than the library and the command, and why. Four networks
 * are to show what depth does within two minutes of a laptop's time. */
const PAGE_DEFAULTS = /** @type {const} */ ({
  /** A sixteenth of the multiplications of the paper's 16. */
  width: 4,
  /** More steps from the 5,000 images of the made-up set: 156 an epoch. */
  batchSize: 32,
  /** Plain networks of 56 layers need a warm-up, as the paper's 110 layers did (section 4.2): without one some of
   * their seeds stay near guessing on photographs. The rate falls to 0, so that the last epochs of a short run
   * are calm. */
  schedule: 'triangle',
  /** The peak of the triangle. */
  lr: 0.5,
  /** With the paper's 0.9, at a tenth of this rate, one plain56 of 13 fell back to guessing, and none of 8 without. */
  momentum: 0,
  /** Made-up shapes lie anywhere already, so crops add nothing. */
  augment: 'flip',
});
const DEFAULTS = { ...SPEC_DEFAULTS, ...RECIPE_DEFAULTS, ...PAGE_DEFAULTS };

/** @type {readonly Field[]} */
export const FIELDS = [
  network('family', CHOICES.family, 'plain'),
  network('depth', DEPTHS, 20, { paper: PAPER_DEPTHS }),
  network('width', [4, 8, 16, 32, 64], DEFAULTS.width, { paper: 16 }),
  network('shortcut', CHOICES.shortcut, DEFAULTS.shortcut, { paper: 'A', applies: isResidual }),
  network('norm', CHOICES.norm, DEFAULTS.norm, { paper: 'batch' }),
  network('init', CHOICES.init, DEFAULTS.init, { paper: 'he' }),
  limited('sigma', 'network', 0.01, { min: 1e-6, max: 10, applies: isGaussian }),
  limited('seed', 'network', DEFAULTS.seed),
  { ...{ name: 'from', group: 'network', type: 'name', default: '' }, optional: true },
  { ...network('frozenStages', [0, 1, 2, 3], DEFAULTS.frozenStages), optional: true },
  list('mean', NORMALISATIONS.cifar10.mean, { length: 3, min: -1e6, excludesMin: true }),
  list('std', NORMALISATIONS.cifar10.std, { length: 3, min: 0, excludesMin: true }),
  { ...limited('seed', 'network', DEFAULTS.seed), name: 'orderSeed', optional: true },
  ...Object.entries(RECIPE_OPTIONS).map(([name, off]) => optionField(name, off)),

  // 64,000 iterations of 128 images are 164 epochs of 50,000.
  limited('epochs', 'training', DEFAULTS.epochs, { max: 1000, paper: 164 }),
  limited('lr', 'training', DEFAULTS.lr, { min: 1e-6, max: 10, paper: 0.1 }),
  choice('schedule', 'training', SCHEDULES, DEFAULTS.schedule, 'paper'),
  choice('batchSize', 'training', [8, 16, 32, 64, 128, 256, 512], DEFAULTS.batchSize, 128),
  choice('augment', 'training', CHOICES.augment, DEFAULTS.augment, 'crop-flip'),
  limited('weightDecay', 'training', DEFAULTS.weightDecay, { max: 1, paper: 1e-4 }),
  limited('momentum', 'training', DEFAULTS.momentum, { paper: 0.9 }),

  choice('data', 'data', ['synthetic', 'cifar10'], 'synthetic', 'cifar10'),
  {
    ...{ name: 'images', group: 'data', type: 'integer', default: 5000 },
    ...{ min: 8, max: 50000, paper: 50000 },
  },
  {
    ...{ name: 'testImages', group: 'data', type: 'integer', default: 1000 },
    ...{ min: 0, max: 10000, paper: 10000 },
  },

  choice('tier', 'machine', ['auto', ...CHOICES.tier.toReversed()], 'auto'),
  choice('threads', 'machine', ['auto', 1, 2, 3, 4, 6, 8], 'auto'),
];

/** A number within the core's limits, which the page may narrow to what is of use there. A bound of the
 * page's own is allowed itself.
 * @param {keyof typeof LIMITS} name @param {Field['group']} group @param {number} value
 * @param {Partial<Field>} [more] @returns {Field} */
function limited(name, group, value, more) {
  const { whole, excludesMin, excludesMax, ...limit } = LIMITS[name];
  return {
    ...{ name, group, type: whole ? 'integer' : 'number', default: value },
    excludesMin: excludesMin && more?.min === undefined,
    excludesMax: excludesMax && more?.max === undefined,
    ...limit,
    ...more,
  };
}

/** @param {string} name @param {readonly Value[]} options @param {Value} value
 * @param {Partial<Field>} [more] @returns {Field} */
function network(name, options, value, more) {
  return { ...choice(name, 'network', options, value), ...more };
}

/** @param {string} name @param {Field['group']} group @param {readonly Value[]} options
 * @param {Value} value @param {Value} [paper] @returns {Field} */
function choice(name, group, options, value, paper) {
  return { name, group, type: 'choice', options, default: value, paper };
}

/** Numbers, of which the core takes those below a million.
 * @param {string} name @param {readonly number[]} value @param {Partial<Field>} more @returns {Field} */
function list(name, value, more) {
  const limit = { max: 1e6, excludesMax: true, optional: true, ...more };
  return { name, group: 'network', type: 'list', default: value, ...limit };
}

/** What a recipe may add: a network has it where its file or its link says so.
 * @param {string} name of RECIPE_OPTIONS @param {Value} off @returns {Field} */
function optionField(name, off) {
  if (typeof off === 'boolean') return { ...network(name, [false, true], off), optional: true };
  if (typeof off !== 'number') return list(name, [], { min: 0, excludesMin: true });
  const limit = /** @type {keyof typeof LIMITS} */ (name);
  return { ...limited(limit, 'network', off), optional: true };
}

export const MOST_RUNS = 40;
const isShared = (/** @type {Field} */ { group }) => group !== 'network';
export const SHARED_FIELDS = FIELDS.filter(isShared);
export const NETWORK_FIELDS = FIELDS.filter((field) => !isShared(field));
const isOptional = (/** @type {Field} */ field) => field.optional || isShared(field);
/** What can be one network's alone: the recipe's parts are then in place of the shared ones. */
export const RUN_FIELDS = FIELDS.filter(({ group }) => group === 'network' || group === 'training');

/** The fields that a network has: of the recipe, those that it does not share.
 * @param {RunConfig} run */
export function fieldsOf(run) {
  return RUN_FIELDS.filter((field) =>
    isOptional(field) ? valueIn(run, field) !== undefined : (field.applies?.(run) ?? true),
  );
}

/** @param {readonly Field[]} fields */
const defaultsOf = (fields) =>
  Object.fromEntries(
    fields.filter(({ optional }) => !optional).map(({ name, default: value }) => [name, value]),
  );

/** @returns {Experiment} */
export function defaultExperiment() {
  const runs = [
    ['plain', 20],
    ['plain', 56],
    ['residual', 20],
    ['residual', 56],
  ];
  const shared = /** @type {any} */ (defaultsOf(SHARED_FIELDS));
  return { ...shared, runs: runs.map(([family, depth]) => newRun({ family, depth })) };
}

/** @param {Record<string, Value>} [some] @returns {RunConfig} */
export function newRun(some) {
  return /** @type {any} */ ({ ...defaultsOf(NETWORK_FIELDS), ...some });
}

/** @param {Field} field @param {unknown} value */
function isList({ length, ...field }, value) {
  const limit = { min: -Infinity, max: Infinity, ...field };
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.length === (length ?? value.length) && value.every((one) => isWithin(limit, one));
}

/** Of weights that a network starts from. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,39}$/i;

/** What is wrong with a value: null, or which bound it breaks. @param {Field} field
 * @param {unknown} value @returns {'number' | 'integer' | 'range' | 'choice' | 'name' | 'list' | null} */
export function problemOf({ type, options, min = -Infinity, max = Infinity, ...field }, value) {
  if (type === 'list') return isList({ type, min, max, ...field }, value) ? null : 'list';
  if (type === 'name') return typeof value === 'string' && NAME.test(value) ? null : 'name';
  if (type === 'choice') return options?.includes(/** @type {Value} */ (value)) ? null : 'choice';
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'number';
  if (type === 'integer' && !Number.isInteger(value)) return 'integer';
  return isWithin({ ...field, min, max }, value) ? null : 'range';
}

/** The fields that have a bad value in the experiment, one problem each.
 * @param {Experiment} experiment */
export function problemsOf(experiment) {
  const configs = [
    { config: experiment, fields: SHARED_FIELDS },
    ...experiment.runs.map((run) => ({ config: run, fields: fieldsOf(run) })),
  ];
  const problems = configs.flatMap(({ config, fields }, index) =>
    fields.map((field) => ({
      field,
      run: index - 1,
      problem: problemOf(field, valueIn(config, field)),
    })),
  );
  return problems.filter(({ problem }) => problem !== null);
}

/** @param {object} config @param {Field} field @returns {Value} */
export function valueIn(config, { name }) {
  return /** @type {any} */ (config)[name];
}

/** Steps in a run. @param {Pick<Experiment, 'epochs' | 'images' | 'batchSize'>} experiment */
export function stepsOf({ epochs, images, batchSize }) {
  return epochs * Math.floor(images / batchSize);
}

/** The experiment as one of its networks has it. @param {Experiment} experiment
 * @param {RunConfig} run @returns {Experiment & RunConfig} */
export function resolveConfig(experiment, run) {
  const own = Object.entries(run).filter(([, value]) => value !== undefined);
  return { ...experiment, .../** @type {RunConfig} */ (Object.fromEntries(own)) };
}

/** A network with the recipe that it has in the experiment as its own.
 * @param {Experiment} experiment @param {RunConfig} run @returns {RunConfig} */
export function wholeConfig(experiment, run) {
  return { ...run, ...trainingOf(resolveConfig(experiment, run)) };
}

/** @param {RunConfig} run @param {number} classes @returns {import('../lib/index.js').Spec} */
export function specOf({ init, sigma, ...run }, classes) {
  const { family, depth, width, shortcut, norm, seed, frozenStages = 0, mean, std } = run;
  const drawn = init === 'gaussian' ? /** @type {const} */ (`gaussian:${sigma}`) : init;
  return {
    ...{ family, depth, width, shortcut, norm, init: drawn, seed, classes, frozenStages },
    ...(mean && { mean }),
    ...(std && { std }),
  };
}

/** The named values that a configuration has. @param {object} config @param {string[]} names */
function partOf(config, names) {
  const known = /** @type {Record<string, Value>} */ (config);
  return Object.fromEntries(
    names.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]),
  );
}

/** What networks share of a recipe unless it is their own. @param {Experiment} experiment
 * @returns {Pick<Experiment, keyof typeof RECIPE_DEFAULTS>} */
const trainingOf = (experiment) =>
  /** @type {any} */ (partOf(experiment, Object.keys(RECIPE_DEFAULTS)));

/** The recipe of a network with all that it adds. @param {Experiment & Partial<RunConfig>} config
 * @returns {import('../lib/index.js').Recipe} */
export function recipeOf(config) {
  const { orderSeed } = config;
  return {
    ...trainingOf(config),
    ...partOf(config, Object.keys(RECIPE_OPTIONS)),
    ...(orderSeed !== undefined && { seed: orderSeed }),
  };
}

/** The network of a run, with the whole recipe as its own: whatever its file says of it, or a value that
 * problemsOf names. @param {Pick<import('../lib/index.js').RunRecord, 'spec' | 'recipe'>} record
 * @returns {RunConfig} */
export function configOf({ spec, recipe }) {
  const { init, frozenStages, mean, std, classes: _, ...network } = spec;
  const [drawn, sigma = 0.01] = init.split(':');
  const { seed: orderSeed, ...training } = recipe;
  const usual = NORMALISATIONS.cifar10;
  const isUsual = String([mean, std]) === String([usual.mean, usual.std]);
  return /** @type {any} */ ({
    ...{ ...training, ...network, init: drawn, sigma: Number(sigma) },
    ...(frozenStages > 0 && { frozenStages }),
    ...(!isUsual && { mean, std }),
    ...(orderSeed !== spec.seed && { orderSeed }),
  });
}

/** Says in few words what is unusual about a run. @type {Record<string, (value: Value) => string>} */
const SUFFIXES = {
  from: () => 'fine-tuned',
  frozenStages: (value) => `${value} frozen`,
  width: (value) => `w${value}`,
  shortcut: (value) => `${value}`,
  norm: (value) => (value === 'batch' ? 'BN' : 'no BN'),
  init: (value) => `${value}`.replace(/^./, (first) => first.toUpperCase()),
  sigma: (value) => `σ${value}`,
  epochs: (value) => `${value} epochs`,
  lr: (value) => `lr ${value}`,
  schedule: (value) => `${value}`,
  batchSize: (value) => `batch ${value}`,
  augment: (value) => (value === 'none' ? 'no augmentation' : `${value}`),
  weightDecay: (value) => `decay ${value}`,
  momentum: (value) => `momentum ${value}`,
  seed: (value) => `seed ${value}`,
  orderSeed: (value) => `order seed ${value}`,
  augmentSeed: (value) => `augmentation seed ${value}`,
  nesterov: (value) => (value ? 'Nesterov' : 'no Nesterov'),
  noDecayNorm: (value) => (value ? 'no decay of norm' : 'decay of norm'),
  labelSmoothing: (value) => `label smoothing ${value}`,
  clip: (value) => `clip ${value}`,
  ema: (value) => `EMA ${value}`,
  mixup: (value) => `mixup ${value}`,
  cutout: (value) => `cutout ${value}`,
  classWeights: (value) => `class weights ${String(value).replace(/^((?:[^,]*,){3}).+/, '$1…')}`,
  mean: (value) => `mean ${value}`,
  std: (value) => `std ${value}`,
};

const isAlwaysNamed = (/** @type {Field} */ field) =>
  isShared(field) || (field.optional && field.name !== 'frozenStages');

/** "plain20", with what is not as by default if other runs differ in it: "resnet20 B".
 * @param {RunConfig[]} runs */
export function namesOf(runs) {
  const suffixed = Object.keys(SUFFIXES).flatMap((name) =>
    RUN_FIELDS.filter((field) => field.name === name),
  );
  const applies = (/** @type {Field} */ field, /** @type {RunConfig} */ run) =>
    fieldsOf(run).includes(field);
  const varied = suffixed.filter((field) => {
    const values = runs.filter((run) => applies(field, run)).map((run) => valueIn(run, field));
    return isAlwaysNamed(field) || new Set(values).size > 1;
  });
  return runs.map((run) => {
    const unusual = varied.filter(
      (field) =>
        applies(field, run) && (isAlwaysNamed(field) || valueIn(run, field) !== field.default),
    );
    const suffixes = unusual.map((field) => SUFFIXES[field.name](valueIn(run, field)));
    return [nameOfSpec(run), ...suffixes].join(' ');
  });
}

/** Names of networks with a whole recipe beside those of an experiment: what is as in that is left out.
 * @param {Experiment} experiment @param {RunConfig[]} others */
export function namesBeside({ runs, ...shared }, others) {
  return namesOf([...runs, ...others.map((run) => ownOf(run, shared))]).slice(runs.length);
}

/** A network without what is the same as what all share. @param {RunConfig} run
 * @param {Omit<Experiment, 'runs'>} shared */
function ownOf(run, shared) {
  const same = (/** @type {string} */ name) =>
    SHARED_FIELDS.some(
      (field) => field.name === name && valueIn(run, field) === valueIn(shared, field),
    );
  const own = Object.entries(run).filter(([name]) => !same(name));
  return /** @type {RunConfig} */ (Object.fromEntries(own));
}

/** Copies of a network that differ from it in one field, for each value with so many seeds; those
 * that the experiment has already are left out.
 * @param {Experiment} experiment @param {RunConfig} run
 * @param {{ field: Field, values: Value[], seeds: number }} sweep @returns {RunConfig[]} */
export function copiesOf({ runs, ...shared }, run, { field, values, seeds }) {
  const there = new Set(runs.map(runText));
  const copies = values.flatMap((value) =>
    Array.from({ length: field.name === 'seed' ? 1 : seeds }, (_, i) =>
      ownOf({ ...run, seed: run.seed + i, [field.name]: value }, shared),
    ),
  );
  return copies.filter((copy) => {
    const text = runText(copy);
    return !there.has(text) && there.add(text);
  });
}

/** A copy of each network that differs in its seed alone, the next that the experiment does not have; as
 * many as there is room for, all of them or none. @param {Experiment} experiment @returns {RunConfig[]} */
export function withOtherSeeds({ runs }) {
  const textOf = (/** @type {RunConfig} */ run) => runText({ ...run, seed: 1 });
  const firsts = runs.filter(
    (run, i) => runs.findIndex((one) => textOf(one) === textOf(run)) === i,
  );
  const copies = firsts.map((run) => {
    const seeds = runs.filter((one) => textOf(one) === textOf(run)).map(({ seed }) => seed);
    return { ...run, seed: Math.max(...seeds) + 1 };
  });
  return runs.length + copies.length <= MOST_RUNS ? copies : [];
}

/** @param {Field} field @param {string} text @returns {Value | null} */
export function parse(field, text) {
  const value = read(field, text);
  return value === undefined || text === '' || problemOf(field, value) ? null : value;
}

/** The value that a text stands for, sound or not; undefined for what is none of a choice's.
 * @param {Field} field @param {string} text @returns {Value | undefined} */
export function read({ type, options }, text) {
  if (type === 'name') return text;
  if (type === 'choice') return options?.find((option) => String(option) === text);
  if (type === 'list') return text.split(/[\s,]+/).map((one) => (one === '' ? NaN : Number(one)));
  return text === '' ? NaN : Number(text);
}

/** What each network comes to: equal texts, equal runs, whatever the machine. A copy of a network is a
 * run of its own. @param {Experiment} experiment @param {string} source what tells its images from
 * others */
export function keysOf(experiment, source) {
  const { runs, data, images, testImages } = experiment;
  const set = data === 'synthetic' ? `synthetic ${SYNTHETIC_VERSION}` : source;
  const keys = runs.map((run) => {
    return `${runText(wholeConfig(experiment, run))} ${images} ${testImages} ${set}`;
  });
  return keys.map((key, i) => `${key} ${keys.slice(0, i).filter((one) => one === key).length}`);
}

/** @param {RunConfig} run */
export function runText(run) {
  const rest = fieldsOf(run).filter((field) => {
    const inName = field.name === 'family' || field.name === 'depth';
    return !inName && (isOptional(field) || valueIn(run, field) !== field.default);
  });
  const parts = rest.map((field) => `${field.name}-${valueIn(run, field)}`);
  return [nameOfSpec(run), ...parts].join('_');
}

/** Do networks that both have come out the same? @param {Experiment} one @param {Experiment} other */
export function areComparable(one, other) {
  return SHARED_FIELDS.every(
    (field) => field.group === 'machine' || valueIn(one, field) === valueIn(other, field),
  );
}
