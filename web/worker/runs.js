/** Files of runs, read in a worker: a large one would hold up the page. */
import { releaseProxy, wrap } from 'comlink';
import { startWorker } from '#platform';
import { readRunFile } from '../lib/formats/read-run.js';
import { scriptOf } from '../lib/loader.js';
import { keepErrorCodes } from './rpc.js';

/** @typedef {import('../lib/formats/read-run.js').FileRun} FileRun */
/** @typedef {{ readRunFile: typeof readRunFile }} RunService */

keepErrorCodes();

/** What does the work and how to end it: a worker or, where there are to be none, this thread.
 * @param {import('../lib/index.js').EngineOptions} options */
function openReader(options) {
  if (options.worker === false) return { service: { readRunFile }, end: () => {} };
  const worker = startWorker(scriptOf(options));
  worker.endpoint.postMessage({ role: 'runs' });
  const service = /** @type {import('comlink').Remote<RunService>} */ (wrap(worker.endpoint));
  const end = () => {
    service[releaseProxy]();
    worker.terminate();
  };
  return { service, end, onFailure: worker.onFailure };
}

/** Calls `take` with each file's run, or with why there is none. Rejects when the worker or `signal` ends first.
 * @param {File[]} files @param {import('../lib/index.js').EngineOptions} options of the engine
 * @param {AbortSignal} signal @param {(file: File, read: FileRun | Error) => void} take */
export async function readRunFiles(files, options, signal, take) {
  signal.throwIfAborted();
  const { service, end, onFailure } = openReader(options);
  /** @type {Promise<never>} */
  const ended = new Promise((_, reject) => {
    onFailure?.(reject);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  ended.catch(() => {}); // Nobody may be waiting.
  try {
    for (const file of files) {
      const reading = service.readRunFile(file).catch((/** @type {Error} */ error) => error);
      take(file, await Promise.race([reading, ended]));
    }
  } finally {
    end();
  }
}
