/** Small runs whose bits are known, for every engine that runs JavaScript: this file is a module of
 * pages too. */

/** @type {Record<string, { spec: import('../../web/lib/index.js').Spec,
 *   recipe: import('../../web/lib/index.js').Recipe, conv: import('../../web/lib/index.js').Convolution }>} */
export const RUNS = {
  'plain8, width 4, Winograd': {
    spec: { family: 'plain', depth: 8, width: 4 },
    recipe: { lr: 0.05, augment: 'flip', schedule: 'step' },
    conv: 'winograd',
  },
  'resnet14, option B, width 5, direct': {
    spec: { family: 'residual', depth: 14, width: 5, shortcut: 'B', seed: 2 },
    recipe: { lr: 0.1, augment: 'crop-flip', schedule: 'cosine' },
    conv: 'direct',
  },
  'resnet8, option C, width 16, no norm': {
    spec: { family: 'residual', depth: 8, width: 16, shortcut: 'C', norm: 'none', init: 'xavier' },
    recipe: { lr: 0.01, augment: 'none', schedule: 'constant' },
    conv: 'auto',
  },
};
const WHOLE = { epochs: 2, batchSize: 13 };

/** The digest of the weights, which must have come from the same losses.
 * @param {import('../../web/lib/index.js').Engine} engine @param {import('../../web/lib/index.js').Net} net @param {string} trajectory */
async function endOf(engine, net, trajectory) {
  const parts = (await net.tensors()).map(({ values }) => new Uint8Array(values.buffer));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { numerics: engine.numerics, trajectory, weights: hex.slice(0, 16) };
}

/** How a run ends that is trained at once and, with `resumed`, one that is gone on with from each of
 * its steps. @param {typeof import('../../web/lib/index.js')} api
 * @param {import('../../web/lib/index.js').EngineOptions} options @param {string} name */
export async function endsOf({ createEngine }, options, name, resumed = false) {
  const { spec, recipe, conv } = RUNS[name];
  const engine = await createEngine({ ...options, conv });
  const data = await engine.synthetic({ images: 53, testImages: 9 });
  /** @type {Uint8Array[]} */
  const checkpoints = [];
  /** @param {import('../../web/lib/index.js').Net} net
   * @param {import('../../web/lib/index.js').TrainOptions} [more] */
  const train = async (net, more) => {
    let last;
    for await (const tick of net.train(data, { ...WHOLE, ...recipe, ...more })) {
      last = tick;
      if (tick.checkpoint && more) checkpoints.push(tick.checkpoint);
    }
    const end = await endOf(
      engine,
      net,
      /** @type {import('../../web/lib/index.js').Tick} */ (last).trajectory,
    );
    net.dispose();
    return end;
  };
  const ends = [
    await train(await engine.createNet(spec), { checkpointEverySeconds: resumed ? 0 : undefined }),
  ];
  for (const file of checkpoints) ends.push(await train(await engine.loadNet(file)));
  engine.dispose();
  return ends;
}

/** All runs with 1, 2 and 3 threads, and one of them from each of its steps; by what was done.
 * @param {typeof import('../../web/lib/index.js')} api */
export async function allEnds(api) {
  /** @type {Record<string, { name: string, ends: Awaited<ReturnType<typeof endsOf>> }>} */
  const found = {};
  for (const threads of [1, 2, 3]) {
    for (const [i, name] of Object.keys(RUNS).entries()) {
      const ends = await endsOf(api, { tier: 'simd128', threads }, name, i === threads - 1);
      found[`${name}, ${threads} threads`] = { name, ends };
    }
  }
  return found;
}
