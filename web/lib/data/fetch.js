/** Fetches CIFAR-10 and CIFAR-100 from where they are published, as the Parquet files of Hugging Face.
 * Invariant: what comes out is the whole data set, recognised by its content; whatever else arrives is
 * an error. Files are fetched whole by plain GET, since that host refuses HEAD and ranges across its
 * redirect. */
import { ResiduaError } from '../errors.js';
import { sizeText } from './bytes.js';
import { isComplete } from './canonical.js';
import { PUBLISHED } from './published.js';

/** @typedef {import('../index.js').FetchOptions} FetchOptions */
/** @typedef {import('./published.js').SetName} SetName */

const HOST = 'https://huggingface.co/datasets/uoft-cs';

const FILES = ['train-00000-of-00001.parquet', 'test-00000-of-00001.parquet'];
/** Nobody's copy of these files is larger. */
const MOST_BYTES = 400e6;
/** Tries for a file whose connection is cut or whose server fails. */
const TRIES = 3;
/** Seconds without a byte after which a connection counts as cut. */
const PATIENCE = 30;

/** Where a file of a set is. A mirror is a folder with the same files: SET/FOLDER/FILE.
 * @param {SetName} set @param {string} file @param {string} [mirror] */
function addressOf(set, file, mirror) {
  const path = `${PUBLISHED[set].folder}/${file}`;
  if (mirror === undefined) return `${HOST}/${set}/resolve/main/${path}`;
  return `${mirror.replace(/\/+$/, '')}/${set}/${path}`;
}

/** @param {string} message */
const failed = (message) => new ResiduaError('NOT_FETCHED', 'fetch', message);

/** A failure that another try may mend. */
class Interruption extends Error {}

/** @param {SetName} set @param {FetchOptions} options
 * @param {(files: { name: string, size: number, stream(): ReadableStream<Uint8Array>,
 *   slice(first: number, end: number): Blob }[]) => Promise<import('../dataset.js').Dataset>} open */
export async function fetchSet(set, { source, ...options }, open) {
  const fetching = new Fetching(options, FILES.length);
  const files = [];
  for (const file of FILES) {
    const blob = await fetching.fetch(addressOf(set, file, source));
    const slice = blob.slice.bind(blob);
    files.push({ name: `${set}/${file}`, size: blob.size, stream: () => blob.stream(), slice });
  }
  const refuse = (/** @type {string} */ found) => {
    const problem = `What came from ${source ?? HOST} is not ${PUBLISHED[set].title}: ${found}`;
    return failed(
      `${problem.replace(/\.$/, '')}. Use another source, or bring the files yourself.`,
    );
  };
  const dataset = await open(files).catch((error) => {
    options.signal?.throwIfAborted();
    throw error.code === 'BAD_FILE' ? refuse(error.message) : error;
  });
  if (isComplete(set, dataset)) return dataset;
  const { train, test } = dataset;
  throw refuse(`it has ${train.labels.length} training and ${test.labels.length} test images`);
}

class Fetching {
  #signal;
  #onProgress;
  #files;
  /** Sizes of the files so far. @type {number[]} */
  #sizes = [];

  /** @param {Omit<FetchOptions, 'source'>} options @param {number} files */
  constructor({ signal, onProgress }, files) {
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#files = files;
  }

  /** A whole file, from the start again if the connection is cut. @param {string} address */
  async fetch(address) {
    for (let attempt = 1; ; attempt++) {
      try {
        const blob = await this.#try(address, attempt);
        this.#sizes.push(blob.size);
        return blob;
      } catch (error) {
        this.#signal?.throwIfAborted();
        if (!(error instanceof Interruption)) throw error;
        if (attempt === TRIES) {
          const advice = 'Check the connection and try again, or bring the file yourself';
          throw failed(`${address} could not be fetched: ${error.message}. ${advice}.`);
        }
      }
    }
  }

  /** @param {string} address @param {number} attempt */
  async #try(address, attempt) {
    const patience = new Patience(this.#signal);
    this.#report(0, undefined, attempt);
    try {
      const response = await request(address, patience.signal);
      const size = sizeOf(response, address);
      /** @type {Uint8Array<ArrayBuffer>[]} */
      const parts = [];
      let done = 0;
      for await (const part of chunksOf(response)) {
        patience.extend();
        parts.push(part);
        done += part.length;
        if (done > (size ?? MOST_BYTES)) throw tooLarge(address, done);
        this.#report(done, size, attempt);
      }
      if (size !== undefined && done < size) {
        throw new Interruption(`it ended after ${sizeText(done)} of ${sizeText(size)}`);
      }
      return new Blob(parts);
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error instanceof ResiduaError || error instanceof Interruption) throw error;
      throw new Interruption(reasonOf(error));
    } finally {
      patience.end();
    }
  }

  /** @param {number} done @param {number | undefined} size @param {number} attempt */
  #report(done, size, attempt) {
    const before = this.#sizes.reduce((sum, bytes) => sum + bytes, 0);
    const file = this.#sizes.length + 1;
    this.#onProgress?.({
      unit: 'bytes',
      done: before + done,
      total: size && file === this.#files ? before + size : undefined,
      file,
      files: this.#files,
      attempt,
    });
  }
}

/** Aborts what has not been heard of for a while. */
class Patience {
  #controller = new AbortController();
  #outer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {AbortSignal} [outer] that aborts as well */
  constructor(outer) {
    this.#outer = outer;
    outer?.throwIfAborted();
    outer?.addEventListener('abort', this.#abort);
    this.extend();
  }

  #abort = () => this.#controller.abort(this.#outer?.reason);

  get signal() {
    return this.#controller.signal;
  }

  extend() {
    clearTimeout(this.#timer);
    const problem = new Interruption(`nothing arrived for ${PATIENCE} seconds`);
    this.#timer = setTimeout(() => this.#controller.abort(problem), PATIENCE * 1000);
  }

  end() {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }
}

/** @param {string} address @param {AbortSignal} signal */
async function request(address, signal) {
  const response = await fetch(address, {
    signal,
    // Else a browser would keep the part before a cut, and ask for the rest as a range.
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  if (response.ok) return response;
  const said = `the server answered ${response.status}`;
  if (response.status >= 500 || response.status === 429) throw new Interruption(said);
  throw failed(
    `${address} is not there (${said}); use another source, or bring the file yourself.`,
  );
}

/** @param {Response} response @param {string} address */
function sizeOf({ headers }, address) {
  // The length is that of what was sent, which is not what arrives if it was packed.
  if (headers.get('content-encoding')) return undefined;
  const size = Number(headers.get('content-length') ?? NaN);
  if (size > MOST_BYTES) throw tooLarge(address, size);
  return Number.isFinite(size) ? size : undefined;
}

/** @param {string} address @param {number} bytes */
function tooLarge(address, bytes) {
  return failed(
    `${address} has more than ${sizeText(bytes)}; no file of this data set is so large.`,
  );
}

/** @param {Response} response @returns {AsyncIterable<Uint8Array<ArrayBuffer>>} */
async function* chunksOf({ body }) {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** What went wrong, from the innermost cause, which alone names it in Node. @param {unknown} error
 * @returns {string} */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  // Browsers say no more than "Failed to fetch", each in words of its own.
  if (error instanceof TypeError && !error.cause)
    return 'nothing answers, or the connection was cut';
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
