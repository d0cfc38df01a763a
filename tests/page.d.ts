/** What page tests reach of the page that is not public: parts of the workbench, and what tests leave in the
 * window. */
import type { Tick } from '../web/lib/index.js';

interface Row {
  name: string;
  run: { state: string; tick: Tick | null; layerStats: object[] };
}

declare module '../web/lab/index.js' {
  interface ResiduaLab {
    readonly updateComplete: Promise<boolean>;
    readonly rows: Row[];
    readonly runs: { all: Row[] };
  }
}

declare global {
  interface Window {
    isStuck: boolean;
  }
}
