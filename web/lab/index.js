/** Importing this defines the element <residua-lab>; on a server, where there are no elements, nothing. */
import { ResiduaLab } from './lab.js';

export { defaultExperiment, newRun } from './experiment.js';
export { fromHash, readLink, toHash } from './hash.js';
export { interruptedRuns } from './runs/kept.js';
export { ResiduaLab };

const elements = globalThis.customElements;
if (elements && !elements.get('residua-lab')) elements.define('residua-lab', ResiduaLab);
