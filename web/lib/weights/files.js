/** Which files hold weights, by the ends of their names: those that are read, and those that are taken
 * for weights and named for what they are. */

/** What is read. */
export const WEIGHTS_ENDINGS = ['.safetensors', '.pt', '.pth', '.th', '.t7'];

const ENDINGS = [...WEIGHTS_ENDINGS, '.ckpt', '.onnx', '.h5', '.hdf5', '.keras', '.tflite'];

/** @param {string} name */
export const isWeightsFile = (name) =>
  ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
