/** How pixels are normalised for weights of others: what --mean and --std say, what is assumed where
 * nothing does, and which of the usual ones fits labelled images best. */
import { counted } from '../lib/counted.js';
import { IMAGE_BYTES } from '../lib/dataset.js';
import { NORMALISATIONS } from '../lib/index.js';
import { UsageError } from './flags.js';
import { bar, note } from './output.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Images} Images */
/** @typedef {{ mean: [number, number, number], std: [number, number, number] }} Normalisation */

const NAMES = Object.keys(NORMALISATIONS);
const ASSUMED = 'cifar10';
/** Images on which each of the usual normalisations is tried. */
const TRIED_IMAGES = 500;
/** A share of wrong answers that no trained network has on images of its own kind. */
const FAILING = 0.8;

/** @param {string} flag @param {string} text @returns {[number, number, number]} */
function threeNumbers(flag, text) {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const isSound = values.length === 3 && values.every(Number.isFinite);
  if (isSound) return /** @type {[number, number, number]} */ (values);
  const names = flag === 'mean' ? `, or one of ${NAMES.join(', ')}` : '';
  throw new UsageError(
    `--${flag} takes three numbers, such as 0.5,0.5,0.5${names}; not "${text}".`,
  );
}

/** What the flags say; nothing if they are not given. @param {Values} values
 * @returns {Partial<Normalisation>} */
export function readNormalisation({ mean, std }) {
  if (Object.hasOwn(NORMALISATIONS, mean ?? '')) {
    if (std !== undefined)
      throw new UsageError(`--mean ${mean} includes the deviations; leave --std out.`);
    return NORMALISATIONS[mean];
  }
  if ((mean === undefined) !== (std === undefined)) {
    throw new UsageError('--mean and --std belong together; give both, or a name as --mean.');
  }
  if (mean === undefined) return {};
  return { mean: threeNumbers('mean', mean), std: threeNumbers('std', std) };
}

/** @param {string} file @param {import('../lib/index.js').FileInfo} info @param {Values} values */
export function noteAssumption(file, { hasNormalisation, spec }, { mean }) {
  if (hasNormalisation || mean !== undefined) return;
  const numbers = `mean ${spec.mean}, std ${spec.std}`;
  const others = NAMES.filter((name) => name !== ASSUMED).join(', ');
  note(`${file} does not say how its images were normalised; ${ASSUMED} is assumed (${numbers}).`);
  note(`To use others: --mean ${others}, or --mean and --std with three numbers each.`);
}

/** Images spread over all of a set, since folders of classes follow each other.
 * @param {Images} set @returns {Images} */
function sampleOf({ images, labels }) {
  const count = Math.min(TRIED_IMAGES, labels.length);
  const at = Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count));
  const sample = new Uint8Array(count * IMAGE_BYTES);
  at.forEach((image, i) => {
    sample.set(images.subarray(image * IMAGE_BYTES, (image + 1) * IMAGE_BYTES), i * IMAGE_BYTES);
  });
  return { images: sample, labels: Uint16Array.from(at, (image) => labels[image]) };
}

/** What the wrong answers of some normalisations say, on the same images. Where two differ in the answers
 * to d images, chance alone makes them differ by the root of d or so; d is at most the sum of both.
 * @param {{ name: string, wrong: number }[]} scores the best first */
export function verdictOf(scores) {
  const [best] = scores;
  const isTied = (/** @type {{ wrong: number }} */ { wrong }) =>
    wrong - best.wrong <= 2 * Math.sqrt(wrong + best.wrong);
  const tied = scores.filter(isTied).map(({ name }) => name);
  const name = tied.includes(ASSUMED) ? ASSUMED : best.name;
  const advice =
    name === ASSUMED ? `${ASSUMED} is assumed` : `to evaluate with it, add --mean ${name}`;
  return tied.length === 1
    ? `${best.name} fits best; ${advice}.`
    : `Too close to tell: ${tied.join(', ')}; ${advice}.`;
}

/** Tries the usual normalisations on some labelled images, and says which fits best.
 * @param {(normalisation: Normalisation) => Promise<import('../lib/index.js').Net>} open
 * @param {Images} test @param {readonly string[]} classes of its labels */
export async function tryNormalisations(open, test, classes) {
  const sample = sampleOf(test);
  /** @type {{ name: string, wrong: number, total: number, loss: number }[]} */
  const scores = [];
  for (const [i, name] of NAMES.entries()) {
    bar.show(i / NAMES.length, `trying the normalisation ${name}`);
    const net = await open(NORMALISATIONS[name]);
    const { wrong, total, loss } = await net.evaluate(sample, { classes });
    scores.push({ name, wrong, total, loss });
    net.dispose();
  }
  bar.clear();
  scores.sort((a, b) => a.wrong - b.wrong || a.loss - b.loss);
  const list = scores.map(({ name, wrong }) => `${name} ${wrong}`).join(', ');
  const [{ wrong, total: count }] = scores;
  note(`Wrong of ${counted(count, 'test image')}, by normalisation: ${list}. ${verdictOf(scores)}`);
  if (wrong <= FAILING * count) return;
  note('None does much better than chance; are these images of its classes?');
}
