/** Which class of a net each class of a data set is. Invariant: a label becomes that of the net's class of the
 * same name; numbers stand for names only where one side has none and both have as many classes. */
import { imageMemory } from './data/memory.js';
import { numberedClasses } from './data/splits.js';
import { checkImages, IMAGE_BYTES } from './dataset.js';
import { badArgument, ResiduaError } from './errors.js';

/** @typedef {import('./index.js').Images} Images */
/** @typedef {{ classNames: readonly string[] | null, spec: { classes: number } }} Named */

/** @param {unknown} name */
const isText = (name) => typeof name === 'string';

/** Names that a message lists. */
const LISTED = 5;

/** @param {readonly string[]} names */
const listed = (names) =>
  names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', ...' : '');

/** The names, unless they only number the classes. @param {readonly string[] | null} names */
function realNames(names) {
  return names && names.join() !== numberedClasses(names.length).join() ? names : null;
}

/** The number that each class has in the net, -1 for one that the net does not know.
 * @param {readonly string[]} classes of the data @param {Named} net */
function numbersOf(classes, { classNames, spec }) {
  const numbers = classes.map((name) => classNames?.indexOf(name) ?? -1);
  if (numbers.some((number) => number >= 0)) return numbers;
  const isNameless = !realNames(classNames) || !realNames(classes);
  if (isNameless && classes.length === spec.classes) return classes.map((_, number) => number);
  const its = classNames ? `(${listed(classNames)})` : `(${spec.classes}, without names)`;
  const problem = `The classes of the images (${listed(classes)}) are none of the net's ${its}`;
  throw new ResiduaError('MISMATCH', 'evaluate', `${problem}; give images of its classes.`);
}

/** Whether labels are matched by number, since one side has no names. @param {readonly string[]} classes
 * of the data @param {Named} net */
export function isByNumber(classes, { classNames }) {
  return !realNames(classNames) || (!realNames(classes) && !classNames?.includes(classes[0]));
}

/**
 * @typedef {object} Matched
 * @property {Images} set with labels of the net
 * @property {number[] | null} kept its images, by their number in the given set; null: all of them
 * @property {{ images: number, classes: string[] } | null} leftOut of classes that the net does not know
 */

/** @param {Images} set @param {readonly string[]} classes of it @param {Named} net @returns {Matched} */
export function matchClasses(set, classes, net) {
  const numbers = numbersOf(classes, net);
  if (numbers.every((number, label) => number === label)) return { set, kept: null, leftOut: null };
  /** @type {number[]} */
  const kept = [];
  set.labels.forEach((label, i) => {
    if (numbers[label] >= 0) kept.push(i);
  });
  const unknown = classes.filter((_, label) => numbers[label] < 0);
  const leftOut = { images: set.labels.length - kept.length, classes: unknown };
  if (kept.length === 0) {
    const problem = `All images are of classes that the net does not know (${listed(unknown)})`;
    throw new ResiduaError('MISMATCH', 'evaluate', `${problem}; give images of its classes.`);
  }
  const labels = Uint16Array.from(kept, (i) => numbers[set.labels[i]]);
  if (unknown.length === 0)
    return { set: { images: set.images, labels }, kept: null, leftOut: null };
  return { set: { images: imagesAt(set, kept), labels }, kept, leftOut };
}

/** The images of these numbers, copied. @param {Images} set @param {number[]} kept */
export function imagesAt({ images }, kept) {
  const memory = imageMemory(kept.length, 'evaluate').images;
  kept.forEach((from, to) => {
    memory.set(images.subarray(from * IMAGE_BYTES, (from + 1) * IMAGE_BYTES), to * IMAGE_BYTES);
  });
  return memory;
}

/** The number of images, whose labels are of `classes` or, without them, of as many as the net has.
 * @param {Images} set @param {readonly string[] | undefined} classes @param {number} netClasses */
export function checkLabelled(set, classes, netClasses) {
  const isSound = !classes || (Array.isArray(classes) && classes.every(isText));
  if (!isSound)
    throw badArgument('evaluate', 'The option "classes" is a list of names of classes.');
  return checkImages('evaluate', set, classes?.length ?? netClasses);
}
