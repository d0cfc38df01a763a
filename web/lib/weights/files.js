/** Which files hold weights, by the ends of their names: those that are read, and those that are taken
 * for weights and named for what they are. */

/** Enough for the name of the first file in an archive. */
export const HEAD_BYTES = 512;
/** The pickle of a number that PyTorch's legacy files begin with. */
const LEGACY = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9';

/** The length of a header of less than 4 GB, and the header. */
const SAFETENSORS = /^[\s\S]{4}\0{4}\{["\s}]/;

/** What is read. */
export const WEIGHTS_ENDINGS = ['.safetensors', '.pt', '.pth', '.th', '.t7'];

const ENDINGS = [...WEIGHTS_ENDINGS, '.ckpt', '.onnx', '.h5', '.hdf5', '.keras', '.tflite'];

/** Whether a file begins as safetensors or a file of PyTorch does, whose archive has the pickle first.
 * @param {Uint8Array} head */
export function beginsAsWeights(head) {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const isZip = text.startsWith('PK\x03\x04') && /^[^/]+\/data\.pkl/.test(text.slice(30));
  return isZip || text.startsWith(LEGACY) || SAFETENSORS.test(text);
}

/** By its name, or else its content. @param {File} file */
export async function isWeights(file) {
  if (isWeightsFile(file.name)) return true;
  return beginsAsWeights(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
}

/** @param {string} name */
export const isWeightsFile = (name) =>
  ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
