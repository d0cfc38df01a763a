/** Names of a network's classes, in the reader's language where the class is known. */
import { CIFAR10_CLASSES, SYNTHETIC_CLASSES } from '../lib/dataset.js';
import { inert } from '../lib/inert.js';
import { translator } from '../ui/messages.js';
import { classMessages } from './messages/classes.js';

/** Those of a data set whose names the page can say in every language, the names that a file holds, or
 * none. @typedef {'cifar10' | 'shapes' | 'numbers' | readonly string[]} Kind */

/** Networks of so many classes may be either's. */
export const NAMED = CIFAR10_CLASSES.length;

const NAMES = { cifar10: CIFAR10_CLASSES, shapes: SYNTHETIC_CLASSES };

/** @param {readonly string[]} names of a file @returns {Kind} */
export function kindOf(names) {
  const same = (/** @type {readonly string[]} */ known) => known.join() === names.join();
  return same(CIFAR10_CLASSES) ? 'cifar10' : same(SYNTHETIC_CLASSES) ? 'shapes' : names;
}

/** @param {Kind} kind @param {number} index @param {string} lang */
export function className(kind, index, lang) {
  if (typeof kind !== 'string') return inert(kind[index]);
  const t = translator(classMessages, lang);
  return kind === 'numbers' ? t('numbered', { index }) : t(NAMES[kind][index]);
}
