/** The error of whatever is refused as data, and what could have been given instead. */
import { ResiduaError } from '../errors.js';

export const OP = 'openDataset';

export const EXPECTED =
  'expected CIFAR-10 or CIFAR-100, Parquet files of pictures, pictures in a folder for each class (also' +
  ' as zip or tar), or arrays (.npz, .npy, IDX)';
export const FETCH_AGAIN = 'The download may have been cut off; please fetch it again.';

/** @param {string} message */
export function badFile(message) {
  return new ResiduaError('BAD_FILE', OP, message);
}
