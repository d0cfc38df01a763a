/** The one door for weights: tells a file by its content and makes a safetensors file of it, which the
 * core reads. What is no weights, or cannot be read, is named for what it is, with what to do. */
import { isBytes } from '../arrays.js';
import { badArgument, ResiduaError } from '../errors.js';
import { fetched } from '../later.js';

/** @param {string} message */
function bad(message) {
  return new ResiduaError('BAD_FILE', 'loadNet', message);
}

const SAFETENSORS = "safetensors.torch.save_file(model.state_dict(), 'weights.safetensors')";
const GUIDE = 'docs/guides/weights.md';

/** @param {string} what @param {string} how */
const refusal = (what, how) => `This is ${what}, which is not read here; ${how}.`;

const ONNX = refusal(
  'an ONNX model',
  `save the network that it was made from, in Python: ${SAFETENSORS}, or its initializers, as ${GUIDE} says`,
);
const KERAS = refusal(
  'a Keras model (HDF5 or .keras)',
  `save its weights under the names of PyTorch as safetensors, as ${GUIDE} says`,
);

/** @param {Uint8Array} file @param {number} at @param {string} text of ASCII */
const hasText = (file, at, text) =>
  [...text].every((letter, i) => file[at + i] === letter.charCodeAt(0));

/** ONNX is a protocol buffer: field 1, the version as one byte, then a field from 2 to 8 with a length.
 * @param {Uint8Array} file */
const isOnnx = ([tag, version, next]) =>
  tag === 0x08 &&
  version > 0 &&
  version < 0x40 &&
  [0x12, 0x1a, 0x22, 0x32, 0x3a, 0x42].includes(next);

const NO_WEIGHTS =
  'This is not a safetensors or PyTorch file; load a file of weights (.safetensors, .pt).';

/** Files that people take for weights. @type {{ is: (file: Uint8Array) => boolean, message: string }[]} */
const STRANGERS = [
  { is: ({ length }) => length === 0, message: 'This file is empty; load a file of weights.' },
  { is: (file) => hasText(file, 0, '\x89HDF\r\n\x1a\n'), message: KERAS },
  { is: isOnnx, message: ONNX },
  {
    is: (file) => hasText(file, 4, 'TFL3'),
    message: refusal('a TensorFlow Lite model', `convert what it was made from, as ${GUIDE} says`),
  },
  {
    is: (file) => hasText(file, 0, '\x04\0\0\0\x01\0\0\0'),
    message: refusal(
      'a file of Lua Torch',
      'load it in PyTorch 1 (torch.utils.serialization) and save it',
    ),
  },
  {
    is: (file) => hasText(file, 0, '\x93NUMPY'),
    message: refusal(
      'an array of NumPy',
      'save all tensors of the network as one safetensors file',
    ),
  },
  {
    is: (file) => hasText(file, 0, '\x1f\x8b'),
    message: 'This file is packed by gzip; unpack it (gunzip) and load what was in it.',
  },
  {
    is: (file) => hasText(file, 0, '\x89PNG') || hasText(file, 0, '\xff\xd8\xff'),
    message: 'This is a picture, not weights; load the weights of a network.',
  },
  {
    is: (file) => hasText(file, 0, 'version https://git-lfs'),
    message: 'This is a pointer of Git LFS, not the file; fetch the file itself (git lfs pull).',
  },
  {
    is: (file) => hasText(file, 0, '{') || hasText(file, 0, '<'),
    message: 'This is a text file, not weights; load a file of weights (.safetensors, .pt).',
  },
];

const isZip = (/** @type {Uint8Array} */ file) => hasText(file, 0, 'PK\x03\x04');
/** At a first look: protocols 2 to 5. @param {Uint8Array} file */
const isPickle = ([first, protocol]) => first === 0x80 && protocol >= 2 && protocol <= 5;

/** @param {Uint8Array} file */
async function fromZip(file) {
  const [{ partsOfZip }, { isPytorchZip, readPytorchZip }] = await fetched(
    Promise.all([import('./archive.js'), import('./pytorch.js')]),
  );
  const parts = partsOfZip(file);
  if (isPytorchZip(parts)) return readPytorchZip(file, parts);
  const has = (/** @type {string} */ ending) => parts.some(({ path }) => path.endsWith(ending));
  if (has('model.weights.h5')) throw bad(KERAS);
  if (has('.npy')) throw bad(refusal('an archive of NumPy', 'save a safetensors file instead'));
  throw bad(
    'This zip archive holds no weights of PyTorch; load the file of weights that is in it.',
  );
}

/** Whatever holds weights, as a safetensors file; one of those is returned as it is, unchecked.
 * @param {Uint8Array} file @returns {Promise<Uint8Array>} */
export async function asSafetensors(file) {
  if (file[8] === '{'.charCodeAt(0)) return file;
  if (isZip(file)) return fromZip(file);
  if (isPickle(file)) {
    const { readPytorchLegacy } = await fetched(import('./pytorch.js'));
    return readPytorchLegacy(file);
  }
  throw bad(STRANGERS.find(({ is }) => is(file))?.message ?? NO_WEIGHTS);
}

/** Safetensors that belong to whoever asks: the caller may change or transfer the bytes meanwhile.
 * @typedef {(op: string, file: Uint8Array) => Promise<Uint8Array>} WeightsReader */

/** @type {WeightsReader} */
export async function ownSafetensors(op, file) {
  if (!isBytes(file)) {
    throw badArgument(op, 'A file must be given as a Uint8Array of its bytes.');
  }
  const copy = new Uint8Array(file.length); // Not slice(): that of Node's Buffer copies nothing.
  if (file.length > 0) copy.set(file);
  return asSafetensors(copy);
}
