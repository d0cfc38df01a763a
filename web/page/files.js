/** Which part of the page takes a dropped file that is no weights, by its name. */
const PICTURE = /\.(png|jpe?g|webp|gif|svg|bmp|avif|hei[cf]|tiff?)$/i;
/** Runs, and sets of images, archived or loose. */
const ELSEWHERE =
  /\.(json|tar|t?gz|zip|bin|parquet|np[yz]|[ct]sv)$|-ubyte$|^(data_batch|test_batch|batches\.meta|readme\.html)/i;

/** @param {File} file */
export const isPicture = ({ name, type }) => PICTURE.test(name) || type.startsWith('image/');

/** True for pictures. In the image chapter, files that nothing else claims count as pictures.
 * @param {File} file @param {boolean} inChapter that chapter is the one that is shown */
export function isForImage(file, inChapter) {
  return isPicture(file) || (inChapter && !ELSEWHERE.test(file.name));
}
