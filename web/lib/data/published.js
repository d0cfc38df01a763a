/** The data sets that are published by name, and how large they are. This file is apart from what fetches
 * them, so that a page can say what a press will fetch before it loads that. */

/** @typedef {'cifar10' | 'cifar100'} SetName */

/**
 * @typedef {object} Published
 * @property {string} title
 * @property {string} folder that the files are in
 * @property {number} images for training
 * @property {number} megabytes of all files
 */

/** @type {Record<SetName, Published>} */
export const PUBLISHED = {
  cifar10: { title: 'CIFAR-10', folder: 'plain_text', images: 50000, megabytes: 137 },
  cifar100: { title: 'CIFAR-100', folder: 'cifar100', images: 50000, megabytes: 137 },
};
