/** One picture through a network as an element, `<residua-image>`. Importing this in a browser defines it; on a
 * server it defines nothing and does not throw.
 * @module residua/image
 */
import type { Engine, EngineOptions } from '../lib/index.js';
import type { ImageSource, TrainedNetwork } from '../ui/host.js';

export type { ImageSource, TrainedNetwork };

/** What a network makes of a picture. */
export interface Answer {
  /** The network's name. */
  network: string;
  /** The picture's name; empty for a test image of `source`. */
  picture: string;
  /** All classes, the likeliest first; `name` is in the element's language where it is known. */
  classes: { label: number; name: string; probability: number }[];
}

/** A picture through a network: its classes and their probabilities, the network layer by layer with its filters and
 * maps, one pixel written out as a sum, and why: class-activation map and occlusion. The reader chooses, drops, pastes
 * or photographs a picture, and may open files of weights. `color-scheme` decides between light and dark. A page that
 * takes files that are dropped anywhere prevents the default of "drop" in the capturing phase and calls `take`.
 *
 * @tagname residua-image
 * @slot - Text beside the picture.
 * @slot title - The heading.
 * @slot data - A way to bring test images.
 * @cssproperty --residua-ground - Colour of the ground.
 * @cssproperty --residua-ink - Colour of text.
 * @cssproperty --residua-muted - Colour of text of less weight.
 * @cssproperty --residua-hairline - Colour of thin lines.
 * @cssproperty --residua-sans - Font of text.
 * @cssproperty --residua-serif - Font of headings.
 * @fires {Event} residua-change - Anything shown has changed, such as `answer`. It bubbles.
 */
export class ResiduaImage extends HTMLElement {
  /** "en" or "ko". */
  lang: string;
  /** The addresses of files of weights, separated by spaces. The first is fetched and opened at once, another when the
   * reader chooses it. safetensors and PyTorch's files are read. */
  src: string;
  /** Networks that the page has trained, such as those of ResiduaLab.trained. */
  trained: readonly TrainedNetwork[];
  /** Test images for networks with these classes. */
  source: ImageSource | null;
  engineOptions: EngineOptions;
  /** Where residua-picture-worker.js is, if not beside the script. */
  pictureWorker: string | URL | null;
  /** Is the element in view? A hidden one ignores what is pasted and opens no network. Default: true. */
  shown: boolean;
  /** What the network makes of the picture; null as long as there is no answer.
   * @example
   * ```ts
   * const element = document.querySelector('residua-image')!;
   * element.addEventListener('residua-change', () => {
   *   const [best] = element.answer?.classes ?? [];
   *   if (best) console.log(best.name, best.probability);
   * });
   * ```
   */
  readonly answer: Answer | null;
  readonly engine: Engine | null;
  /** Why nothing can be computed, such as a ResiduaError NO_SIMD. */
  readonly error: Error | null;
  /** Opens files as if the reader had dropped them: weights, and one picture. What is wrong with a file is said in the
   * element.
   * @example
   * ```ts
   * const response = await fetch('cat.png');
   * const element = document.querySelector('residua-image')!;
   * await element.take([new File([await response.blob()], 'cat.png')]);
   * ```
   */
  take(files: File[]): Promise<void>;
}

export interface ResiduaImageEventMap {
  /** Anything shown has changed. */
  'residua-change': Event;
}

declare global {
  interface HTMLElementEventMap extends ResiduaImageEventMap {}

  interface HTMLElementTagNameMap {
    'residua-image': ResiduaImage;
  }
}
