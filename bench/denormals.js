/** Whether numbers too small for float32's normal range slow training: node bench/denormals.js [NAME...],
 * after a build. Each case is a network whose weights are what a long run may leave, trained with a
 * learning rate of 0, so that they stay so. CPU time of one thread, which other programs disturb little. */
import { parseArgs } from 'node:util';
import { median } from './steady.js';

const BATCH = 32;
const WARM_UP_STEPS = 12;
const STEPS = 9;
/** In the middle of what float32 holds below its normal numbers, 1.2e-38. */
const DENORMAL = 1e-40;
const HEADER_LENGTH = 8;

/**
 * @typedef {object} Case
 * @property {string} net
 * @property {import('../web/lib/index.js').Spec['init']} [init]
 * @property {'batch' | 'none'} [norm]
 * @property {(name: string, channel: number) => boolean} [decayed] whether the weights into that
 *   channel are denormal
 */

const isFilter = (/** @type {string} */ name) => /^layer.*conv\d\.weight$/.test(name);

/** @type {Record<string, Case>} */
const CASES = {
  normal: { net: 'resnet20' },
  'one filter of four decayed': {
    net: 'resnet20',
    decayed: (name, channel) => isFilter(name) && channel % 4 === 0,
  },
  'all filters decayed': { net: 'resnet20', decayed: isFilter },
  'momentum decayed': {
    net: 'resnet20',
    decayed: (name) => name.startsWith('optimizer.'),
  },
  'plain, He': { net: 'plain56', norm: 'none' },
  'plain, signals vanish': { net: 'plain56', norm: 'none', init: 'gaussian:0.01' },
};

/** Sets what is decayed in a safetensors file, in place. @param {Uint8Array} file
 * @param {NonNullable<Case['decayed']>} decayed */
function decay(file, decayed) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data = HEADER_LENGTH + Number(view.getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(file.subarray(HEADER_LENGTH, data)).toString());
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(header)) {
    if (!offsets) continue;
    const [begin, end] = offsets;
    const bytesOfChannel = (end - begin) / shape[0];
    for (let at = begin; at < end; at += 4) {
      const channel = Math.floor((at - begin) / bytesOfChannel);
      if (decayed(name, channel)) view.setFloat32(data + at, DENORMAL, true);
    }
  }
}

/** @typedef {import('../web/lib/index.js').Net} Net */

/** CPU milliseconds of a step, of the steps after the first ones.
 * @param {Net} net @param {import('../web/lib/index.js').Dataset} data
 * @param {import('../web/lib/index.js').TrainOptions} recipe */
async function stepTime(net, data, recipe) {
  const times = [];
  let before = { step: 0, cpu: process.cpuUsage() };
  for await (const { step } of net.train(data, recipe)) {
    const { user, system } = process.cpuUsage(before.cpu);
    if (step > WARM_UP_STEPS) times.push((user + system) / 1000 / (step - before.step));
    before = { step, cpu: process.cpuUsage() };
    if (times.length === STEPS) break;
  }
  return median(times);
}

/** @param {Case} wanted */
async function measure({ net: name, init = 'he', norm = 'batch', decayed }) {
  /** @type {typeof import('../web/lib/index.js')} */
  const { createEngine, specFromName } = await import(
    new URL('../dist/node.js', import.meta.url).href
  );
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  const data = await engine.synthetic({ images: BATCH * 100, testImages: 0 });
  /** @type {import('../web/lib/index.js').TrainOptions} */
  const recipe = { epochs: 1, batchSize: BATCH, lr: 0, weightDecay: 0, schedule: 'constant' };
  recipe.evaluate = false;
  const made = await engine.createNet({ ...specFromName(name), width: 8, init, norm });
  for await (const _ of made.train(data, recipe)) break;
  const file = await made.save({ optimizer: true });
  made.dispose();
  if (decayed) decay(file, decayed);
  const net = await engine.loadNet(file);
  const ms = await stepTime(net, data, recipe);
  engine.dispose();
  return ms;
}

const { positionals } = parseArgs({ allowPositionals: true });
const wanted = positionals.length > 0 ? positionals : Object.keys(CASES);
for (const name of wanted) {
  const ms = await measure(CASES[name]);
  console.log(`${name.padEnd(28)} ${ms.toFixed(1).padStart(8)} ms of CPU a step`);
}
