/** In Node, `residua` reads data from files too.
 * @module residua
 */
import type { Dataset, ReadOptions } from './index.js';

export * from './index.js';

/** As readCifar10, from an archive, or from a folder of its files or with an archive.
 * @throws {ResiduaError} BAD_FILE: there is nothing, or not CIFAR-10. An aborted signal's reason.
 * @example
 * ```ts
 * const data = await readCifar10Path('cifar-10-binary.tar.gz');
 * ```
 */
export function readCifar10Path(path: string, options?: ReadOptions): Promise<Dataset>;

/** One's own images: a folder with a folder of PNG and JPEG images for each class, resized as
 * resizeToInput does; classes and images are in the order of their names. Images for the test are in
 * test/CLASS/ if those for training are in train/CLASS/; with CLASS/ alone, every fifth image of each
 * class is for the test.
 * @throws {ResiduaError} BAD_FILE: the folder has no two classes of images, or an image is
 *   damaged. An aborted signal's reason.
 * @example
 * ```ts
 * const data = await readImageFolder('flowers', {
 *   onProgress: ({ images, total }) => console.log(`${images} of ${total}`),
 * });
 * ```
 */
export function readImageFolder(
  path: string,
  options?: {
    onProgress?: (progress: { images: number; total: number }) => void;
    signal?: AbortSignal;
  },
): Promise<Dataset>;
