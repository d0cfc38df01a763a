/** The file of a run, made of what a command printed with --json. A command that was interrupted and resumed
 * printed to the same log, so an epoch may stand there twice: its last line counts. */
import { cpus } from 'node:os';
import { commandOf } from '../web/cli/record.js';
import { digestOf } from '../web/lib/data/set-digest.js';
import { factsOf, writeRun } from '../web/lib/formats/run-file.js';

/** A line that the command prints after an epoch, and the one that it prints at the end.
 * @typedef {{ epoch?: number, done?: true, threads?: number, lr: number, loss: number, train_loss: number, train_error: number,
 *   test_loss: number, test_error: number, images_per_s: number, seconds: number, trajectory: string }} Line */

/** @param {string} log @returns {Line[]} */
export const linesOf = (log) =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** The epochs in their order, with seconds of all processes. @param {Line[]} lines */
export function epochsOf(lines) {
  /** @type {Map<number, Line>} */
  const epochs = new Map();
  let [before, latest] = [0, 0];
  for (const line of lines) {
    if (line.epoch === undefined) continue;
    if (line.seconds < latest) before += latest;
    latest = line.seconds;
    epochs.set(line.epoch, { ...line, seconds: before + line.seconds });
  }
  return [...epochs].sort(([a], [b]) => a - b);
}

/** @param {{ lines: Line[], engine: import('../web/lib/index.js').Engine, weights: Uint8Array,
 *   dataset: import('../web/lib/index.js').Dataset, recipe: import('../web/lib/index.js').Recipe & { batchSize: number },
 *   words: string[], platform: string }} run `words` are the command's arguments, `platform` what ran it
 * @returns {Promise<string>} the file */
export async function recordOf({ lines, engine, weights, dataset, recipe, words, platform }) {
  const net = await engine.loadNet(weights);
  const place = { cores: cpus().length, platform: `${platform}, ${cpus()[0]?.model}` };
  const { data, machine, ...facts } = factsOf(net, engine, dataset, recipe, place);
  const threads = lines.findLast(({ done }) => done)?.threads ?? machine.threads;
  const stepsPerEpoch = Math.floor(data.images / recipe.batchSize);
  const ticks = epochsOf(lines).map(([epoch, line]) => ({
    kind: /** @type {const} */ ('epoch'),
    step: epoch * stepsPerEpoch,
    lr: line.lr,
    loss: line.loss,
    trainLoss: line.train_loss,
    trainError: line.train_error,
    testLoss: line.test_loss,
    testError: line.test_error,
    imagesPerSecond: line.images_per_s,
    seconds: line.seconds,
    trajectory: line.trajectory,
  }));
  const head = { name: net.name, command: commandOf(words), ...facts };
  return writeRun({
    ...head,
    machine: { ...machine, threads },
    data: { ...data, digest: await digestOf(dataset) },
    state: 'finished',
    trajectory: ticks[ticks.length - 1].trajectory,
    ticks,
  });
}
