/** The entry `residua`: the library with networks in the calling thread. */
import { openEngine } from './engine.js';
import { loadSettings } from './loader.js';
import { ownSafetensors } from './weights/load.js';

export { resizeToInput } from './data/resize.js';
export { CIFAR10_CLASSES, Dataset } from './dataset.js';
export { ResiduaError } from './errors.js';
export { classActivationMap, occlusion } from './explain.js';
export { fetchCifar10, fetchCifar100 } from './fetch-dataset.js';
export { readRun, writeRun } from './formats/run-file.js';
export { openDataset } from './open-dataset.js';
export { readPicture } from './read-picture.js';
export { NORMALISATIONS, nameOfSpec, RECIPES, specFromName } from './spec.js';

/** @param {import('./index.js').EngineOptions} [options] */
export async function createEngine(options = {}) {
  return openEngine(await loadSettings(options, false), ownSafetensors);
}
