/** What page tests reach of the page that is not public: parts of the workbench, and what tests leave in the
 * window. */
import type { Tick } from '../web/lib/index.js';

/** What the workbench has told of a network: its id, and the event's type and detail. */
interface Heard {
  type: string;
  id: string;
  name: string;
  state: string;
  error: Error | null;
  weights: number;
  tick: Tick;
}

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
    /** Of the camera. */
    tracks: MediaStreamTrack[];
    /** How many networks were trained at once. */
    atOnce: number;
    /** What workbenches have told of, and those that were removed. */
    heard: Heard[];
    labs: WeakRef<object>[];
    /** A function of tests/soak.test.js, and what it tells of a run. */
    trainAtOnce: (entry: object, many: object) => Promise<(Tick | undefined)[]>;
    sample: (step: number, seconds: number) => Promise<void>;
    /** How often the page was drawn. */
    drawings: number;
    /** What a workbench's source was. */
    sourceBefore: unknown;
    /** Ends all workers as a lack of memory would. */
    loseWorkers: () => void;
    /** Is there no room for the file of this name? */
    writesFail: (name: string) => boolean;
  }
}
