/** Which part of the page takes a dropped file, by its name. */
import { isWeightsFile } from '../lib/weights/files.js';

const PICTURE = /\.(png|jpe?g|webp|gif|svg|bmp|avif|hei[cf]|tiff?)$/i;
/** Runs, and sets of images, archived or loose. */
const ELSEWHERE =
  /\.(json|tar|t?gz|zip|bin|parquet|np[yz]|[ct]sv)$|-ubyte$|^(data_batch|test_batch|batches\.meta|readme\.html)/i;

/** True for pictures and networks. In the image chapter, files that nothing else claims count as
 * pictures.
 * @param {File} file @param {boolean} inChapter that chapter is the one that is shown */
export function isForImage({ name, type }, inChapter) {
  const isIt = PICTURE.test(name) || isWeightsFile(name) || type.startsWith('image/');
  return isIt || (inChapter && !ELSEWHERE.test(name));
}
