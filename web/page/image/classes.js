/** What the answers of a network are called. */
import { CIFAR10_CLASSES, SYNTHETIC_CLASSES } from '../../lib/dataset.js';

/** @typedef {'cifar10' | 'shapes' | 'numbers'} Kind */

/** Networks of so many classes may be either's. */
export const NAMED = CIFAR10_CLASSES.length;

const NAMES = { cifar10: CIFAR10_CLASSES, shapes: SYNTHETIC_CLASSES };

/** @param {Kind} kind @param {number} index
 * @param {import('../../element/messages.js').Translate} t */
export function className(kind, index, t) {
  if (kind === 'numbers') return t('class_numbered', { index });
  return t(`class_${NAMES[kind][index]}`);
}
