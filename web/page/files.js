/** What a file that the reader drops is for, by its name. */

const PICTURE = /\.(png|jpe?g|webp|gif|svg|bmp|avif|hei[cf]|tiff?)$/i;
const NETWORK = /\.safetensors$/i;
/** Runs, and CIFAR-10, archived or loose. */
const ELSEWHERE = /\.(json|tar|t?gz|bin)$|^(data_batch|test_batch|batches\.meta|readme\.html)/i;

/** Is it for the chapter that looks at pictures? There, everything is that is for nothing else.
 * @param {File} file @param {boolean} inChapter that chapter is the one that is shown */
export function isForImage({ name, type }, inChapter) {
  const isIt = PICTURE.test(name) || NETWORK.test(name) || type.startsWith('image/');
  return isIt || (inChapter && !ELSEWHERE.test(name));
}
