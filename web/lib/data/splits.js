/** Which images are for training and which for the test, where the files say it and where they do
 * not. Whatever is held out is held out by a rule that depends on the labels' order alone. */
import { OP } from './bad-file.js';
import { IMAGE_BYTES, imageMemory } from './memory.js';

/** @typedef {import('../index.js').Images} Images */
/** @typedef {'train' | 'test' | 'validation'} Split */

/** Where nothing else is asked for. */
export const HOLDOUT = 0.2;

/** @type {[Split, string][]} */
const WORDS = [
  ['train', 'train|training|trn'],
  ['test', 'test|testing|tst|t10k'],
  ['validation', 'val|valid|validation|dev|eval'],
];

/** The split that a folder's name means, in any case. @param {string} name @returns {Split | null} */
export function splitOfFolder(name) {
  const isIt = (/** @type {string} */ words) => new RegExp(`^(${words})$`, 'i').test(name);
  return WORDS.find(([, words]) => isIt(words))?.[0] ?? null;
}

/** The split that a path means. @param {string} path @returns {Split | null} */
export function splitOfPath(path) {
  return splitOfFolder(splitWordOf(path) ?? '');
}

/** The word that says the split: of the file's name, or else of its folders', the nearest first:
 * "plain_text/train-00000-of-00001.parquet". @param {string} path @returns {string | null} */
export function splitWordOf(path) {
  for (const part of path.split('/').reverse()) {
    const words = part.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u);
    for (const word of words) {
      if (splitOfFolder(word)) return word;
    }
  }
  return null;
}

/** What a set is called: the folder of its files, or the file without its part and number.
 * @param {string[]} paths @param {string} otherwise */
export function nameOfSet([path], otherwise) {
  const parts = path.split('/');
  const folder = parts.slice(0, -1).find((part) => !splitOfPath(part));
  const bare = parts[parts.length - 1].replace(/\.\w+$/, '');
  const file = bare.replace(/[-_.]?(train|test|validation|\d{4,}|of)\b/gi, '');
  return folder ?? (file || otherwise);
}

/** Names of classes that have none. @param {number} count */
export function numberedClasses(count) {
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}

/** The first images of a set, in memory that holds no more than them.
 * @param {Images} set @param {number} count @returns {Images} */
export function trimmed(set, count) {
  if (count === set.labels.length) return set;
  const first = imageMemory(count, OP);
  first.images.set(set.images.subarray(0, count * IMAGE_BYTES));
  first.labels.set(set.labels.subarray(0, count));
  return first;
}

/** The numbers of the images that are for training and for the test: every fifth of each class for a
 * fifth, in their order. @param {ArrayLike<unknown>} labels @param {number} share of the test */
export function holdOut(labels, share) {
  /** @type {Record<'train' | 'test', number[]>} */
  const numbers = { train: [], test: [] };
  /** How many of each class there were. @type {Map<unknown, number>} */
  const seen = new Map();
  // The smallest product that counts as whole, since 100 x 0.29 is a little less than 29.
  const whole = (/** @type {number} */ count) => Math.floor(count * share + 1e-9);
  for (let i = 0; i < labels.length; i++) {
    const before = seen.get(labels[i]) ?? 0;
    seen.set(labels[i], before + 1);
    numbers[whole(before + 1) > whole(before) ? 'test' : 'train'].push(i);
  }
  return numbers;
}

/** The numbers of the images that stay for training and of those for validation: of each class the share, drawn
 * by the seed. Both are in the order of the images.
 * @param {ArrayLike<number>} labels @param {number} share @param {number | bigint} seed */
export function drawValidation(labels, share, seed) {
  /** @type {number[][]} */
  const byClass = [];
  for (let i = 0; i < labels.length; i++) {
    byClass[labels[i]] ??= [];
    byClass[labels[i]].push(i);
  }
  const start = Number(BigInt.asIntN(32, BigInt(seed) ^ (BigInt(seed) >> 32n)));
  const drawn = byClass.flatMap((numbers, label) =>
    shuffled(numbers, start + label).slice(0, Math.round(numbers.length * share)),
  );
  const held = new Set(drawn);
  return {
    train: Array.from(labels, (_, i) => i).filter((i) => !held.has(i)),
    validation: drawn.sort((a, b) => a - b),
  };
}

const NTH = new Map([
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [5, 'fifth'],
  [10, 'tenth'],
]);

/** A sentence that says what the test set is. @param {number} share of it
 * @param {string} what one of them is: "picture" @param {string} why: "there is no test/ folder"
 * @param {number} count of what is held out */
export function holdOutNote(share, what, why, count) {
  if (share === 1) return `All ${what}s are for the test: ${why}.`;
  if (share === 0) return `There are no test ${what}s: ${why}, and nothing is held out.`;
  if (count === 0)
    return `There are no test ${what}s: ${why}, and each class has too few to share.`;
  const nth = NTH.get(Math.round(1e6 / share) / 1e6);
  const some = nth ? `Every ${nth} ${what}` : `${Number((share * 100).toFixed(2))} %`;
  return `${some} of each class is the test set: ${why}.`;
}

/** The images of these numbers, copied. @param {Images} set @param {number[]} numbers
 * @returns {Images} */
export function pick({ images, labels }, numbers) {
  const picked = imageMemory(numbers.length, OP);
  numbers.forEach((number, i) => {
    const image = images.subarray(number * IMAGE_BYTES, (number + 1) * IMAGE_BYTES);
    picked.images.set(image, i * IMAGE_BYTES);
    picked.labels[i] = labels[number];
  });
  return picked;
}

/** Mixed within each class, always in the same way, and then one of each class in turn: so the first
 * so many are a balanced sample. @template {{ label: number }} T @param {T[]} items @returns {T[]} */
export function balanced(items) {
  /** @type {T[][]} */
  const classes = [];
  for (const item of items) {
    classes[item.label] ??= [];
    classes[item.label].push(item);
  }
  const mixed = classes.filter(Boolean).map((members) => shuffled(members));
  const longest = Math.max(0, ...mixed.map(({ length }) => length));
  const rounds = Array.from({ length: longest }, (_, i) =>
    mixed.flatMap((members) => members[i] ?? []),
  );
  return rounds.flat();
}

/** @template T @param {T[]} items @param {number} [seed] @returns {T[]} */
function shuffled(items, seed = items.length) {
  const mixed = [...items];
  const random = mulberry32(seed);
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
  }
  return mixed;
}

/** A small generator of numbers from 0 to 1: the same everywhere. @param {number} seed */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
