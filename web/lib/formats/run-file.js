/** A run as a file: what was trained, on what, how and where, and what came of it. One format for
 * the runs that readers exchange and for those that are recorded. Files come from strangers, so
 * nothing is believed: what is read is checked and copied, field by field. */
import { counted } from '../counted.js';
import { ResiduaError } from '../errors.js';
import { inert } from '../inert.js';
import { CHOICES, completeRecipe, describeLimit, isDepth, isWithin, LIMITS } from '../spec.js';

/** @typedef {import('../index.js').RunRecord} RunRecord */
/** What is wrong with a value: what it must be; or null. @typedef {(value: unknown) => string | null} Check */
/** Refuses what is not sound. @typedef {(problem: string, advice?: string) => never} Fail */
/** @typedef {{ [name: string]: Shape }} Fields */
/** @typedef {Check | { fields: Fields } | { list: Shape, most: number } | { maybe: Shape }} Shape */

const FORMAT = 'residua-run';
const VERSION = 1;
/** Digits of the numbers in ticks, as many as a float32 has. */
const DIGITS = 7;
const NEWER = 'open it with a newer one';
const HUGE = Number.MAX_VALUE;
/** Characters that the name of a run has at most. */
export const LONGEST_NAME = 80;

/** @param {number} least @param {number} most @returns {Check} */
const number = (least, most) => (value) =>
  typeof value === 'number' && value >= least && value <= most
    ? null
    : `a number${most === HUGE ? ` of ${least} or more` : ` from ${least} to ${most}`}`;

/** @param {number} least @param {number} most @returns {Check} */
const whole = (least, most) => (value) =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
    ? null
    : `a whole number from ${least} to ${most}`;

/** @param {readonly string[]} known @returns {Check} */
const oneOf = (known) => (value) =>
  known.includes(/** @type {string} */ (value)) ? null : `one of ${known.join(', ')}`;

/** A value that the core accepts. @param {keyof typeof LIMITS} name @returns {Check} */
const limited = (name) => (value) =>
  isWithin(LIMITS[name], value) ? null : describeLimit(LIMITS[name]);

/** @param {number} most @returns {Check} */
const text = (most) => (value) =>
  typeof value === 'string' && /\S/.test(value) && value.length <= most && !/\p{Cc}/u.test(value)
    ? null
    : `a line of 1 to ${most} characters`;

/** @param {RegExp} pattern @param {string} wanted @returns {Check} */
const like = (pattern, wanted) => (value) =>
  typeof value === 'string' && pattern.test(value) ? null : wanted;

/** @type {Check} */
const truth = (value) => (typeof value === 'boolean' ? null : 'true or false');
/** @type {Check} */
const three = (value) =>
  Array.isArray(value) && value.length === 3 && value.every(Number.isFinite)
    ? null
    : 'three numbers, for red, green and blue';
/** @type {Check} */
const depth = (value) =>
  isDepth(value) ? null : `6n+2, from ${LIMITS.depth.min} to ${LIMITS.depth.max}`;
/** he, xavier, or gaussian:S with an S that the core accepts. @type {Check} */
const init = (value) => {
  const [, sigma] = /^gaussian:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(String(value)) ?? [];
  const isPlain = value === 'he' || value === 'xavier';
  return isPlain || (sigma !== undefined && isWithin(LIMITS.sigma, Number(sigma)))
    ? null
    : 'he, xavier or like gaussian:0.01';
};

const seed = limited('seed');
const fraction = number(0, 1);
const size = number(0, HUGE);
const digest = like(/^[0-9a-f]{16}$/, '16 hexadecimal digits');

/** @type {Record<'spec' | 'recipe' | 'data' | 'machine' | 'tick', Fields>} */
const PARTS = {
  spec: {
    family: oneOf(CHOICES.family),
    depth,
    width: limited('width'),
    shortcut: oneOf(CHOICES.shortcut),
    norm: oneOf(CHOICES.norm),
    init,
    classes: limited('classes'),
    frozenStages: limited('frozenStages'),
    seed,
    mean: three,
    std: three,
  },
  recipe: {
    epochs: limited('epochs'),
    batchSize: limited('batchSize'),
    lr: limited('lr'),
    momentum: limited('momentum'),
    weightDecay: limited('weightDecay'),
    schedule: oneOf(CHOICES.schedule),
    augment: oneOf(CHOICES.augment),
    seed,
    nesterov: { maybe: truth },
    noDecayNorm: { maybe: truth },
    labelSmoothing: { maybe: limited('labelSmoothing') },
    clip: { maybe: limited('clip') },
    ema: { maybe: limited('ema') },
    mixup: { maybe: limited('mixup') },
    cutout: { maybe: limited('cutout') },
    augmentSeed: { maybe: seed },
    classWeights: { maybe: { list: number(0, 1e6), most: LIMITS.classes.max } },
  },
  data: {
    name: text(80),
    synthetic: truth,
    images: whole(1, 1e7),
    testImages: whole(0, 1e7),
    digest: { maybe: like(/^[0-9a-f]{64}$/, '64 hexadecimal digits') },
  },
  machine: {
    tier: oneOf(CHOICES.tier),
    threads: limited('threads'),
    conv: oneOf(CHOICES.conv),
    numerics: whole(0, 1e6),
    cores: whole(1, 4096),
    platform: text(400),
  },
  tick: {
    kind: oneOf(['step', 'epoch']),
    step: whole(1, Number.MAX_SAFE_INTEGER),
    lr: size,
    loss: size,
    trainLoss: size,
    trainError: fraction,
    testLoss: { maybe: size },
    testError: { maybe: fraction },
    validationLoss: { maybe: size },
    validationError: { maybe: fraction },
    imagesPerSecond: size,
    seconds: size,
    trajectory: digest,
  },
};

/** What is not known of these would change what the run is when it is repeated. */
const COMPLETE = [PARTS.spec, PARTS.recipe];

/** @type {Fields} */
const RUN = {
  name: text(LONGEST_NAME),
  command: { maybe: text(2000) },
  spec: { fields: PARTS.spec },
  recipe: { fields: PARTS.recipe },
  data: { fields: PARTS.data },
  machine: { fields: PARTS.machine },
  state: oneOf(['finished', 'stopped', 'diverged']),
  trajectory: digest,
  ticks: { list: { fields: PARTS.tick }, most: 20000 },
};

/** The run that a file holds. @param {string} content @param {string} [file] for messages
 * @returns {RunRecord} */
export function readRun(content, file = 'The file') {
  const parsed = parse(content, file);
  const fail = (/** @type {string} */ problem, advice = 'export it again, or ask for it again') => {
    throw badFile(`${file} is not a sound run: ${problem}; ${advice}.`);
  };
  return checked(parsed, fail);
}

/** @param {string} message */
function badFile(message) {
  return new ResiduaError('BAD_FILE', 'readRun', message);
}

/** @param {string} content @param {string} file */
function parse(content, file) {
  let parsed;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw badFile(`${file} is not JSON, or it was cut off; fetch it again.`);
  }
  if (parsed?.format !== FORMAT) {
    const problem = `${file} is JSON, but not a run: its "format" is not "${FORMAT}"`;
    throw badFile(`${problem}; choose a file that Residua exported.`);
  }
  const { version } = parsed;
  if (version === VERSION) return parsed;
  if (Number.isSafeInteger(version) && version > VERSION) {
    const problem = `${file} is of version ${version}, and this Residua reads version ${VERSION}`;
    throw badFile(`${problem}; ${NEWER}.`);
  }
  throw badFile(`${file} has no version that Residua ever wrote; export the run again.`);
}

/** A copy, with nothing but what the format has, in its order.
 * @param {unknown} value @param {Fail} fail */
function checked(value, fail) {
  const run = /** @type {RunRecord} */ (copyOf({ fields: RUN }, value, '', fail));
  const problem = contradictionIn(run);
  return problem ? fail(problem) : run;
}

/** @param {Shape} shape @param {unknown} value @param {string} path
 * @param {Fail} fail @returns {unknown} */
function copyOf(shape, value, path, fail) {
  if (typeof shape === 'function') {
    const wanted = shape(value);
    return wanted ? fail(`${path} is ${shown(value)}, not ${wanted}`) : structuredClone(value);
  }
  if ('maybe' in shape) return value === undefined ? value : copyOf(shape.maybe, value, path, fail);
  if ('list' in shape) {
    if (!Array.isArray(value) || value.length === 0 || value.length > shape.most) {
      return fail(`${path} is not a list of 1 to ${shape.most}`);
    }
    return value.map((item, i) => copyOf(shape.list, item, `${path}[${i}]`, fail));
  }
  if (typeof value !== 'object' || value === null) {
    return fail(`${path || 'it'} is ${shown(value)}, not an object`);
  }
  const from = /** @type {Record<string, unknown>} */ (value);
  const unknown = COMPLETE.includes(shape.fields)
    ? Object.keys(from).find((name) => from[name] !== undefined && !(name in shape.fields))
    : undefined;
  if (unknown) return fail(`its ${path} has "${unknown}", which is not known here`, NEWER);
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const [name, part] of Object.entries(shape.fields)) {
    const made = copyOf(part, from[name], path ? `${path}.${name}` : name, fail);
    if (made !== undefined) copy[name] = made;
  }
  return copy;
}

/** @param {unknown} value */
function shown(value) {
  if (value === undefined) return 'missing';
  try {
    const json = JSON.stringify(value);
    return json.length > 40 ? `${json.slice(0, 40)}…` : json;
  } catch {
    return 'nested too deeply'; // JSON.parse takes any depth, JSON.stringify as much as the stack.
  }
}

/** What parts that are each sound say against each other; null if nothing. @param {RunRecord} run */
function contradictionIn({ recipe, data, state, trajectory, ticks }) {
  const perEpoch = Math.floor(data.images / recipe.batchSize);
  const steps = recipe.epochs * perEpoch;
  const last = ticks[ticks.length - 1];
  if (perEpoch === 0)
    return `a batch of ${recipe.batchSize} exceeds the ${counted(data.images, 'image')}`;
  for (const [i, { kind, step }] of ticks.entries()) {
    if (step > steps) return `ticks[${i}] is at step ${step} of ${steps}`;
    if (i > 0 && step <= ticks[i - 1].step) return `ticks[${i}] is not after the one before`;
    if (kind === 'epoch' && step % perEpoch !== 0) {
      return `ticks[${i}] ends an epoch at step ${step}, but epochs have ${counted(perEpoch, 'step')}`;
    }
  }
  if (state === 'finished' && (last.kind !== 'epoch' || last.step !== steps)) {
    return `it is called finished, but ends at step ${last.step} of ${steps}`;
  }
  if (last.trajectory !== trajectory) return 'its trajectory is not that of the last tick';
  return null;
}

/** The file of a run, a tick on each line. @param {RunRecord} run */
export function writeRun(run) {
  const fail = (/** @type {string} */ problem) => {
    throw new ResiduaError('BAD_ARGUMENT', 'writeRun', `This is no sound run: ${problem}.`);
  };
  const ticks = run.ticks.map(rounded);
  const { ticks: lines, ...head } = checked({ ...run, ticks }, fail);
  const top = JSON.stringify({ format: FORMAT, version: VERSION, ...head }, null, 2);
  const rows = lines.map((tick) => `    ${JSON.stringify(tick)}`).join(',\n');
  return `${top.slice(0, -2)},\n  "ticks": [\n${rows}\n  ]\n}\n`;
}

/** @param {RunRecord['ticks'][number]} tick */
function rounded(tick) {
  const entries = Object.entries(tick).map(([name, value]) => [
    name,
    typeof value === 'number' && name !== 'step' ? Number(value.toPrecision(DIGITS)) : value,
  ]);
  return Object.fromEntries(entries);
}

/** The ticks of a run as the library reports them. @param {RunRecord} run
 * @returns {import('../index.js').Tick[]} */
export function ticksOf({ recipe: { epochs, batchSize }, data, ticks }) {
  const perEpoch = Math.floor(data.images / batchSize);
  const steps = epochs * perEpoch;
  return ticks.map((tick) => ({ ...tick, steps, epochs, epoch: tick.step / perEpoch }));
}

/** What a run is, as far as it is known before its first step.
 * @param {import('../index.js').Net} net @param {import('../index.js').Engine} engine
 * @param {import('../index.js').Dataset} dataset @param {import('../index.js').Recipe} recipe
 * @param {{ cores: number, platform: string }} place
 * @returns {Pick<RunRecord, 'spec' | 'recipe' | 'data' | 'machine'>} */
export function factsOf({ spec, tier, threads }, { conv, numerics }, dataset, recipe, place) {
  const { name, synthetic, train, test } = dataset;
  return {
    spec,
    recipe: completeRecipe(recipe, spec.seed),
    data: {
      name: inert(name).slice(0, LONGEST_NAME),
      ...{ synthetic, images: train.labels.length, testImages: test.labels.length },
    },
    machine: { tier, threads, conv, numerics, ...place },
  };
}
