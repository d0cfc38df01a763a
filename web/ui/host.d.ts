/** What a page gives to the elements. */
import type { Dataset, RunRecord } from '../lib/index.js';

/** Where images come from. */
export interface ImageSource {
  name: string;
  /** Equal for equal images, such as a digest: finished runs are found again by it. Default: the name. */
  id?: string;
  synthetic: boolean;
  /** How many classes they are of. Default: ten. */
  classes?: number;
  /** What they are called. Default: CIFAR-10's. */
  classNames?: readonly string[];
  /** How many there are for training and for the test. */
  images: number;
  testImages: number;
  /** The first so many.
   * @example
   * ```ts
   * const { name, classes, synthetic, train, test } = data;
   * lab.source = {
   *   ...{ name, synthetic, classes: classes.length },
   *   ...{ images: train.labels.length, testImages: test.labels.length },
   *   take: (counts) => data.take(counts),
   * };
   * ```
   */
  take(counts: { images: number; testImages: number }): Dataset | Promise<Dataset>;
}

/** A network that has been trained, or has been stopped. */
export interface TrainedNetwork {
  name: string;
  /** A safetensors file. */
  weights: Blob;
  /** What it was trained on. */
  data: RunRecord['data'];
}
