/** Importing this defines the element <residua-lab>; on a server, where there are no elements, nothing. */
import { ResiduaLab } from './lab.js';

export { defaultExperiment, fromHash, newRun, readLink, toHash } from './experiment.js';
export { interruptedRuns } from './runs/kept.js';
export { ResiduaLab };

const elements = globalThis.customElements;
if (elements && !elements.get('residua-lab')) elements.define('residua-lab', ResiduaLab);
