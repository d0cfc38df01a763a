/** Importing this defines the element <residua-lab>. */
import { ResiduaLab } from './lab.js';

export { defaultExperiment, fromHash, newRun, readLink, toHash } from './experiment.js';
export { interruptedRuns } from './runs/kept.js';
export { ResiduaLab };

if (!customElements.get('residua-lab')) customElements.define('residua-lab', ResiduaLab);
