/** In Node, `residua` reads data from files too. */
import type { Dataset, ReadOptions } from './index.js';

export * from './index.js';

/** As readCifar10, from an archive, or from a folder of its files or with an archive. */
export function readCifar10Path(path: string, options?: ReadOptions): Promise<Dataset>;

/** One's own images: a folder with a folder of PNG and JPEG images for each class, resized as
 * resizeToInput does; classes and images are in the order of their names. Images for the test are in
 * test/CLASS/ if those for training are in train/CLASS/; with CLASS/ alone, every fifth image of each
 * class is for the test. */
export function readImageFolder(
  path: string,
  options?: {
    onProgress?: (progress: { images: number; total: number }) => void;
    signal?: AbortSignal;
  },
): Promise<Dataset>;
