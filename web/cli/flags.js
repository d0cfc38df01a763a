/** The flags of all commands: what they take, what help says of them, and how they are read. */
import { parseArgs } from 'node:util';
import { nearest } from '../lib/nearest.js';
import {
  CHOICES,
  describeLimit,
  isWithin,
  LIMITS,
  NORMALISATIONS,
  RECIPE_DEFAULTS,
  RECIPES,
  SCHEDULES,
  SPEC_DEFAULTS,
} from '../lib/spec.js';
import { initProblem, netProblem } from './networks.js';

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

/**
 * @typedef {object} Flag
 * @property {'text' | 'number' | 'count' | 'choice' | 'threads' | 'switch'} kind
 * @property {string} value what stands after the flag in help
 * @property {string} help
 * @property {readonly string[]} [choices]
 * @property {readonly string[]} [examples] of values, for completion
 * @property {keyof typeof LIMITS} [limit] of a number
 * @property {(text: string) => string | null} [problem] what is wrong with a text
 */

/** @param {string} value @param {string} help @param {readonly string[]} [examples] @returns {Flag} */
const text = (value, help, examples) => ({ kind: 'text', value, help, examples });
/** @param {string} help @param {keyof typeof LIMITS} [limit] @returns {Flag} */
const number = (help, limit) => ({ kind: 'number', value: 'X', help, limit });
/** @param {string} help @param {keyof typeof LIMITS} [limit] @returns {Flag} */
const count = (help, limit) => ({ kind: 'count', value: 'N', help, limit });
/** @param {readonly string[]} choices @param {string} help @returns {Flag} */
const choice = (choices, help) => ({ kind: 'choice', value: choices.join('|'), choices, help });
/** @param {string} help @returns {Flag} */
const onOff = (help) => ({ kind: 'switch', value: '', help });

const SETS = ['cifar10', 'cifar100', 'synthetic'];

/** @type {Record<string, Flag>} */
export const FLAGS = {
  net: {
    ...text('NAME', 'the network, such as plain20 or resnet56: 6n+2 layers', [
      ...['plain8', 'plain14', 'plain20', 'plain56', 'resnet8', 'resnet14', 'resnet20'],
      ...['resnet32', 'resnet44', 'resnet56', 'resnet110'],
    ]),
    problem: netProblem,
  },
  width: count(`channels of the first stage (default ${SPEC_DEFAULTS.width})`, 'width'),
  shortcut: choice(
    CHOICES.shortcut,
    `shortcuts where the width grows: A pads, B and C project (default ${SPEC_DEFAULTS.shortcut})`,
  ),
  init: {
    ...text(
      'he|xavier|gaussian:S',
      `how initial weights are drawn; S is a standard deviation (default ${SPEC_DEFAULTS.init})`,
      ['he', 'xavier', 'gaussian:0.01'],
    ),
    problem: initProblem,
  },
  norm: choice(CHOICES.norm, `batch normalisation, or none (default ${SPEC_DEFAULTS.norm})`),
  data: text('PATH|SET', `images: a file, a folder, or a set: ${SETS.join(', ')}`, SETS),
  labels: choice(['fine', 'coarse'], 'which labels of CIFAR-100 to use (default fine)'),
  holdout: number('share of the images to test on if the data has no test set (default 0.2)'),
  images: count(
    'train on N images: the first, or of pictures an even sample (default all; 5000 made up)',
  ),
  'test-images': count('test on N images, taken likewise (default all; 1000 made up)'),
  epochs: count(`passes over the training images (default ${RECIPE_DEFAULTS.epochs})`, 'epochs'),
  batch: count(
    `images in a step (default ${RECIPE_DEFAULTS.batchSize}, or all if there are fewer)`,
    'batchSize',
  ),
  lr: number(`learning rate (default ${RECIPE_DEFAULTS.lr})`, 'lr'),
  momentum: number(`momentum of SGD (default ${RECIPE_DEFAULTS.momentum})`, 'momentum'),
  'weight-decay': number(
    `weight decay of SGD (default ${RECIPE_DEFAULTS.weightDecay})`,
    'weightDecay',
  ),
  schedule: choice(
    SCHEDULES,
    `how the learning rate changes (default ${RECIPE_DEFAULTS.schedule})`,
  ),
  augment: choice(
    CHOICES.augment,
    `how training images are varied (default ${RECIPE_DEFAULTS.augment})`,
  ),
  nesterov: onOff("use Nesterov's momentum"),
  'no-decay-norm': onOff('apply no weight decay to norm and biases'),
  'label-smoothing': number(
    'share of each target that all classes get evenly (default 0)',
    'labelSmoothing',
  ),
  clip: number('largest L2 norm of the gradients (default: no limit)', 'clip'),
  ema: number('evaluate and keep averages of the weights, with this decay, such as 0.999', 'ema'),
  mixup: number('mix images by shares from Beta(X, X) (default 0)', 'mixup'),
  cutout: count('side of a square of zeros in each image, in pixels (default 0)', 'cutout'),
  seed: count(`seed of weights, order and augmentation (default ${SPEC_DEFAULTS.seed})`),
  'seed-weights': count('seed of the initial weights (default --seed)'),
  'seed-order': count('seed of the order of images (default --seed)'),
  'seed-augment': count('seed of their augmentation, 1 or more (default: that of the order)'),
  validation: number('share of the training images to hold out; they choose the best epoch'),
  patience: count('stop after N epochs without a smaller validation error'),
  keep: choice(
    ['best', 'last', 'both'],
    'which weights to keep (default both with --validation, else last)',
  ),
  'keep-state': onOff(
    'keep the momentum in the finished file, for --extend; --out DIR/ always does',
  ),
  out: text(
    'FILE|DIR/',
    'save weights and checkpoints in FILE, which ends in .safetensors or has no ending, or all results of the run in DIR/',
  ),
  record: text('FILE.json', 'save the run as a file that the page shows'),
  curve: text('FILE.svg|FILE.csv', 'save the errors of all epochs as a picture or a table'),
  tensorboard: text('DIR', 'write event files for TensorBoard'),
  recipe: choice(
    Object.keys(RECIPES),
    'a network and how it is trained, by name: fast takes about ten minutes on CIFAR-10; other flags go first',
  ),
  config: text('FILE.json', 'read flags from a file; flags on the command line go first'),
  from: text('FILE', 'fine-tune the weights in FILE'),
  freeze: count('with --from: leave the first N stages as they are (default 0)', 'frozenStages'),
  resume: text('FILE', 'continue the run saved in FILE, with its images and settings'),
  extend: count('with --resume: train N more epochs; the run needs --keep-state or --out DIR/'),
  model: text('FILE', 'trained weights: .safetensors, .pt, .pth or .th'),
  mean: text(
    'A,B,C|NAME',
    `normalisation of the pixels: three numbers and --std, or a name: ${Object.keys(NORMALISATIONS).join(', ')} (default: what the file says, or cifar10)`,
    Object.keys(NORMALISATIONS),
  ),
  std: text('A,B,C', 'standard deviations that belong to three numbers of --mean'),
  force: onOff('overwrite existing files; with --resume, allow other images, tier, conv, numerics'),
  top: count('name the N most probable classes (default 5)'),
  csv: onOff('print CSV: file, rank, class, probability'),
  details: onOff('add top-5 error, precision, recall, confusion and the worst mistakes'),
  views: choice(
    ['1', '2', '6'],
    'average the answers for so many views of each image: 2 mirrored, 6 also moved by a pixel (default 1)',
  ),
  tier: choice(['auto', ...CHOICES.tier], 'instruction set (default auto: the fastest)'),
  threads: {
    ...{ kind: 'threads', value: 'N|auto', limit: 'threads' },
    help: 'threads to compute with (default auto)',
  },
  conv: choice(CHOICES.conv, 'method of 3x3 convolutions (default auto)'),
  json: onOff('print one JSON object a line'),
  help: onOff('print this help'),
};

/** One letter for the most used. @type {Record<string, string>} */
export const SHORT = {
  n: 'net',
  d: 'data',
  e: 'epochs',
  o: 'out',
  m: 'model',
  j: 'json',
  h: 'help',
};

/** What computes takes these; other commands take them too, since scripts give them to all. */
export const COMPUTING = ['tier', 'threads', 'conv'];
/** What every command takes. */
export const COMMON = ['json', 'help'];

/** A command's own flags. @param {{ groups: Record<string, string[]> }} command of the table */
export const flagsOf = ({ groups }) => Object.values(groups).flat();

/** The values of the flags that were given, by name.
 * @typedef {Record<string, any>} Values */

/** @param {string[]} own names of the flags beside the common ones
 * @param {string[]} args @returns {{ values: Values, operands: string[] }} */
export function readFlags(own, args) {
  const names = [...new Set([...own, ...COMPUTING, ...COMMON])];
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, optionOf(name)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  /** @type {Values} */
  const values = {};
  const operands = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    if (!names.includes(token.name)) throw unknownFlag(token.rawName, names);
    values[token.name] = readValue(token.name, token.value, token.inlineValue ?? false);
  }
  return { values, operands };
}

/** The letter of a flag, if it has one. @param {string} name */
export const shortOf = (name) => Object.entries(SHORT).find(([, long]) => long === name)?.[0];

/** @param {string} name @returns {{ type: 'boolean' | 'string', short?: string }} */
function optionOf(name) {
  const short = shortOf(name);
  const type = FLAGS[name].kind === 'switch' ? 'boolean' : 'string';
  return short === undefined ? { type } : { type, short };
}

/** @param {string} rawName @param {string[]} names */
export function unknownFlag(rawName, names) {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  return new UsageError(`There is no flag ${rawName}${near ? `; did you mean --${near}?` : '.'}`);
}

/** @param {string} name @param {string | undefined} given @param {boolean} inline after a "=" */
export function readValue(name, given, inline) {
  const { kind, value, choices } = FLAGS[name];
  if (kind === 'switch') {
    if (inline) throw new UsageError(`--${name} takes no value.`);
    return true;
  }
  const isFlag = given !== undefined && /^(--|-[a-z]$)/.test(given) && !inline;
  if (given === undefined || given === '' || isFlag) {
    throw new UsageError(`--${name} needs a value: --${name} ${value}.`);
  }
  if (kind === 'text') return readText(name, given);
  if (kind === 'choice') {
    if (choices?.includes(given)) return given;
    throw new UsageError(`--${name} is one of ${choices?.join(', ')}, not "${given}".`);
  }
  if (kind === 'threads' && given === 'auto') return given;
  return readNumber(name, given);
}

/** @param {string} name @param {string} given */
function readText(name, given) {
  const problem = FLAGS[name].problem?.(given) ?? null;
  if (problem === null) return given;
  throw new UsageError(`--${name} ${problem}`);
}

/** @param {string} name @param {string} given */
function readNumber(name, given) {
  const { kind, limit } = FLAGS[name];
  const read = /^[-+.\d]/.test(given) ? Number(given) : NaN;
  const isCount = kind !== 'number';
  const isSound = Number.isFinite(read) && (!isCount || (Number.isSafeInteger(read) && read >= 0));
  if (isSound && (!limit || isWithin(LIMITS[limit], read))) return read;
  const any = isCount ? 'a whole number' : 'a number';
  const wanted = isSound && limit ? describeLimit(LIMITS[limit]) : any;
  throw new UsageError(`--${name} takes ${wanted}, not "${given}".`);
}

/** What the library calls otherwise. @type {Record<string, string>} */
const FLAG_OF = {
  batchSize: '--batch',
  weightDecay: '--weight-decay',
  testImages: '--test-images',
  frozenStages: '--freeze',
  noDecayNorm: '--no-decay-norm',
  augmentSeed: '--seed-augment',
  labelSmoothing: '--label-smoothing',
  holdout: '--holdout',
  force: '--force',
};

/** A message of the library in the words of the command line. @param {string} message */
export const withFlags = (message) =>
  message
    .replace('force: true', 'force')
    .replace(/(?<![-\w./])[a-zA-Z]+(?![-\w/])/g, (word) =>
      Object.hasOwn(FLAG_OF, word) ? FLAG_OF[word] : word,
    );
