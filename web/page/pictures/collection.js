/** Pictures that the reader collects, class by class, before they are a data set. Every picture is an input of
 * a network, [3][32][32], by the time it is here. */
import { IMAGE_BYTES } from '../../lib/data/memory.js';

/** @typedef {{ name: string, inputs: Uint8Array[] }} CollectedClass */

/** Of a set: 600 MB. */
const MOST_PICTURES = 200_000;

export class Collection {
  /** What the set will be called. */
  name;
  /** @type {CollectedClass[]} */
  classes = [];
  /** Id of the kept set that it began as, which it will replace. @type {string | undefined} */
  replaced;

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** The pictures of a set, to add others to them.
   * @param {import('../../lib/index.js').Dataset} dataset @param {string} id */
  static of({ name, classes, train, test }, id) {
    const collection = new Collection(name);
    collection.replaced = id;
    for (const one of classes) collection.addClass(one);
    for (const { images, labels } of [train, test]) {
      labels.forEach((label, i) => {
        collection.add(label, images.slice(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
      });
    }
    return collection;
  }

  get count() {
    return this.classes.reduce((sum, { inputs }) => sum + inputs.length, 0);
  }

  /** @param {string} name @returns {number} the class of that name, which is there now */
  addClass(name) {
    const clean = cleanName(name);
    const there = this.classes.findIndex((one) => one.name === clean);
    return there >= 0 ? there : this.classes.push({ name: clean, inputs: [] }) - 1;
  }

  /** @param {number} index @param {string} name */
  renameClass(index, name) {
    this.classes[index].name = cleanName(name);
  }

  /** @param {number} index */
  removeClass(index) {
    this.classes.splice(index, 1);
  }

  /** @param {number} index of a class @param {Uint8Array} input */
  add(index, input) {
    if (this.count < MOST_PICTURES) this.classes[index]?.inputs.push(input);
  }

  /** @param {number} index of a class */
  removeLast(index) {
    this.classes[index].inputs.pop();
  }

  /** Why it is no data set yet: a key of the messages, and what that needs.
   * @returns {{ key: string, name?: string } | null} */
  get obstacle() {
    const names = this.classes.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    const empty = this.classes.find(({ inputs }) => inputs.length === 0);
    if (names.length < 2) return { key: 'needClasses' };
    if (names.includes('')) return { key: 'needNames' };
    if (twice !== undefined) return { key: 'needOtherName', name: twice };
    return empty ? { key: 'needPictures', name: empty.name } : null;
  }

  /** For the worker that keeps sets. @param {string} otherwise the name of a set that has none */
  toParts(otherwise) {
    const images = new Uint8Array(this.count * IMAGE_BYTES);
    const labels = new Uint16Array(this.count);
    let at = 0;
    for (const [label, { inputs }] of this.classes.entries()) {
      for (const input of inputs) {
        images.set(input, at * IMAGE_BYTES);
        labels[at++] = label;
      }
    }
    const classes = this.classes.map(({ name }) => name);
    return { name: cleanName(this.name) || otherwise, classes, images, labels };
  }
}

/** In one form of Unicode, as the names of folders are compared. @param {string} name */
export function cleanName(name) {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim();
}
