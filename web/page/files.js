/** Which part of the page takes a dropped file, by its name. */
import { isWeightsFile } from '../lib/weights/files.js';

const PICTURE = /\.(png|jpe?g|webp|gif|svg|bmp|avif|hei[cf]|tiff?)$/i;
/** Runs, and sets of images, archived or loose. */
const ELSEWHERE =
  /\.(json|tar|t?gz|zip|bin|parquet|np[yz]|[ct]sv)$|-ubyte$|^(data_batch|test_batch|batches\.meta|readme\.html)/i;

/** @param {File} file */
export const isPicture = ({ name, type }) => PICTURE.test(name) || type.startsWith('image/');

/** True for pictures and networks. In the image chapter, files that nothing else claims count as
 * pictures.
 * @param {File} file @param {boolean} inChapter that chapter is the one that is shown */
export function isForImage(file, inChapter) {
  const isIt = isPicture(file) || isWeightsFile(file.name);
  return isIt || (inChapter && !ELSEWHERE.test(file.name));
}
