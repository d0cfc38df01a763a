/** Residua's JavaScript API: the same in the thread that calls it (`residua`) and in one
 * worker per network (`residua/worker`). Whatever computes returns a promise or an async
 * iterable, and takes a signal that aborts it: see Abortable. Options that a function does not have are refused by
 * name. Arrays handed over or received are copies, never views of WebAssembly memory. */

export type Tier = 'scalar' | 'simd128' | 'relaxed';
export type Convolution = 'auto' | 'direct' | 'winograd';

export interface EngineOptions extends Abortable {
  /** 'auto' takes the fastest tier that this machine validates and this build has. */
  tier?: Tier | 'auto';
  /** Threads per network, 1 to 64. 'auto': the machine's cores, at most 8. It is 1, whatever is
   * asked for, where threads are impossible: they take shared memory (Node, or a cross-origin
   * isolated page) and a thread that may wait, which a window's is not. Bits do not depend on it. */
  threads?: number | 'auto';
  conv?: Convolution;
  /** Where a module file such as "residua-relaxed.wasm" is: a URL (relative to the page, in Node
   * to the working directory), its bytes, or compiled. Default: beside this script. */
  wasm?: (
    file: string,
  ) =>
    | string
    | URL
    | BufferSource
    | WebAssembly.Module
    | Promise<BufferSource | WebAssembly.Module>;
  /** Where the script of workers is, for `residua/worker` and for threads, or a function that
   * makes a worker of it. Default: residua-worker.js beside this script. false: no workers at all,
   * so everything is computed by one thread, the one that calls; it still gets its turns between
   * steps. */
  worker?: string | URL | (() => Worker) | false;
}

export interface Spec {
  family: 'plain' | 'residual';
  /** 6n+2: 8, 14, 20, ... 1202. */
  depth: number;
  /** Channels of the first stage; the others have twice and four times as many. Default 16. */
  width?: number;
  /** Default 'A'. */
  shortcut?: 'A' | 'B' | 'C';
  /** Default 'batch'. */
  norm?: 'batch' | 'none';
  /** 'he' (default), 'xavier' or 'gaussian:0.01' (standard deviation). */
  init?: 'he' | 'xavier' | `gaussian:${number}`;
  /** Default 10. */
  classes?: number;
  /** Leading stages that do not train: 0 (default) to 3. */
  frozenStages?: number;
  /** Of the initial weights: an integer from 0 to 2^53-1, a bigint from there to 2^64-1. Default 1. */
  seed?: number | bigint;
  /** Per channel, on pixels divided by 255. Default: CIFAR-10's. */
  mean?: [number, number, number];
  std?: [number, number, number];
}

/** "plain20", "resnet56": the family and depth of a name.
 * @throws {ResiduaError} BAD_ARGUMENT: the name is not that of a network.
 * @example
 * ```ts
 * const spec = specFromName('resnet20'); // { family: 'residual', depth: 20 }
 * ```
 */
export function specFromName(name: string): Pick<Spec, 'family' | 'depth'>;
/** The usual means and standard deviations of pixels divided by 255: cifar10, cifar10-popular (0.2023
 * ...), cifar100, imagenet, half.
 * @example
 * ```ts
 * const net = await engine.loadNet(file, NORMALISATIONS.imagenet); // of a file that does not say its own
 * ```
 */
export const NORMALISATIONS: Record<
  string,
  { mean: [number, number, number]; std: [number, number, number] }
>;
/** Networks and recipes that are known to go well together. `fast` trains a classifier of CIFAR-10 in about ten
 * minutes of two cores; docs/fast.md has its errors and times.
 * @example
 * ```ts
 * const { spec, recipe } = RECIPES.fast;
 * const net = await engine.createNet(spec);
 * for await (const tick of net.train(dataset, recipe)) console.log(tick.epoch, tick.testError);
 * ```
 */
export const RECIPES: Record<'fast', NamedRecipe>;
/** A network, and the recipe that it is trained by. */
export interface NamedRecipe {
  spec: Spec;
  recipe: Recipe;
}
/** The name of a spec: "resnet-20" -> used everywhere as "resnet20".
 * @example
 * ```ts
 * const name = nameOfSpec({ family: 'plain', depth: 56 }); // 'plain56'
 * ```
 */
export function nameOfSpec(spec: Pick<Spec, 'family' | 'depth'>): string;

export interface Plan {
  /** WebAssembly memory that training (or only inference) takes, in bytes: Net.memoryBytes then. */
  bytes: number;
  parameters: number;
  convolutions: number;
  /** Forward, per image, 2 per multiply-add, direct convolution. */
  flopsPerImage: number;
}

export interface Images {
  /** [count][3][32][32], planes R, G, B. */
  images: Uint8Array;
  /** [count] */
  labels: Uint16Array;
}

/** Files that are not part of a data set, and why: "it has no pixels". */
export interface Skipped {
  readonly count: number;
  /** The first 100 of them. */
  readonly named: readonly { readonly path: string; readonly why: string }[];
}

/** Images and labels, with their classes. The constructor checks sizes and labels, and copies images
 * that lie in memory of the caller's own, so that no later change reaches a run. Where threads can share
 * memory (Node, a cross-origin isolated page) the copy is shared, and all networks read it. The test
 * set may be empty; then training reports no test error. A data set is frozen. */
export class Dataset {
  /** Checks the sizes of images [count][3][32][32] and labels [count], and that labels are below
   * classes.length.
   * @throws {ResiduaError} BAD_ARGUMENT: sizes or labels do not fit, or there are fewer than two
   *   classes.
   * @example
   * ```ts
   * const train = { images: new Uint8Array(2 * 3072), labels: Uint16Array.of(0, 1) };
   * const test = { images: new Uint8Array(0), labels: new Uint16Array(0) };
   * const data = new Dataset({ name: 'mine', classes: ['cat', 'dog'], train, test });
   * ```
   */
  constructor(parts: {
    name: string;
    classes: readonly string[];
    train: Images;
    test: Images;
    synthetic?: boolean;
    notes?: readonly string[];
    heldOut?: number | null;
    skipped?: Skipped;
  });
  /** One's own pictures, resized as resizeToInput does, with labels or names of classes. Lets the
   * event loop have its turns.
   * @throws {ResiduaError} BAD_ARGUMENT: a picture is no RGBA, or a label is no class. An aborted
   *   signal's reason.
   * @example
   * ```ts
   * const canvas = new OffscreenCanvas(64, 64).getContext('2d')!;
   * const picture = canvas.getImageData(0, 0, 64, 64);
   * const train = [{ picture, label: 'cat' }, { picture, label: 'dog' }];
   * const data = await Dataset.fromImages({ name: 'mine', classes: ['cat', 'dog'], train });
   * ```
   */
  static fromImages(
    parts: Abortable & {
      name: string;
      classes: readonly string[];
      train: Iterable<{ picture: Picture; label: number | string }>;
      test?: Iterable<{ picture: Picture; label: number | string }>;
    },
  ): Promise<Dataset>;
  readonly name: string;
  readonly classes: readonly string[];
  readonly synthetic: boolean;
  readonly train: Readonly<Images>;
  readonly test: Readonly<Images>;
  /** What was decided when the files were read, a sentence each: what the test set is, what was
   * skipped. */
  readonly notes: readonly string[];
  /** The share of each class that openDataset held out as the test set, since the files had none; null:
   * they had one. */
  readonly heldOut: number | null;
  /** The files beside pictures that openDataset did not use. */
  readonly skipped: Skipped;
  /** The first `images` and `testImages` in file order (default: all); throws if there are fewer.
   * Views of the same memory, not copies.
   * @throws {ResiduaError} BAD_ARGUMENT: there are fewer images.
   * @example
   * ```ts
   * const small = data.take({ images: 5000, testImages: 1000 });
   * ```
   */
  take(counts: { images?: number; testImages?: number }): Dataset;
}
export const CIFAR10_CLASSES: readonly string[];

/** Pixels [height][width][4], red, green, blue, alpha: an ImageData is one. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** A part of a picture, in its pixels; x and y are of the top left corner. */
export interface Square {
  x: number;
  y: number;
  side: number;
}

/** A square of a picture as a net takes it, [3][32][32]: each pixel is the mean of the area it covers. Where
 * the picture is transparent, white shows through.
 * @param square whole numbers within the picture. Default: the middle square.
 * @throws {ResiduaError} BAD_ARGUMENT: `data` is not 4 bytes a pixel, or the square reaches beyond the
 *   picture.
 * @example
 * ```ts
 * const canvas = new OffscreenCanvas(640, 480).getContext('2d')!;
 * const probabilities = await net.classify(resizeToInput(canvas.getImageData(0, 0, 640, 480)));
 * ```
 */
export function resizeToInput(picture: Picture, square?: Square): Uint8Array;

/** The file of a picture (PNG, JPEG, GIF or BMP; WebP; AVIF where a browser decodes it) as resizeToInput
 * gives it. EXIF orientation is obeyed, and of a GIF the first picture counts.
 * @throws {ResiduaError} BAD_FILE: it is no picture, too large, or damaged. An aborted signal's reason.
 * @example
 * ```ts
 * const { files } = document.querySelector<HTMLInputElement>('input[type=file]')!;
 * const probabilities = await net.classify(await readPicture(files![0]));
 * ```
 */
export function readPicture(file: Blob | Uint8Array, options?: Abortable): Promise<Uint8Array>;

/** Bytes with a name, which may be a path with "/": a File is one, and `{ name: path, size, stream:
 * () => file.stream(), slice: (a, b) => file.slice(a, b) }` is one in a folder. A response of fetch
 * becomes one so: `{ name, size: Number(response.headers.get('content-length')), stream: () =>
 * response.body }`. */
export interface ByteSource {
  name: string;
  size?: number;
  stream(): ReadableStream<Uint8Array>;
  /** Reads parts without the rest; without it, Parquet and zip files are held in memory. */
  slice?(first: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface OpenOptions extends Abortable {
  /** Bytes read so far, then images decoded, and of how many if that is known. */
  onProgress?: (progress: { unit: 'bytes' | 'images'; done: number; total?: number }) => void;
  /** The share of the images that becomes the test set where the files have none, of each class. 1:
   * all of them, to evaluate alone; then training images may be missing too. Default 0.2. */
  holdout?: number;
  /** Which labels of CIFAR-100 and its like. Default 'fine'. */
  labels?: 'fine' | 'coarse';
  /** No more training images than these: see Dataset.take. */
  images?: number;
  testImages?: number;
}

/** Reads images and labels from files of any kind, told by their content (docs/guides/data.md has an
 * example of each): CIFAR-10 and CIFAR-100, binary or python, as archive or files; Parquet, as Hugging
 * Face writes image data sets; pictures in a folder for each class or with a CSV of labels, also as zip
 * or tar; .npz, .npy and IDX. In Node a string is the path of a file or folder. A complete CIFAR-10 is in
 * the same order from every source; pictures are mixed so that the first so many are a balanced sample;
 * other images keep the order of their files. What was decided on the way is in the notes of the set.
 * @throws {ResiduaError} BAD_FILE: the files are of no kind that is read, damaged or incomplete, and
 *   the message says what was found. BAD_ARGUMENT: an option does not suit them. An aborted signal's
 *   reason.
 * @example
 * ```ts
 * const { files } = document.querySelector<HTMLInputElement>('input[type=file]')!;
 * const data = await openDataset(files!, {
 *   onProgress: ({ unit, done, total }) => console.log(done, 'of', total, unit),
 * });
 * console.log(data.name, data.classes, ...data.notes);
 * ```
 * @example In Node
 * ```ts
 * const flowers = await openDataset('flowers', { holdout: 0.1 });
 * ```
 */
export function openDataset(
  files: string | ByteSource | Iterable<string | ByteSource>,
  options?: OpenOptions,
): Promise<Dataset>;

export interface FetchOptions extends Abortable {
  /** The address of a folder that holds the files, as `cifar10/plain_text/train-00000-of-00001.parquet`
   * and so on. Default: the data sets `uoft-cs/cifar10` and `uoft-cs/cifar100` on Hugging Face. */
  source?: string;
  /** Bytes fetched, of which file, in which try: a file whose connection is cut begins at its start again.
   * Then images decoded. */
  onProgress?: (progress: {
    unit: 'bytes' | 'images';
    done: number;
    total?: number;
    file?: number;
    files?: number;
    attempt?: number;
  }) => void;
  /** Which labels of CIFAR-100. Default 'fine'. */
  labels?: 'fine' | 'coarse';
}

/** Fetches CIFAR-10 (137 MB) from Hugging Face, and nowhere else unless `source` says so. A connection that
 * is cut is tried again from the start of the file. What arrives is recognised by its content.
 * @throws {ResiduaError} NOT_FETCHED: nothing answers, a file is not there, or what arrives is not CIFAR-10. An
 *   aborted signal's reason.
 * @example
 * ```ts
 * const data = await fetchCifar10({ onProgress: ({ done }) => console.log(done) });
 * ```
 */
export function fetchCifar10(options?: FetchOptions): Promise<Dataset>;
/** As fetchCifar10, for CIFAR-100.
 * @throws {ResiduaError} As fetchCifar10.
 * @example
 * ```ts
 * const data = await fetchCifar100({ labels: 'coarse' });
 * ```
 */
export function fetchCifar100(options?: FetchOptions): Promise<Dataset>;

/** What a recipe may add. Each is off unless it is given, and 0, false or an empty list is off too. */
export interface RecipeOptions {
  /** Nesterov's momentum, as PyTorch has it. */
  nesterov?: boolean;
  /** Weight decay leaves norm's weights and biases, and all other biases, alone. */
  noDecayNorm?: boolean;
  /** The share of a target that all classes get evenly: 0 to below 1. */
  labelSmoothing?: number;
  /** The largest L2 norm of all gradients together; longer ones are scaled to it. */
  clip?: number;
  /** The decay of averages of the weights, 0 to below 1: 0.999. In step t it is at most (1+t)/(10+t).
   * Evaluation, save() and toOnnx() then take the averages; tensors() has both. */
  ema?: number;
  /** Mixes each image, and its target, with another one of its batch, by a share from Beta(mixup, mixup):
   * 0 to 1. */
  mixup?: number;
  /** The side of a square of zeros in each image, in pixels: 0 to 32. */
  cutout?: number;
  /** The seed of augmentation: of augment, cutout and mixup. Where it is off, 0, augmentation has the recipe's
   * `seed`. */
  augmentSeed?: number | bigint;
  /** How much each class counts in the loss, relative to the others: a number above 0 for each. */
  classWeights?: readonly number[];
}

export interface Recipe extends RecipeOptions {
  /** Default 12. */
  epochs?: number;
  /** Default 128. */
  batchSize?: number;
  /** Default 0.1. */
  lr?: number;
  /** Default 0.9. */
  momentum?: number;
  /** Default 1e-4. */
  weightDecay?: number;
  /** Default 'step'. 'triangle' rises over a fifth of the steps and falls to 0; 'own' is that of a run
   * whose lr is a function. */
  schedule?: 'paper' | 'step' | 'cosine' | 'constant' | 'triangle' | 'own';
  /** Default 'crop-flip': moved by up to four pixels, and mirrored at random. 'shift-flip': by up to two, and mirrored
   * in every other epoch, which suits short runs. */
  augment?: 'none' | 'flip' | 'crop-flip' | 'shift-flip';
  /** Of the order of images, and of the augmentation unless `augmentSeed` is given. Default: the net's, which is 1
   * for a net from a file. */
  seed?: number | bigint;
}

/** Of a run that goes step by step. By default its schedule is 'constant' and nothing is augmented; with the
 * schedule 'own', update() takes the learning rate. */
export interface StepRecipe extends Omit<Recipe, 'epochs'>, Abortable {
  /** Of the whole run, which schedules look at. Default: as many as there can be, 2^31 - 2. */
  steps?: number;
  /** Begin a run even if there is one to go on with, which then ends. */
  restart?: boolean;
}

/** Of every call that returns a promise. */
export interface Abortable {
  /** Aborts the call, which then rejects with the signal's reason and has changed nothing: weights, gradients and a
   * run are as they were. An aborted signal rejects before anything begins. Later an abort is seen between
   * batches, images or files; what a thread computes in one piece, such as a step, is finished first, and a call that
   * is done by then resolves. With a signal, a call begins in a later turn of the event loop: leave its arrays
   * alone until it has settled. */
  signal?: AbortSignal;
}

export interface NamedValues {
  name: string;
  values: ArrayLike<number>;
}

export interface TrainOptions extends Omit<Recipe, 'lr'> {
  /** Makes the images of each step: gets copies, [batchSize][3][32][32], which it may change or replace by
   * as many bytes or floats (0 to 255), and `step`, from 0 on. What the recipe augments comes after. A
   * checkpoint does not hold it: a run that goes on needs the same. Not in a worker.
   * @example
   * ```ts
   * const darker = (images: Uint8Array) => Float32Array.from(images, (pixel) => 0.9 * pixel);
   * const training = net.train(data, { augment: 'crop-flip', onBatch: darker });
   * ```
   */
  onBatch?: (
    images: Uint8Array,
    labels: Uint16Array,
    step: number,
    // biome-ignore lint/suspicious/noConfusingVoidType: a function without return changes them in place
  ) => Uint8Array | Float32Array | void | Promise<Uint8Array | Float32Array | void>;
  /** Default 0.1. A function is asked before each step, from 0 on, of `steps` in all, and the schedule is
   * 'own'. In a worker it cannot be a function.
   * @example
   * ```ts
   * const warmUp = (step: number, steps: number) => 0.1 * Math.min(1, (10 * (step + 1)) / steps);
   * const training = net.train(data, { lr: warmUp, nesterov: true, labelSmoothing: 0.1, ema: 0.999 });
   * ```
   */
  lr?: number | ((step: number, steps: number) => number);
  /** Of a saved recipe (FileInfo.recipe): the number of training images, which must be the data set's. */
  images?: number;
  /** Stops after the current step; the iteration then throws the signal's reason. */
  signal?: AbortSignal;
  /** Evaluate on the test images after each epoch. Default true. */
  evaluate?: boolean;
  /** Images that are neither for training nor for the test, evaluated after each epoch: see
   * Tick.validationError. Labels are the data set's. Default: none. */
  validation?: Images;
  /** In the first step and every so many from there, take what flows through the layers: see
   * Tick.layerStats. Default: never, which costs nothing. */
  layerStatsEvery?: number;
  /** After each epoch, measure the layers on the first so many test images: see Tick.layerStatistics.
   * Default: never. */
  layerStatisticsImages?: number;
  /** After each epoch but the last, and so many seconds after the last checkpoint, take another:
   * see Tick.checkpoint. 0: after every step. Default: never. */
  checkpointEverySeconds?: number;
  /** Begin a new run from the present weights, even if there is one to go on with or one that is over.
   * Default: false. */
  restart?: boolean;
  /** Go on with a run even if its images were others: see Net.train. Default: false. */
  force?: boolean;
}

/** What training says. A 'step' tick is the latest state and may replace unread ones;
 * 'epoch' ticks are never dropped. Errors are fractions, losses means in nats. */
export interface Tick {
  kind: 'step' | 'epoch';
  step: number;
  steps: number;
  /** Epochs completed, with the fraction of the current one: 2.25. */
  epoch: number;
  epochs: number;
  lr: number;
  /** Of the last batch. */
  loss: number;
  /** Over the current epoch so far, in training mode. */
  trainLoss: number;
  trainError: number;
  /** Only in 'epoch' ticks, in evaluation mode. */
  testLoss?: number;
  testError?: number;
  /** Only in 'epoch' ticks of a run with TrainOptions.validation, in evaluation mode. */
  validationLoss?: number;
  validationError?: number;
  /** Over the current epoch so far, evaluation and pauses left out. */
  imagesPerSecond: number;
  /** Since the run began, or went on, pauses left out. */
  seconds: number;
  /** FNV-1a 64 of all losses so far, 16 hex digits. */
  trajectory: string;
  /** The latest that were taken since the tick before; only if TrainOptions.layerStatsEvery asks for them. */
  layerStats?: StepLayerStats;
  /** What Net.layerStatistics would give for the first test images; only in 'epoch' ticks, and only if
   * TrainOptions.layerStatisticsImages asks for it. */
  layerStatistics?: LayerStatistics[];
  /** What save({ optimizer: true }) would give at this tick: what was trained after it is all that
   * is lost if training goes on from there. Only if TrainOptions.checkpointEverySeconds asks for it; such a
   * tick is not dropped. */
  checkpoint?: Uint8Array;
}

/** What flowed through each of Net.layers in a step, in training mode: root mean squares. A step
 * that diverges leaves none. */
export interface StepLayerStats {
  step: number;
  /** Over the elements of its weights' gradient. The L2 norm is the square root of their number
   * times as large, and so grows with the layer. 0 in frozen stages. */
  gradientRms: number[];
  /** Over the images, pixels and channels of its output, after the ReLU. */
  activationRms: number[];
}

/** A run under way. It does not wait for its reader. Iterate it, once, for ticks; `break` stops it
 * after the current step, and is over when the run has stopped; in a worker that is the step under way when
 * the wish arrives there, so a short run may be over by then. Failures such as DIVERGED reject the iteration. */
export interface Training extends AsyncIterable<Tick> {
  /** Takes effect after the current step.
   * @example
   * ```ts
   * const training = net.train(data);
   * document.addEventListener('visibilitychange', () => {
   *   if (document.hidden) training.pause();
   *   else training.resume();
   * });
   * ```
   */
  pause(): void;
  /** Goes on after a pause. */
  resume(): void;
  readonly paused: boolean;
  /** Ends the run after the current step. The iteration ends; nothing is thrown.
   * @example
   * ```ts
   * const training = net.train(data, { epochs: 100 });
   * setTimeout(() => training.stop(), 60_000);
   * const last = await training.done;
   * console.log(last?.trainError);
   * ```
   */
  stop(): void;
  /** Resolves with the last tick (null if there was none) once the run has ended, read or not; rejects
   * like the iteration. */
  readonly done: Promise<Tick | null>;
}

export interface EvaluateOptions extends Abortable {
  batchSize?: number;
  /** Say also which images are wrong, and how. Default: false. */
  details?: boolean;
  /** Average logits over so many views of each image: 2 are the image and its mirror image, 6 are also both moved by
   * a pixel along the diagonal, at half the weight (arXiv 2404.00498, section 3.5). It takes so many times as long.
   * Fewer images are then wrong for networks that were trained on moved and mirrored images. Default: 1. */
  views?: 1 | 2 | 6;
  /** What the labels are called, such as Dataset.classes: each becomes the label of the net's class of
   * the same name (Net.classNames), and images of classes that the net does not know are left out. Where
   * the net or the labels have no names ("class 0" is none), numbers stand for them if there are as many
   * on both sides. Default: labels are the net's own numbers. */
  classes?: readonly string[];
}

/** A run to keep or to hand on: what a file of the format "residua-run" holds. */
export interface RunRecord {
  /** What the run is called, in one line. */
  name: string;
  /** The exact command that made it, if one did. */
  command?: string;
  spec: Required<Spec>;
  recipe: Omit<SavedRecipe, 'images'>;
  data: {
    name: string;
    synthetic: boolean;
    images: number;
    testImages: number;
    /** SHA-256 of all images and labels, if what recorded the run took it. */
    digest?: string;
  };
  /** Where it ran; `platform` in that platform's own words. */
  machine: {
    tier: Tier;
    threads: number;
    conv: Convolution;
    numerics: number;
    cores: number;
    platform: string;
  };
  state: 'finished' | 'stopped' | 'diverged';
  /** The digest of the last tick. */
  trajectory: string;
  /** All 'epoch' ticks, and as many 'step' ticks as a curve needs. What they leave out follows from
   * the recipe and the number of images. */
  ticks: Omit<Tick, 'steps' | 'epochs' | 'epoch'>[];
}

/** The run in a file's text; `file`, its name, is for messages. A file that is no run, or not a
 * sound one, is a BAD_FILE that says what is wrong; parts that the format does not have are left
 * out.
 * @throws {ResiduaError} BAD_FILE: the text is not a sound run of a known version.
 * @example
 * ```ts
 * const [file] = document.querySelector<HTMLInputElement>('input[type=file]')!.files!;
 * const run = readRun(await file.text(), file.name);
 * console.log(run.name, run.ticks.at(-1)?.testError);
 * ```
 */
export function readRun(text: string, file?: string): RunRecord;
/** The text of the file, the same for the same run; numbers of ticks have seven digits.
 * @throws {ResiduaError} BAD_ARGUMENT: the run is not sound.
 * @example
 * ```ts
 * const text = writeRun({ ...readRun(json), name: 'Renamed' });
 * ```
 */
export function writeRun(run: RunRecord): string;

export interface Score {
  total: number;
  wrong: number;
  error: number;
  loss: number;
  imagesPerSecond: number;
  seconds: number;
  /** Images of classes that the net does not know; only if EvaluateOptions.classes has such classes. The
   * other figures are without them. */
  leftOut?: { images: number; classes: string[] };
  /** Only if EvaluateOptions.details asks for them; classes are the net's. */
  details?: Details;
}

export interface Details {
  /** confusion[label][predicted] images. */
  confusion: number[][];
  /** Fraction of the images of each class that is wrong; null where there are no images. */
  classErrors: (number | null)[];
  /** Fraction of the images whose label is none of the five most probable classes; null for a net of five
   * classes or fewer. */
  topFiveError: number | null;
  /** The most confident first, at most 100. */
  mistakes: Mistake[];
}

export interface Mistake {
  /** Of the image in its set. */
  index: number;
  label: number;
  predicted: number;
  /** Of the predicted class. */
  probability: number;
}

/** A 3x3 convolution, with norm and ReLU. */
export interface Layer {
  /** "layer1.0.conv2"; its filters are the tensor "layer1.0.conv2.weight". */
  name: string;
  /** Of its activation. */
  height: number;
  width: number;
  channels: number;
  /** A shortcut is added to its response: it ends a residual block. */
  hasShortcut: boolean;
}

/** What flows through a layer in evaluation mode, over all images, pixels and channels. Its response
 * is what comes out of the norm, before the shortcut is added and before the ReLU. */
export interface LayerStatistics {
  responseMean: number;
  /** Figure 7 of the paper. */
  responseStd: number;
  /** Root mean square after the ReLU. */
  activationRms: number;
  /** |F(x)| / |x| of the block that ends here: L2 norms of the response and of what the shortcut
   * brings. null where no block ends, and in plain nets. */
  residualRatio: number | null;
}

/** [height][width][channels] */
export interface Activation {
  height: number;
  width: number;
  channels: number;
  values: Float32Array;
}

export interface Tensor {
  name: string;
  shape: number[];
  values: Float32Array;
}

export interface Net {
  readonly spec: Required<Spec>;
  readonly name: string;
  readonly parameters: number;
  /** Of the data set that the net was trained on, here or as its file says. null: not known. */
  readonly classNames: readonly string[] | null;
  /** The 3x3 convolutions, depth - 1 of them, in the order in which an image meets them. */
  readonly layers: readonly Layer[];
  readonly tier: Tier;
  readonly threads: number;
  /** Bytes of WebAssembly memory held now. */
  readonly memoryBytes: number;
  /** Begins a run, or goes on with one that was stopped or came with the loaded checkpoint: then
   * the recipe must be the same (or MISMATCH), unless `restart` is set. A run that is over has no step
   * left: the iteration has one 'step' tick, of its last step, and ends; only `restart` begins another.
   * The images, training and test, must be the same too, unless `force` is set: a checkpoint has their digests (SHA-256; where
   * crypto.subtle is missing, as in pages that are not secure contexts, nothing is compared). Throws BUSY while another
   * run of this net is under way, and at once if the options are wrong. Meanwhile the net can be
   * saved, evaluated and looked at: that happens between two steps.
   * @throws {ResiduaError} BAD_ARGUMENT: an option is unknown or out of range. BUSY: another run of this net
   *   is under way. DISPOSED. The iteration and `done` reject with MISMATCH (another recipe or
   *   other images than the run that goes on), NO_MEMORY, DIVERGED (a loss or weight is not
   *   finite), an aborted signal's reason; WORKER_FAILED: only of `residua/worker`, if a worker
   *   cannot start or dies.
   * @example
   * ```ts
   * const options = { epochs: 12, batchSize: 32, lr: 0.03, schedule: 'cosine' } as const;
   * for await (const tick of net.train(data, options)) {
   *   console.log(`${tick.step} of ${tick.steps}: loss ${tick.loss.toFixed(3)}`);
   *   if (tick.kind === 'epoch') console.log(`test error ${(100 * tick.testError!).toFixed(1)} %`);
   * }
   * ```
   */
  train(dataset: Dataset, options?: TrainOptions): Training;
  /** In evaluation mode, `batchSize` images at once (default 128), or fewer where the memory that
   * training took holds fewer; the score is the same for each.
   * @throws {ResiduaError} BAD_ARGUMENT: no images, or labels that are no classes. MISMATCH: the net
   *   knows none of `classes`. NO_MEMORY. DISPOSED. An aborted signal's reason.
   * @example
   * ```ts
   * const { classes, test } = data;
   * const { wrong, total, details } = await net.evaluate(test, { classes, details: true });
   * console.log(`${wrong} of ${total}`, details?.mistakes[0]);
   * ```
   */
  evaluate(images: Images, options?: EvaluateOptions): Promise<Score>;
  /** Logits [count][classes], row by row, of uint8 images [count][3][32][32].
   * @throws {ResiduaError} BAD_ARGUMENT: not a whole number of images. NO_MEMORY. DISPOSED. An aborted
   *   signal's reason.
   * @example
   * ```ts
   * const rows = await net.logits(data.test.images.subarray(0, 2 * 3072));
   * const second = rows.subarray(net.spec.classes);
   * ```
   */
  logits(images: Uint8Array, options?: Abortable): Promise<Float32Array>;
  /** Probabilities [count][classes].
   * @throws {ResiduaError} As logits().
   * @example
   * ```ts
   * const shares = await net.classify(data.test.images.subarray(0, 3072));
   * const best = shares.indexOf(Math.max(...shares));
   * console.log(net.classNames?.[best], shares[best]);
   * ```
   */
  classify(images: Uint8Array, options?: Abortable): Promise<Float32Array>;
  /** What the last layer reads, in evaluation mode: [count][4 * width], the means over the pixels of the
   * last activation.
   * @throws {ResiduaError} As logits().
   * @example
   * ```ts
   * const rows = await net.features(data.test.images.subarray(0, 2 * 3072));
   * const second = rows.subarray(4 * net.spec.width);
   * ```
   */
  features(images: Uint8Array, options?: Abortable): Promise<Float32Array>;
  /** The gradient of the mean loss of the images against their labels with respect to the normalised inputs, in
   * evaluation mode: [count][3][32][32], planes as in the images. Divide by `spec.std` for that with respect
   * to pixels / 255. The net takes the memory of training. Gradients of a step() that waits for its update()
   * are lost, also if the call is aborted after it has begun.
   * @throws {ResiduaError} As logits(). BAD_ARGUMENT: labels do not fit.
   * @example
   * ```ts
   * const one = data.test.images.subarray(0, 3072);
   * const gradient = await net.inputGradient(one, data.test.labels.subarray(0, 1));
   * const saliency = gradient.map(Math.abs); // which pixels the loss depends on
   * ```
   */
  inputGradient(
    images: Uint8Array,
    labels: Uint16Array,
    options?: Abortable,
  ): Promise<Float32Array>;
  /** Begins a run that goes step by step, or goes on with one of the same recipe: then step() and update()
   * take turns. It ends with the next begin() or train() that says `restart: true`.
   * @throws {ResiduaError} BAD_ARGUMENT: an option is unknown or out of range. MISMATCH: the run there is has
   *   another recipe. BUSY: train() is under way. NO_MEMORY. DISPOSED. An aborted signal's reason; then no
   *   run has begun.
   * @example
   * ```ts
   * await net.begin({ batchSize: 2, lr: 0.01, schedule: 'own' });
   * const { images, labels } = data.train;
   * const { loss } = await net.step(images.slice(0, 2 * 3072), labels.slice(0, 2));
   * const { step } = await net.update({ lr: loss > 2 ? 0.1 : 0.01 });
   * ```
   */
  begin(recipe?: StepRecipe): Promise<void>;
  /** The forward and the backward pass on one batch, bytes or floats of 0 to 255 [batchSize][3][32][32] and
   * labels [batchSize]: its mean loss, and how many are wrong. tensors('gradient') has the gradients, and
   * setTensors() changes them; another step() replaces them.
   * @throws {ResiduaError} BAD_ARGUMENT: not such a batch. BAD_STATE: no run was begun by begin(), or it is
   *   over. DIVERGED. BUSY. DISPOSED. An aborted signal's reason; then the gradients are those from before.
   * @example
   * ```ts
   * await net.begin({ batchSize: 4 });
   * await net.step(data.train.images.slice(0, 4 * 3072), data.train.labels.slice(0, 4));
   * const gradients = await net.tensors('gradient');
   * ```
   */
  step(
    images: Uint8Array | Float32Array,
    labels: Uint16Array,
    options?: Abortable,
  ): Promise<{ loss: number; wrong: number }>;
  /** Updates the weights from the gradients. `lr` is that of this step and those after, and needs the
   * schedule 'own'.
   * @throws {ResiduaError} BAD_STATE: there are no gradients, or the schedule sets the rate. DIVERGED. BUSY.
   *   DISPOSED. An aborted signal's reason; then the weights and the rate are those from before.
   * @example
   * ```ts
   * await net.begin({ batchSize: 4 });
   * await net.step(data.train.images.slice(0, 4 * 3072), data.train.labels.slice(0, 4));
   * const { step, lr } = await net.update();
   * ```
   */
  update(
    options?: Abortable & { lr?: number },
  ): Promise<{ step: number; steps: number; lr: number; trajectory: string }>;
  /** What flows through each of `layers` in evaluation mode, over all of these images.
   * @throws {ResiduaError} BAD_ARGUMENT: no images. NO_MEMORY. DISPOSED. An aborted signal's reason.
   * @example
   * ```ts
   * const layers = await net.layerStatistics(data.test.images.subarray(0, 256 * 3072));
   * layers.forEach(({ responseStd }, i) => console.log(net.layers[i].name, responseStd));
   * ```
   */
  layerStatistics(images: Uint8Array, options?: Abortable): Promise<LayerStatistics[]>;
  /** The output, after the ReLU, of `layers[layer]` for one image, in evaluation mode. The filters
   * of the first layer are the tensor "conv1.weight", [channels][3][3][3]: see tensors().
   * @throws {ResiduaError} BAD_ARGUMENT: not one image, or no such layer. NO_MEMORY. DISPOSED. An aborted
   *   signal's reason.
   * @example
   * ```ts
   * const { height, width, channels, values } = await net.activation(data.test.images.subarray(0, 3072), 0);
   * const at = (y: number, x: number, channel: number) => values[(y * width + x) * channels + channel];
   * ```
   */
  activation(image: Uint8Array, layer: number, options?: Abortable): Promise<Activation>;
  /** A safetensors file with PyTorch's names, and with what the classes are called; with
   * `optimizer`, training can go on from it. Without,
   * PyTorch's usual CIFAR code (conv1, layer1.0.conv1, ..., linear) takes it as it is:
   * load_state_dict(safetensors.torch.load_file(file)), of a DataParallel's `module`. loadNet reads
   * files of that code, with or without the "module." that DataParallel puts before the names.
   * @throws {ResiduaError} DISPOSED. NO_MEMORY. An aborted signal's reason.
   * @example
   * ```ts
   * const weights = await net.save();
   * const link = document.createElement('a');
   * link.href = URL.createObjectURL(new Blob([weights as BlobPart]));
   * link.download = `${net.name}.safetensors`;
   * ```
   */
  save(options?: Abortable & { optimizer?: boolean }): Promise<Uint8Array>;
  /** The values of all tensors, their averages in a run with `ema`, or the gradients (of the last step) or
   * momentum of those that train.
   * @throws {ResiduaError} BAD_ARGUMENT: no such part, or the net has not trained and has no gradients,
   *   momentum or averages. DISPOSED. An aborted signal's reason.
   * @example
   * ```ts
   * const filters = (await net.tensors()).find(({ name }) => name === 'conv1.weight');
   * console.log(filters?.shape); // [16, 3, 3, 3]
   * ```
   */
  tensors(
    part?: 'value' | 'gradient' | 'momentum' | 'average',
    options?: Abortable,
  ): Promise<Tensor[]>;
  /** Replaces the values of some tensors, by name, or another part of them. All are written or none.
   * @throws {ResiduaError} BAD_ARGUMENT: no such tensor or part, not as many values as it has, or values that
   *   a file may not hold: numbers that are not finite, negative variances. DISPOSED. An aborted signal's reason;
   *   then none is written.
   * @example
   * ```ts
   * const [first] = await net.tensors();
   * await net.setTensors([{ name: first.name, values: first.values.map((value) => value / 2) }]);
   * ```
   */
  setTensors(
    tensors: readonly NamedValues[],
    part?: 'value' | 'gradient' | 'momentum' | 'average',
    options?: Abortable,
  ): Promise<void>;
  /** An ONNX model (opset 17) that computes what logits() does. Its input "images" is float32
   * [N,3,32,32] for any N: planes red, green, blue, values from 0 to 255; it normalises them itself.
   * Its output "logits" is [N,classes]. Weights and nodes have PyTorch's names; norm is
   * BatchNormalization, in inference mode.
   * @throws {ResiduaError} DISPOSED. NO_MEMORY. An aborted signal's reason.
   * @example
   * ```ts
   * const model = await net.toOnnx();
   * ```
   */
  toOnnx(options?: Abortable): Promise<Uint8Array>;
  /** Frees the memory and ends a run under way. Every later use is answered with DISPOSED. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Values by place, [height][width]. */
export interface PlaceMap {
  height: number;
  width: number;
  values: Float32Array;
}

/** Where in the image a class finds its reasons (Zhou et al. 2016, arXiv 1512.04150). Exact for these nets: they end in
 * global average pooling and one dense layer, so the mean of the map and the class's bias (the tensor "linear.bias")
 * add up to its logit. A negative value speaks against the class.
 * @param activation of the last of Net.layers
 * @param tensors of the same net: see Net.tensors
 * @param label the class
 * @throws {ResiduaError} BAD_ARGUMENT: the activation is not of the last layer, or there is no such class.
 * @example
 * ```ts
 * const last = await net.activation(data.test.images.subarray(0, 3072), net.layers.length - 1);
 * const { width, values } = classActivationMap(last, await net.tensors(), 3);
 * console.log(values.subarray(0, width)); // the first of 8 rows
 * ```
 */
export function classActivationMap(
  activation: Activation,
  tensors: readonly Tensor[],
  label: number,
): PlaceMap;

export interface OcclusionOptions extends Abortable {
  /** Side of the square that covers the image, in pixels. Default 8. */
  size?: number;
  /** Side of a cell, in pixels: the square's centre moves so far each time. It divides 32, and differs from
   * `size` by an even number. Default 2. */
  stride?: number;
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** Cells [height][width] of `stride` x `stride` pixels. */
export interface Occlusion {
  height: number;
  width: number;
  size: number;
  stride: number;
  /** [classes] of the whole image. */
  logits: Float32Array;
  /** [height][width][classes] of the image in which a square around the cell has the net's mean colour. */
  covered: Float32Array;
}

/** What the net answers when a part of the image is covered (Zeiler and Fergus 2014, arXiv 1311.2901), for
 * each part: (32 / stride)^2 images are computed.
 * @throws {ResiduaError} BAD_ARGUMENT: not one image, or an impossible size. NO_MEMORY. DISPOSED. An aborted
 *   signal's reason.
 * @example
 * ```ts
 * const { logits, covered } = await occlusion(net, data.test.images.subarray(0, 3072), { stride: 4 });
 * const lost = logits[3] - covered[3]; // of class 3, without the top left corner
 * ```
 */
export function occlusion(
  net: Net,
  image: Uint8Array,
  options?: OcclusionOptions,
): Promise<Occlusion>;

/** What a run was begun with, and on how many training images. Of what a recipe may add, it has what is
 * on. */
export interface SavedRecipe extends Required<Omit<Recipe, keyof RecipeOptions>>, RecipeOptions {
  images: number;
}

export interface FileInfo {
  spec: Required<Spec>;
  /** False for files of other projects: then the topology comes from the tensors. */
  hasMetadata: boolean;
  /** False if the file does not say the mean and standard deviation that its network was trained with:
   * then `spec` has those of CIFAR-10. */
  hasNormalisation: boolean;
  hasOptimizer: boolean;
  classNames: string[] | null;
  /** Of the run that can be gone on with; null without optimizer state, or if no run can have it. */
  recipe: SavedRecipe | null;
  metadata: Record<string, string>;
}

export interface Engine {
  readonly tier: Tier;
  readonly threads: number;
  readonly conv: Convolution;
  /** Goes up whenever a change alters the bits that training produces. */
  readonly numerics: number;
  /** The memory and the work of a net, without making it. `batchSize` is 128 and `training` true by default.
   * @throws {ResiduaError} BAD_ARGUMENT, BAD_SPEC: the spec is no network. DISPOSED. An aborted signal's
   *   reason.
   * @example
   * ```ts
   * const { bytes, parameters } = await engine.plan({ family: 'residual', depth: 110 });
   * console.log(`${(bytes / 2 ** 20).toFixed(0)} MiB to train ${parameters} parameters`);
   * ```
   */
  plan(
    spec: Spec | string,
    options?: Abortable & { batchSize?: number; training?: boolean },
  ): Promise<Plan>;
  /** A net with initial weights that `spec.seed` decides. A name, 'plain56', stands for its family and
   * depth, and the rest is by default; so it does in plan() and loadNet().
   * @throws {ResiduaError} BAD_ARGUMENT, BAD_SPEC: the spec is no network. NO_MEMORY. DISPOSED.
   *   WORKER_FAILED: only of `residua/worker`, if a worker cannot start or dies. An aborted signal's reason.
   * @example
   * ```ts
   * const net = await engine.createNet({ family: 'residual', depth: 20, width: 16, shortcut: 'A' });
   * ```
   */
  createNet(spec: Spec | string, options?: Abortable): Promise<Net>;
  /** The network in a file of safetensors or PyTorch (.pt, .pth, .th), ours or another project's.
   * `spec` overrides what the file says, such as { family: 'plain' }, or says what it does not, such as
   * NORMALISATIONS.imagenet. For fine-tuning: with another
   * number of `classes` than the file's, the head gets new random weights and a run in the file is left out;
   * `frozenStages` says what stays as it is.
   * @throws {ResiduaError} BAD_ARGUMENT, BAD_SPEC: the overrides are no network. BAD_FILE: the
   *   file is no checkpoint of such a net. MISMATCH: its tensors have other shapes. NO_MEMORY.
   *   DISPOSED. WORKER_FAILED: only of `residua/worker`, if a worker cannot start or dies. An aborted
   *   signal's reason.
   * @example
   * ```ts
   * const response = await fetch('resnet20.safetensors');
   * const net = await engine.loadNet(new Uint8Array(await response.arrayBuffer()));
   * ```
   */
  loadNet(file: Uint8Array, spec?: Partial<Spec> | string, options?: Abortable): Promise<Net>;
  /** What a checkpoint holds, without making a net of it.
   * @throws {ResiduaError} BAD_ARGUMENT: not bytes. BAD_FILE: no checkpoint. DISPOSED. An aborted signal's
   *   reason.
   * @example
   * ```ts
   * const { spec, recipe, hasOptimizer } = await engine.inspect(file);
   * if (hasOptimizer) console.log(`${nameOfSpec(spec)} can go on to epoch ${recipe?.epochs}`);
   * ```
   */
  inspect(file: Uint8Array, options?: Abortable): Promise<FileInfo>;
  /** Procedural images in ten classes: not photographs, always to be labelled synthetic.
   * @throws {ResiduaError} BAD_ARGUMENT: a number is out of range. NO_MEMORY. DISPOSED. An aborted signal's
   *   reason.
   * @example
   * ```ts
   * const data = await engine.synthetic({ images: 5000, testImages: 1000 });
   * ```
   */
  synthetic(options?: Abortable & { images?: number; testImages?: number }): Promise<Dataset>;
  /** Disposes of the engine and of its nets. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Compiles the module of a tier. An engine is the way to all nets; one is enough.
 * @throws {ResiduaError} BAD_ARGUMENT: an option is unknown or out of range. NO_SIMD: the machine
 *   has no WebAssembly SIMD; ask for tier scalar. BAD_WASM: a module is missing, damaged or of
 *   another version. WORKER_FAILED: only of `residua/worker`, if a worker cannot start or dies. An
 *   aborted signal's reason.
 * @example
 * ```ts
 * const engine = await createEngine({ tier: 'auto', threads: 'auto' });
 * const data = await engine.synthetic({ images: 5000, testImages: 1000 });
 * const net = await engine.createNet({ family: 'residual', depth: 20, width: 4 });
 * for await (const tick of net.train(data, { epochs: 12, batchSize: 32, lr: 0.03 })) {
 *   if (tick.kind === 'epoch') console.log(tick.epoch, tick.trainError, tick.testError);
 * }
 * const bytes = await net.save();
 * engine.dispose();
 * ```
 */
export function createEngine(options?: EngineOptions): Promise<Engine>;

export type ErrorCode =
  | 'BAD_ARGUMENT'
  | 'BAD_SPEC'
  | 'BAD_FILE'
  | 'MISMATCH'
  | 'NO_MEMORY'
  | 'BAD_STATE'
  | 'DIVERGED'
  | 'BUSY'
  | 'DISPOSED'
  | 'NO_SIMD'
  | 'BAD_WASM'
  | 'WORKER_FAILED'
  | 'NOT_FETCHED';
/** The message names the problem and the fix; `op` says which call of this API failed, or "worker" for an argument
 * that cannot be sent to one. Arguments of another type than declared here may be answered with a TypeError. */
export class ResiduaError extends Error {
  constructor(code: ErrorCode, op: string, message: string);
  readonly code: ErrorCode;
  readonly op: string;
}
