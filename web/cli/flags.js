/** The flags of all commands: what they take, what --help says, and how they are read. */
import { parseArgs } from 'node:util';
import { nearest } from '../lib/nearest.js';
import { CHOICES, NORMALISATIONS, RECIPE_DEFAULTS, SPEC_DEFAULTS } from '../lib/spec.js';

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

/**
 * @typedef {object} Flag
 * @property {'text' | 'number' | 'count' | 'choice' | 'threads' | 'switch'} kind
 * @property {string} value what stands after the flag in --help
 * @property {string} help
 * @property {readonly string[]} [choices]
 */

/** @param {string} value @param {string} help @returns {Flag} */
const text = (value, help) => ({ kind: 'text', value, help });
/** @param {string} help @returns {Flag} */
const number = (help) => ({ kind: 'number', value: 'X', help });
/** @param {string} help @returns {Flag} */
const count = (help) => ({ kind: 'count', value: 'N', help });
/** @param {readonly string[]} choices @param {string} help @returns {Flag} */
const choice = (choices, help) => ({ kind: 'choice', value: choices.join('|'), choices, help });

/** @type {Record<string, Flag>} */
export const FLAGS = {
  net: text('NAME', 'plain20, resnet56, ...: plain or residual, with 6n+2 layers'),
  width: count(`channels of the first stage (${SPEC_DEFAULTS.width})`),
  shortcut: choice(
    CHOICES.shortcut,
    `where the width grows: A pads, B and C project (${SPEC_DEFAULTS.shortcut})`,
  ),
  init: text(
    'he|xavier|gaussian:S',
    `how weights are drawn; S is the standard deviation (${SPEC_DEFAULTS.init})`,
  ),
  norm: choice(CHOICES.norm, `batch normalisation or none (${SPEC_DEFAULTS.norm})`),
  data: text(
    'PATH|cifar10|cifar100|synthetic',
    'CIFAR-10, CIFAR-100, Parquet, pictures by class, arrays: a file or folder; or a set by its name',
  ),
  labels: choice(['fine', 'coarse'], 'of CIFAR-100 (fine)'),
  holdout: number('share of the images that tests where the data has no test set (0.2)'),
  images: count('train on the first N images (all; synthetic: 5000)'),
  'test-images': count('test on the first N images (all; synthetic: 1000)'),
  epochs: count(`passes over the images (${RECIPE_DEFAULTS.epochs})`),
  batch: count(`images in a step (${RECIPE_DEFAULTS.batchSize})`),
  lr: number(`learning rate (${RECIPE_DEFAULTS.lr})`),
  momentum: number(`of SGD (${RECIPE_DEFAULTS.momentum})`),
  'weight-decay': number(`of SGD (${RECIPE_DEFAULTS.weightDecay})`),
  schedule: choice(CHOICES.schedule, `of the learning rate (${RECIPE_DEFAULTS.schedule})`),
  augment: choice(CHOICES.augment, `of the training images (${RECIPE_DEFAULTS.augment})`),
  seed: count(`of weights, order and augmentation (${SPEC_DEFAULTS.seed})`),
  out: text('FILE', 'where the result goes; train keeps its checkpoints there too'),
  record: text('FILE.json', 'where the curve goes, as a run that can be dropped on the page'),
  from: text('FILE', "fine-tune: begin with a net's weights; a new head if classes differ"),
  freeze: count('stages, from the first on, that stay as they are (0)'),
  resume: text('FILE', 'go on with the run of a checkpoint: its images, settings and files hold'),
  model: text('FILE', 'the weights: safetensors, or a PyTorch file (.pt, .pth, .th)'),
  mean: text(
    'A,B,C|NAME',
    `of the pixels the weights were trained on: ${Object.keys(NORMALISATIONS).join(', ')}`,
  ),
  std: text('A,B,C', 'standard deviation of these pixels, where --mean is no name'),
  force: {
    kind: 'switch',
    value: '',
    help: 'replace a file; go on with other images, tier, conv or numerics than a run has had',
  },
  top: count('classes to name for each picture (5)'),
  csv: { kind: 'switch', value: '', help: 'print CSV: file, rank, class, probability' },
  details: { kind: 'switch', value: '', help: 'say also which images are wrong, and how' },
  tier: choice(['auto', ...CHOICES.tier], 'what to compute with (auto)'),
  threads: { kind: 'threads', value: 'N|auto', help: 'of the computation (auto)' },
  conv: choice(CHOICES.conv, 'how to compute 3x3 convolutions (auto)'),
  json: { kind: 'switch', value: '', help: 'print one JSON object a line' },
  help: { kind: 'switch', value: '', help: 'print this' },
};

/** What every command takes. */
const COMMON = ['tier', 'threads', 'conv', 'json', 'help'];

/** The values of the flags that were given, by name.
 * @typedef {Record<string, any>} Values */

/** @param {string[]} own names of the flags beside the common ones
 * @param {string[]} args @returns {{ values: Values, operands: string[] }} */
export function readFlags(own, args) {
  const names = [...own, ...COMMON];
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, { type: typeOf(name) }])),
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
    if (!names.includes(token.name)) throw unknown(token.rawName, names);
    values[token.name] = readValue(token.name, token.value, token.inlineValue ?? false);
  }
  return { values, operands };
}

/** @param {string} name @returns {'boolean' | 'string'} */
function typeOf(name) {
  return FLAGS[name].kind === 'switch' ? 'boolean' : 'string';
}

/** @param {string} rawName @param {string[]} names */
function unknown(rawName, names) {
  const near = nearest(rawName.replace(/^-+/, ''), names);
  return new UsageError(`There is no flag ${rawName}${near ? `; did you mean --${near}?` : '.'}`);
}

/** @param {string} name @param {string | undefined} given @param {boolean} inline after a "=" */
function readValue(name, given, inline) {
  const { kind, value, choices } = FLAGS[name];
  if (kind === 'switch') {
    if (inline) throw new UsageError(`--${name} takes no value.`);
    return true;
  }
  if (given === undefined || given === '' || (given.startsWith('--') && !inline)) {
    throw new UsageError(`--${name} needs a value: --${name} ${value}.`);
  }
  if (kind === 'text') return given;
  if (kind === 'choice') {
    if (choices?.includes(given)) return given;
    throw new UsageError(`--${name} is one of ${choices?.join(', ')}, not "${given}".`);
  }
  if (kind === 'threads' && given === 'auto') return given;
  const read = /^[-+.\d]/.test(given) ? Number(given) : NaN;
  const isCount = kind !== 'number';
  if (Number.isFinite(read) && (!isCount || (Number.isSafeInteger(read) && read >= 0))) return read;
  const wanted = isCount ? 'a whole number' : 'a number';
  throw new UsageError(`--${name} takes ${wanted}, not "${given}".`);
}

/** What the library calls otherwise. @type {Record<string, string>} */
const FLAG_OF = {
  batchSize: '--batch',
  weightDecay: '--weight-decay',
  testImages: '--test-images',
  frozenStages: '--freeze',
  holdout: '--holdout',
};

/** A message of the library in the words of the command line. @param {string} message */
export const withFlags = (message) =>
  message.replace(/(?<![-\w./])[a-zA-Z]+(?![-\w/])/g, (word) =>
    Object.hasOwn(FLAG_OF, word) ? FLAG_OF[word] : word,
  );

/** The lines of --help. @param {string[]} own names of a command's own flags */
export function describeFlags(own) {
  const lines = [...own, ...COMMON].map((name) => [`--${name} ${FLAGS[name].value}`, name]);
  const width = Math.max(...lines.map(([flag]) => flag.length));
  return lines.map(([flag, name]) => `  ${flag.padEnd(width)}  ${FLAGS[name].help}`).join('\n');
}
