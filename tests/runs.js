/** Runs that nobody trained, for tests of what is done with runs: all that a seed decides. */

/** A value of each part that a recipe may add, which is not that of the part being off. */
export const OPTIONS = {
  nesterov: true,
  noDecayNorm: true,
  labelSmoothing: 0.1,
  clip: 1.5,
  ema: 0.99,
  mixup: 0.2,
  cutout: 8,
  augmentSeed: 2 ** 53 - 1,
  classWeights: [1, 2e-7, 3, 4, 5, 6, 7, 8, 9, 0.1],
};

/** A generator of numbers from 0 to 1 (mulberry32). @param {number} seed */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A run record; `some` replaces what the seed would decide of its parts.
 * @param {number} seed @param {any} [some] @returns {any} */
export function aRun(seed, { spec = {}, recipe = {}, data = {}, ...rest } = {}) {
  const random = randomOf(seed);
  const whole = (/** @type {number} */ least, /** @type {number} */ most) =>
    least + Math.floor(random() * (most - least + 1));
  /** @template T @param {T[]} options */
  const pick = (...options) => options[whole(0, options.length - 1)];
  const hex = () => Array.from({ length: 16 }, () => whole(0, 15).toString(16)).join('');
  const batchSize = recipe.batchSize ?? pick(16, 32, 128);
  const perEpoch = whole(2, 9);
  const epochs = recipe.epochs ?? whole(1, 4);
  const images = data.images ?? perEpoch * batchSize + whole(0, batchSize - 1);
  const state = rest.state ?? pick('finished', 'finished', 'stopped', 'diverged');
  const ticks = aCurve({ random, hex, epochs, perEpoch: Math.floor(images / batchSize) });
  if (state !== 'finished') ticks.length = whole(2, ticks.length);
  return {
    name: pick('plain20', 'resnet56 B', '나의 실행', 'Mina’s "best" <run>, 1'),
    ...pick({}, { command: 'residua train --net plain20' }),
    spec: {
      family: pick('plain', 'residual'),
      depth: 6 * whole(1, 18) + 2,
      width: whole(1, 256),
      shortcut: pick('A', 'B', 'C'),
      norm: pick('batch', 'none'),
      init: pick('he', 'xavier', 'gaussian:0.01', 'gaussian:1e-7'),
      classes: 10,
      frozenStages: whole(0, 3),
      seed: pick(1, 2 ** 53 - 1, whole(0, 1e9)),
      mean: [random(), random(), random()],
      std: [random(), random(), random()],
      ...spec,
    },
    recipe: {
      ...{ epochs, batchSize, lr: random(), momentum: random(), weightDecay: pick(0, 1e-4) },
      schedule: pick('paper', 'step', 'cosine', 'constant', 'triangle'),
      ...Object.fromEntries(Object.entries(OPTIONS).filter(() => pick(true, false, false))),
      augment: pick('none', 'flip', 'crop-flip'),
      seed: whole(0, 1e9),
      ...recipe,
    },
    data: {
      ...{ name: 'CIFAR-10', synthetic: pick(true, false), images, testImages: whole(0, 1000) },
      ...data,
    },
    machine: {
      tier: pick('scalar', 'simd128', 'relaxed'),
      threads: whole(1, 64),
      conv: pick('auto', 'direct', 'winograd'),
      ...{ numerics: whole(1, 9), cores: whole(1, 256), platform: 'Node.js v20' },
    },
    ...{ state, trajectory: ticks[ticks.length - 1].trajectory, ticks },
    ...rest,
  };
}

/** The ticks of all steps, in which fewer and fewer images are wrong.
 * @param {{ random: () => number, hex: () => string, epochs: number, perEpoch: number }} made */
function aCurve({ random, hex, epochs, perEpoch }) {
  let wrong = 0;
  return Array.from({ length: epochs * perEpoch }, (_, i) => {
    const inEpoch = (i % perEpoch) + 1;
    wrong = (inEpoch === 1 ? 0 : wrong) + 0.9 / (1 + (3 * i) / perEpoch) + random() / 20;
    const ends = inEpoch === perEpoch;
    const trainError = wrong / inEpoch;
    return {
      ...{ kind: ends ? 'epoch' : 'step', step: i + 1, lr: random() / 10 },
      ...{ loss: random() * 3, trainLoss: random() * 2, trainError },
      ...(ends ? { testLoss: random() * 2, testError: trainError * random() } : {}),
      ...{ imagesPerSecond: random() * 1000, seconds: i + random(), trajectory: hex() },
    };
  });
}
