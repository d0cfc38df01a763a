/** What the hand-kept declarations promise is what the code has: checked by npm run typecheck, not run.
 * Entries that declare more, less or other than their code do not compile here. */

import { ResiduaImage } from '../../web/image/element.js';
import type * as ImageEntry from '../../web/image/index.js';
import { defaultExperiment, newRun } from '../../web/lab/experiment.js';
import { fromHash, readLink, toHash } from '../../web/lab/hash.js';
import type * as ElementEntry from '../../web/lab/index.js';
import { ResiduaLab } from '../../web/lab/lab.js';
import * as kept from '../../web/lab/runs/kept.js';
import { resizeToInput } from '../../web/lib/data/resize.js';
import { CIFAR10_CLASSES, Dataset } from '../../web/lib/dataset.js';
import { openEngine } from '../../web/lib/engine.js';
import { ResiduaError } from '../../web/lib/errors.js';
import { classActivationMap, occlusion } from '../../web/lib/explain.js';
import { fetchCifar10, fetchCifar100 } from '../../web/lib/fetch-dataset.js';
import { readRun, writeRun } from '../../web/lib/formats/run-file.js';
import type * as LibEntry from '../../web/lib/index.js';
import { loadSettings } from '../../web/lib/loader.js';
import type * as NodeEntry from '../../web/lib/node.js';
import { openDataset } from '../../web/lib/open-dataset.js';
import { readPicture } from '../../web/lib/read-picture.js';
import { NORMALISATIONS, nameOfSpec, RECIPES, specFromName } from '../../web/lib/spec.js';
import { ownSafetensors } from '../../web/lib/weights/load.js';
import * as client from '../../web/worker/client.js';
import type * as WorkerEntry from '../../web/worker/index.js';

const shared = {
  ...{
    fetchCifar10,
    fetchCifar100,
    openDataset,
    resizeToInput,
    CIFAR10_CLASSES,
    Dataset,
    ResiduaError,
  },
  ...{ classActivationMap, occlusion, readPicture },
  ...{ readRun, writeRun, NORMALISATIONS, nameOfSpec, RECIPES, specFromName },
};

async function createEngine(options: LibEntry.EngineOptions = {}) {
  return openEngine(await loadSettings(options, false), ownSafetensors);
}

export const lib = { ...shared, createEngine } satisfies typeof LibEntry;
export const node = lib satisfies typeof NodeEntry;
export const worker = { ...shared, createEngine: client.createEngine } satisfies typeof WorkerEntry;

const { interruptedRuns } = kept;
export const element = {
  ...{ ResiduaLab, interruptedRuns },
  ...{ defaultExperiment, fromHash, newRun, readLink, toHash },
} satisfies typeof ElementEntry;

export const image = { ResiduaImage } satisfies typeof ImageEntry;
