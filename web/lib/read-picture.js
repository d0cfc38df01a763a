/** Any picture's file as an input of a net, of all entries: what decodes it is fetched with the first call. */
import { isBytes } from './arrays.js';
import { badArgument, ResiduaError } from './errors.js';
import { fetched } from './later.js';
import { checkOptions } from './options.js';

const OP = 'readPicture';

/** @param {Blob | Uint8Array} file @param {import('./index.js').Abortable} [options] */
export async function readPicture(file, options = {}) {
  checkOptions(OP, 'abortable', options);
  options.signal?.throwIfAborted();
  if (!isBytes(file) && typeof file?.arrayBuffer !== 'function') {
    throw badArgument(OP, 'A picture is a File, a Blob or the bytes of a file; give one of them.');
  }
  const bytes = isBytes(file) ? file : new Uint8Array(await file.arrayBuffer());
  const { inputOf } = await fetched(import('./data/picture.js'));
  options.signal?.throwIfAborted();
  try {
    return await inputOf(bytes);
  } catch (error) {
    const problem = `The picture cannot be read: ${/** @type {Error} */ (error).message}`;
    throw new ResiduaError('BAD_FILE', OP, `${problem}; give a PNG or JPEG image.`);
  }
}
