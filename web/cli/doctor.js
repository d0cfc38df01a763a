/** residua doctor: what this machine can do, what is missing, and what to do about it. */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import path from 'node:path';
import { createEngine } from '../lib/index.js';
import { supports } from '../lib/simd.js';
import { CHOICES } from '../lib/spec.js';
import { needNoOperands } from './inputs.js';
import { print, printJson, Told } from './output.js';
import { cacheFolder, SETS } from './published.js';

/** @typedef {import('../lib/index.js').Tier} Tier */
/** What is found: a value, and what to do if it is not as it should be.
 * @typedef {{ value: unknown, text: string, advice?: string, isFatal?: boolean }} Finding */

const OLDEST_NODE = 20;
/** A run that takes a moment, whose bits the tiers simd128 and scalar share. */
const TRIAL = { epochs: 1, batchSize: 16, lr: 0.01 };
const GIB = 2 ** 30;

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function doctor({ json }, operands) {
  needNoOperands(operands);
  const findings = {
    node: nodeFinding(),
    cores: coresFinding(),
    memory: memoryFinding(),
    ...(await tierFindings()),
    threads: await threadsFinding(),
    bits: await bitsFinding(),
    ...dataFindings(),
  };
  if (json) printJson(Object.fromEntries(factsOf(findings)));
  else report(findings);
  if (Object.values(findings).some(({ isFatal }) => isFatal)) throw new Told();
}

/** @param {Record<string, Finding>} findings */
function factsOf(findings) {
  const entries = Object.entries(findings);
  const advice = entries.flatMap(([, one]) => (one.advice ? [one.advice] : []));
  return [
    ...entries.map(([name, { value }]) => [name.replaceAll(' ', '_'), value]),
    ['advice', advice],
  ];
}

/** @param {Record<string, Finding>} findings */
function report(findings) {
  const width = Math.max(...Object.keys(findings).map(({ length }) => length));
  for (const [name, { text, advice }] of Object.entries(findings)) {
    print(`${name.padEnd(width)}  ${text}`);
    if (advice) print(`${''.padEnd(width)}  -> ${advice}`);
  }
}

/** @returns {Finding} */
function nodeFinding() {
  const { version, platform, arch } = process;
  const isOld = Number.parseInt(process.versions.node, 10) < OLDEST_NODE;
  const value = { version, platform, arch };
  const text = `${version} on ${platform} ${arch}`;
  if (!isOld) return { value, text };
  return { value, text, advice: `Install Node ${OLDEST_NODE} or later.`, isFatal: true };
}

/** @returns {Finding} */
function coresFinding() {
  const value = availableParallelism();
  return { value, text: `${value}, ${cpus()[0]?.model.trim() || 'of an unknown model'}` };
}

/** @returns {Finding} */
function memoryFinding() {
  const [total, free] = [totalmem(), freemem()];
  const gib = (/** @type {number} */ bytes) => (bytes / GIB).toFixed(1);
  return { value: { total, free }, text: `${gib(total)} GiB, ${gib(free)} GiB of it free` };
}

/** @returns {Promise<Record<string, Finding>>} */
async function tierFindings() {
  const found = await Promise.all(
    CHOICES.tier.map(async (tier) => [`tier ${tier}`, await tierFinding(tier)]),
  );
  return Object.fromEntries(found.reverse());
}

/** @param {Tier} tier @returns {Promise<Finding>} */
async function tierFinding(tier) {
  if (!supports(tier)) {
    const isRelaxed = tier === 'relaxed';
    const advice = isRelaxed
      ? 'Use Node 22 or later for the fastest tier; simd128 works meanwhile.'
      : 'Use a newer Node or another processor; --tier scalar works meanwhile, slowly.';
    return { value: false, text: 'not supported by this Node or processor', advice };
  }
  try {
    (await createEngine({ tier, threads: 1 })).dispose();
    return { value: true, text: 'works' };
  } catch (error) {
    const advice = 'Install the package again, or build it with ./build.sh.';
    return {
      value: false,
      text: /** @type {Error} */ (error).message,
      advice,
      isFatal: tier === 'simd128',
    };
  }
}

/** @returns {Promise<Finding>} */
async function threadsFinding() {
  try {
    const engine = await createEngine();
    const { threads: value } = engine;
    await trajectoryOf(engine); // Starts them.
    const few = value === 1 && availableParallelism() > 1;
    const advice = few ? 'Say --threads N to use more cores.' : undefined;
    return { value, text: `${value} by default`, advice };
  } catch (error) {
    const advice = 'Train with --threads 1, and report this.';
    return { value: 0, text: /** @type {Error} */ (error).message, advice };
  }
}

/** @param {import('../lib/index.js').Engine} engine */
async function trajectoryOf(engine) {
  try {
    const data = await engine.synthetic({ images: 32, testImages: 0 });
    const net = await engine.createNet({ family: 'residual', depth: 8, width: 2 });
    return (await net.train(data, TRIAL).done)?.trajectory;
  } finally {
    engine.dispose();
  }
}

/** @returns {Promise<Finding>} */
async function bitsFinding() {
  try {
    const tiers = /** @type {const} */ (['scalar', 'simd128']);
    const [scalar, simd128] = await Promise.all(
      tiers.map(async (tier) => trajectoryOf(await createEngine({ tier, threads: 1 }))),
    );
    if (scalar === simd128) return { value: true, text: 'scalar and simd128 compute the same' };
    const advice = 'Do not trust results of this machine, and report this.';
    return { value: false, text: `${scalar} and ${simd128} differ`, advice, isFatal: true };
  } catch {
    return { value: null, text: 'not compared, since a tier is missing' };
  }
}

/** @returns {Record<string, Finding>} */
function dataFindings() {
  const folder = cacheFolder();
  const found = SETS.map((set) => {
    const value = existsSync(path.join(folder, set));
    const kept = `kept in ${path.join(folder, set)}`;
    return [set, { value, text: value ? kept : `not here yet; --data ${set} fetches it` }];
  });
  return Object.fromEntries(found);
}
