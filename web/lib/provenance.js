/** What the bits of a run depend on beside its spec and recipe, as checkpoints say it in their metadata:
 * the images (`data.*`) and the arithmetic (`run.*`). include/residua.h describes the keys. */
import { counted } from './counted.js';
import { canDigest, digestOfSets } from './data/set-digest.js';
import { ResiduaError } from './errors.js';

/** @typedef {Record<string, string>} Provenance */
/** @typedef {import('./index.js').Images} Images */

/** Tiers scalar and simd128 compute the same bits, and so make the same files. @param {string} tier */
export const bitsOfTier = (tier) => (tier === 'scalar' ? 'simd128' : tier);

/** Of a run that begins or goes on. @param {import('./engine.js').Engine} engine
 * @param {import('./index.js').Dataset} dataset @param {Images | null} test that are evaluated
 * @returns {Promise<Provenance>} */
export async function provenanceOf({ tier, conv, numerics }, { name, synthetic, train }, test) {
  return {
    'data.name': name,
    ...(synthetic && { 'data.path': 'synthetic' }),
    ...(canDigest() && { 'data.digest': await digestOfSets([train]) }),
    'data.test_images': String(test ? test.labels.length : 0),
    ...(test && canDigest() && { 'data.test_digest': await digestOfSets([test]) }),
    'run.tier': bitsOfTier(tier),
    'run.conv': conv,
    'run.numerics': String(numerics),
  };
}

/** What a file says. @param {Record<string, string>} metadata @returns {Provenance} */
export function provenanceIn(metadata) {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => /^(data|run)\./.test(key)));
}

/** The part of it that files of weights alone keep too: what the network was trained on.
 * @param {Provenance} provenance @returns {Provenance} */
export function originIn({ 'data.name': name }) {
  return name === undefined ? {} : { 'data.name': name };
}

/** Throws if a run would go on with other images than it has had. What one of both does not say is not
 * compared: older files say nothing, and a run may go on without its test images.
 * @param {Provenance} before @param {Provenance} now */
export function checkSameData(before, now) {
  const of = before['data.name'] ? `, ${before['data.name']}` : '';
  const differs = (/** @type {string} */ key) =>
    before[key] !== undefined && now[key] !== undefined && before[key] !== now[key];
  const problem = differs('data.digest')
    ? `These are not the training images that the run began with${of}`
    : !differs('data.test_digest')
      ? null
      : differs('data.test_images')
        ? `The run has ${counted(Number(before['data.test_images']), 'test image')}, not ${now['data.test_images']}`
        : `These are not the test images that the run began with${of}`;
  if (problem === null) return;
  throw new ResiduaError('MISMATCH', 'train', `${problem}; give those, or go on with force: true.`);
}
