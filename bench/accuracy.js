/** Time to accuracy: node bench/accuracy.js ARCHIVE trains by the recipe "fast" on all of CIFAR-10, here
 * and in native PyTorch, on all cores, and prints a JSON line after each epoch and its test. They take
 * turns of one epoch, so that both meet the same machine. `seconds` are those of a library's own turns
 * from its start on; its start, and reading the images, are part of the first. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../tools/process.js';
import { RECIPES } from '../web/lib/spec.js';
import { pythonWithTorch } from './child.js';

const { spec, recipe } = RECIPES.fast;
const EPOCHS = recipe.epochs ?? 0;
const THREADS = availableParallelism();

/** @param {string} archive @returns {Record<string, string[]>} */
const commands = (archive) => ({
  residua: [
    ...[process.execPath, 'dist/cli.js', 'train', '--recipe', 'fast', '--data', archive],
    ...['--threads', String(THREADS), '--json'],
  ],
  pytorch: [
    ...[pythonWithTorch(), 'bench/pytorch_accuracy.py', archive],
    ...[JSON.stringify({ ...spec, ...recipe }), String(THREADS)],
  ],
});

/** A process that only works in its turns. @param {string} library @param {string[]} command */
function start(library, [program, ...args]) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  child.kill('SIGSTOP');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let seconds = 0;
  const turn = async () => {
    const started = performance.now();
    child.kill('SIGCONT');
    const { done, value } = await lines.next();
    child.kill('SIGSTOP');
    if (done) throw new Error(`${library} ended before its ${EPOCHS} epochs.`);
    seconds += (performance.now() - started) / 1000;
    const { epoch, train_loss, train_error, test_loss, test_error } = JSON.parse(value);
    const result = { library, epoch, train_loss, train_error, test_loss, test_error };
    console.log(JSON.stringify({ ...result, seconds: Number(seconds.toFixed(3)) }));
  };
  return { turn, end: () => child.kill('SIGKILL') };
}

const [archive] = process.argv.slice(2);
if (!archive) throw new Error("Name CIFAR-10's binary archive: node bench/accuracy.js ARCHIVE");
const runners = Object.entries(commands(resolve(archive))).map((entry) => start(...entry));
try {
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const { turn } of runners) await turn();
  }
} finally {
  for (const { end } of runners) end();
}
