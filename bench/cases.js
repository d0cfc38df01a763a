/** What is measured. */

/**
 * @typedef {object} Case
 * @property {'train' | 'infer'} what
 * @property {string} net
 * @property {number} width
 * @property {number} batch
 * @property {number} threads
 * @property {'simd128' | 'relaxed'} tier
 * @property {'batch' | 'none'} [norm]
 */

/** @type {Case} */
const MAIN = {
  what: 'train',
  net: 'resnet20',
  width: 16,
  batch: 128,
  threads: 1,
  tier: 'relaxed',
};
/** @param {Partial<Case>} change @returns {Case} */
export const like = (change) => ({ ...MAIN, ...change });

/** Those that every row of the table needs; what is compared is measured one after the other. */
const QUICK = [
  {},
  { threads: 2 },
  { width: 8 },
  { width: 4 },
  { net: 'resnet56' },
  { batch: 32 },
  { tier: 'simd128' },
  { tier: 'simd128', batch: 32 },
  { what: 'infer' },
  { what: 'infer', threads: 2 },
  { what: 'infer', batch: 1 },
].map((change) => like(/** @type {Partial<Case>} */ (change)));

const MORE = [
  { width: 8, batch: 32 },
  { width: 4, batch: 32 },
  { net: 'plain20' },
  { what: 'infer', tier: 'simd128' },
  { what: 'infer', tier: 'simd128', batch: 1 },
].map((change) => like(/** @type {Partial<Case>} */ (change)));

/** @param {'full' | 'quick'} pace */
export const ownCases = (pace) => (pace === 'quick' ? QUICK : [...QUICK, ...MORE]);
