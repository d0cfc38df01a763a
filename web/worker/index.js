/** The entry `residua/worker`: the library with networks that live in workers of their own. */
export { resizeToInput } from '../lib/data/resize.js';
export { CIFAR10_CLASSES, Dataset } from '../lib/dataset.js';
export { ResiduaError } from '../lib/errors.js';
export { classActivationMap, occlusion } from '../lib/explain.js';
export { fetchCifar10, fetchCifar100 } from '../lib/fetch-dataset.js';
export { readRun, writeRun } from '../lib/formats/run-file.js';
export { openDataset } from '../lib/open-dataset.js';
export { readPicture } from '../lib/read-picture.js';
export { NORMALISATIONS, nameOfSpec, RECIPES, specFromName } from '../lib/spec.js';
export { createEngine } from './client.js';
