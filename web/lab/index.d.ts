/** The workbench as an element, `<residua-lab>`. Importing this in a browser defines it; on a server it defines
 * nothing and does not throw.
 * @module residua/element
 */
import type {
  Engine,
  EngineOptions,
  LayerStatistics,
  Net,
  RecipeOptions,
  RunRecord,
  Spec,
  Tick,
  Tier,
} from '../lib/index.js';
import type { ImageSource, TrainedNetwork } from '../ui/host.js';

export type { ImageSource, TrainedNetwork };

/** One network of an experiment. What it has of the recipe takes the place of what is shared; what a recipe may
 * add is each network's own. */
export interface RunConfig
  extends Omit<RecipeOptions, 'augmentSeed'>,
    Partial<
      Pick<
        Experiment,
        'epochs' | 'lr' | 'schedule' | 'batchSize' | 'augment' | 'weightDecay' | 'momentum'
      >
    > {
  family: 'plain' | 'residual';
  depth: number;
  width: number;
  shortcut: 'A' | 'B' | 'C';
  norm: 'batch' | 'none';
  init: 'he' | 'xavier' | 'gaussian';
  /** Standard deviation of 'gaussian'. */
  sigma: number;
  seed: number;
  /** The name of the weights that it starts from, which ResiduaLab.loadWeights gives, to fine-tune them;
   * its family, depth, width, shortcut and norm must be theirs. Default: random weights. */
  from?: string;
  /** Leading stages of those weights that stay as they are: 0 (default) to 3. */
  frozenStages?: number;
  /** Of the order of images, and of the augmentation unless `augmentSeed` is set. Default: `seed`. */
  orderSeed?: number;
  /** Of the augmentation: see RecipeOptions. */
  augmentSeed?: number;
  /** How its inputs are normalised: Spec.mean and Spec.std. Default: CIFAR-10's. */
  mean?: [number, number, number];
  std?: [number, number, number];
}

/** Networks, and the recipe, images and machine settings that they share. */
export interface Experiment {
  runs: RunConfig[];
  epochs: number;
  lr: number;
  schedule: 'step' | 'paper' | 'cosine' | 'constant' | 'triangle';
  batchSize: number;
  augment: 'none' | 'flip' | 'crop-flip' | 'shift-flip';
  weightDecay: number;
  momentum: number;
  /** 'cifar10' stands for the element's `source`. */
  data: 'synthetic' | 'cifar10';
  images: number;
  testImages: number;
  tier: 'auto' | 'relaxed' | 'simd128' | 'scalar';
  /** Of each network. 'auto': the cores shared among them. */
  threads: 'auto' | number;
}

/** How a run ended: the digest of its losses, and what decides its bits beside the experiment. */
export interface End {
  tier: Tier;
  numerics: number;
  trajectory: string;
}

/** What a link says of a network beside its configuration. */
export interface RunLinkState {
  name?: string;
  /** From the chart. */
  hidden?: boolean;
  ended?: End;
  /** Its errors at the ends of its epochs, or of 40 of them at equal distances. */
  curve?: { trainError: number; testError: number }[];
}

/** A network of the experiment, as it is now. */
export interface ExperimentNetwork {
  name: string;
  spec: Spec;
  /** While it is trained: it may be looked at between two steps. */
  net: Net | null;
  /** A safetensors file, once training has ended. */
  weights: Blob | null;
  /** Steps of its training so far. */
  step: number;
  /** Makes a net with the weights that training begins with.
   * @example
   * ```ts
   * const [first] = lab.networks;
   * const net = await first.begin(lab.engine!);
   * ```
   */
  begin(engine: Engine): Promise<Net>;
}

/** Four plain and residual networks of 20 and 56 layers, width 4, on 5,000 synthetic images.
 * @example
 * ```ts
 * lab.experiment = { ...defaultExperiment(), epochs: 3 };
 * ```
 */
export function defaultExperiment(): Experiment;
/** A plain network of 20 layers and width 4, except where `some` says otherwise.
 * @example
 * ```ts
 * lab.change({ runs: [newRun({ family: 'plain', depth: 56 }), newRun({ family: 'residual', depth: 56 })] });
 * ```
 */
export function newRun(some?: Partial<RunConfig>): RunConfig;
/** What differs from the default, as the text of a link's hash; and back, where whatever cannot be
 * read is as the default has it.
 * @example
 * ```ts
 * location.hash = toHash(lab.experiment, lab.linkState);
 * ```
 */
export function toHash(experiment: Experiment, linkState?: RunLinkState[]): string;
/** The experiment of a link; unreadable parts are as the default has them (readLink names them).
 * @example
 * ```ts
 * lab.experiment = fromHash(location.hash);
 * ```
 */
export function fromHash(hash: string): Experiment;
/** The same, with what the link says of each network and, if there are any, the parts that could not be read.
 * @example
 * ```ts
 * const { experiment, linkState, unread = [] } = readLink(location.hash);
 * lab.experiment = experiment;
 * lab.linkState = linkState;
 * lab.unread = unread;
 * ```
 */
export function readLink(hash: string): {
  experiment: Experiment;
  linkState: RunLinkState[];
  unread?: string[];
};

/** An unfinished experiment that a workbench with a storage key has kept. */
export interface InterruptedRuns {
  id: string;
  /** That of the workbench; null, as is `experiment`, if the runs cannot be read. */
  storageKey: string | null;
  experiment: Experiment | null;
  /** It was not interrupted: another page is training it. */
  elsewhere: boolean;
}
/** What is kept in this browser of experiments that have not come to their end. `onRelease` is called
 * when another page that trains one of them goes away.
 * @example
 * ```ts
 * for (const { id, storageKey, elsewhere } of await interruptedRuns()) {
 *   if (storageKey === lab.storageKey && !elsewhere) await lab.resumeRuns(id);
 * }
 * ```
 */
export function interruptedRuns(onRelease?: () => void): Promise<InterruptedRuns[]>;

/** What "residua-tick" says of a network, called by its name in the workbench. */
export interface TickDetail {
  name: string;
  tick: Tick;
}

/** What "residua-end" says of a network: how its training has ended, and with what. */
export interface EndDetail {
  name: string;
  state: 'finished' | 'stopped' | 'diverged' | 'failed';
  /** The last, if there was one. */
  tick: Tick | null;
  /** Why it has ended, if not by its last step. */
  error: Error | null;
  /** A safetensors file, unless it failed. */
  weights: Blob | null;
}

/** The workbench. `color-scheme` decides between light and dark.
 *
 * @tagname residua-lab
 * @attribute {string} experiment - The text of a link, as toHash makes it.
 * @attribute {string} storage-key - storageKey.
 * @slot - Text beside the figure. A `<span data-network="plain56">` in it points at that network's lines.
 * @slot title - The heading.
 * @slot intro - What stands before the chart on a phone.
 * @slot more - Text below the buttons.
 * @slot data - A way to bring images.
 * @csspart lab - All of it.
 * @csspart figure - The chart with its caption.
 * @csspart runs - The table of runs.
 * @csspart callout - The sentence that sums the chart up.
 * @csspart actions - The buttons.
 * @csspart panel - The settings.
 * @cssproperty --residua-ground - Colour of the ground.
 * @cssproperty --residua-ink - Colour of text.
 * @cssproperty --residua-muted - Colour of text of less weight.
 * @cssproperty --residua-hairline - Colour of thin lines.
 * @cssproperty --residua-sans - Font of text.
 * @cssproperty --residua-serif - Font of headings.
 * @fires {CustomEvent<TickDetail>} residua-tick - A step that is shown. All events bubble.
 * @fires {CustomEvent<EndDetail>} residua-end - A network's training has ended.
 * @fires {Event} residua-experiment - The reader has changed the experiment, or `linkState` has changed.
 * @fires {Event} residua-change - Anything shown has changed.
 */
export class ResiduaLab extends HTMLElement {
  /** "en" or "ko". */
  lang: string;
  /** Replaced as a whole, never changed in place. Not while training. A text is read like the attribute. */
  get experiment(): Experiment;
  set experiment(experiment: Experiment | string);
  source: ImageSource | null;
  engineOptions: EngineOptions;
  /** Of the experiment's networks. Those that are set, after the experiment, come from a link: runs
   * that end then are compared with it. */
  linkState: RunLinkState[];
  /** Parts of a link that could not be read, which the workbench names until the experiment is changed. */
  unread: string[];
  /** The address of a link that leads to this experiment. Default: this page, with toHash. */
  addressOf: (experiment: Experiment, linkState: RunLinkState[]) => string;
  /** Gives the file of the weights that a network starts from: see RunConfig.from. */
  loadWeights: (name: string) => Promise<Uint8Array>;
  /** What the figure shows: error, loss or learning rate against iteration, what flows through each layer in training, or
   * how large the layers' responses are. */
  figure: 'errors' | 'loss' | 'rate' | 'layers' | 'responses';
  /** With a storage key, the workbench keeps what it trains in the browser (in the origin's private file
   * system): a workbench with the same key lists the runs that have ended, and can resume what was
   * interrupted. All kept runs may take 256 MB; beyond that the oldest go first. Default: empty, and
   * nothing outlives the page. */
  storageKey: string;
  /** The addresses of recorded runs, as `residua train --record` writes them, separated by spaces:
   * `recorded` is set from them. */
  src: string;
  /** Runs to be seen behind those that are trained here, called recorded. */
  recorded: RunRecord[];
  /** What flows through their layers, by the record's name. */
  recordedLayers: Record<string, LayerStatistics[]>;
  readonly state: 'idle' | 'starting' | 'running' | 'paused';
  readonly engine: Engine | null;
  /** Why nothing can be trained, such as a ResiduaError NO_SIMD. */
  readonly error: Error | null;
  /** Is the experiment on synthetic images? */
  readonly isSynthetic: boolean;
  /** A layer that the figures of layers mark, of Net.layers; null: none. */
  layer: number | null;
  /** The networks of the experiment, before, while and after they are trained. */
  readonly networks: readonly ExperimentNetwork[];
  /** Networks of the experiment whose training has ended. */
  readonly trained: readonly TrainedNetwork[];
  /** What the controls do: replaces parts of the experiment and tells with "residua-experiment".
   * Nothing while training.
   * @example
   * ```ts
   * lab.change({ epochs: 24, lr: 0.01 });
   * ```
   */
  change(change: Partial<Experiment>): void;
  /** How much of what is being trained is done, from 0 to 1. */
  readonly progress: number;
  /** In seconds, how long training will take once it is started; undefined while that is not known. A workbench that
   * the reader sees and leaves alone trains a small network for a second, to know. */
  readonly timeToTrain: number | undefined;
  /** Trains the networks that have not been trained; resolves when all have ended.
   * @example
   * ```ts
   * const lab = document.querySelector('residua-lab')!;
   * await lab.train();
   * console.log(lab.trained.map(({ name }) => name));
   * ```
   */
  train(): Promise<void>;
  /** Adds a copy of each network with a seed that it has not had, and trains those.
   * @example
   * ```ts
   * await lab.train();
   * await lab.trainOtherSeeds(); // means and bands over two seeds
   * ```
   */
  trainOtherSeeds(): Promise<void>;
  /** Pauses all runs after their current steps; resume() goes on. */
  pause(): void;
  resume(): void;
  /** Ends all runs after their current steps; their curves and weights stay. */
  stop(): void;
  /** Goes on with interrupted runs, or forgets them: see interruptedRuns().
   * @example
   * ```ts
   * for (const { id } of await interruptedRuns()) await lab.resumeRuns(id);
   * ```
   */
  resumeRuns(id: string): Promise<void>;
  discardRuns(id: string): Promise<void>;
  /** Puts runs that were exported on the chart; says so on the page if a file is no such run.
   * @example
   * ```ts
   * const response = await fetch('run.json');
   * await lab.openRuns([new File([await response.text()], 'run.json')]);
   * ```
   */
  openRuns(files: File[]): Promise<void>;
  /** Opens the panel of settings, at a group of them.
   * @example
   * ```ts
   * await lab.openPanel('training');
   * ```
   */
  openPanel(group?: 'network' | 'training' | 'data' | 'machine'): Promise<void>;
  closePanel(): void;
}

export interface ResiduaLabEventMap {
  'residua-tick': CustomEvent<TickDetail>;
  'residua-end': CustomEvent<EndDetail>;
  /** The reader has changed the experiment, or `linkState` has changed. */
  'residua-experiment': Event;
  /** Anything shown has changed. */
  'residua-change': Event;
}

declare global {
  interface HTMLElementEventMap extends ResiduaLabEventMap {}

  interface HTMLElementTagNameMap {
    'residua-lab': ResiduaLab;
  }
}
