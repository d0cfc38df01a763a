/** npm run record: trains networks on CIFAR-10 with the paper's schedule, for models/paper, and goes on where
 * it was interrupted. The command of src/command trains them, compiled for this machine, which takes two
 * thirds of the time that the same command takes in Node and gives the same bits. A run's files lie in
 * --folder: NAME.safetensors, a checkpoint until the run has ended; NAME.log, what the command printed;
 * NAME.json, its record, once the run is whole; NAME.lock while it is trained.
 * Invariant: a run without NAME.json is resumed from its checkpoint, and begun if there is none, by one driver at
 * a time. */
import { spawn } from 'node:child_process';
import { access, mkdir, open, readFile } from 'node:fs/promises';
import { constants, homedir, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandFor } from './native.js';
import {
  archiveGiven,
  BuildError,
  capture,
  countOf,
  readArguments,
  root,
  runTool,
  writeWhole,
} from './process.js';
import { epochsOf, linesOf, recordOf } from './record-file.js';
import { addToLock, isLocked, releaseLock, stateOf, takeLock } from './record-lock.js';

const HELP = `Usage: CIFAR10=ARCHIVE npm run record -- [options] [NAME...]
Trains networks with the paper's schedule, all or those named, in the order given, at the lowest
priority, and resumes those that were interrupted. What another such command trains is left out.

  --list         prints the runs, how far each is and the hours that are left, and trains nothing
  --jobs N       runs at a time (default 1)
  --threads N    threads of each run (default 1)
  --folder DIR   where checkpoints and records are kept (default ~/.local/state/residua/record)
  --help

It needs what ./build.sh makes, a C compiler (cc, or what CC says) and tar.
`;

/** Iterations of an epoch: 50,000 images in batches of 128. */
const STEPS_PER_EPOCH = 390;
const PAPER_EPOCHS = 164;
const EPOCHS = 60;

/** @typedef {{ name: string, net: string, epochs: number, seed: number }} Run */

/** @param {string} net @param {number} epochs @param {number} [seed] @returns {Run} */
const runOf = (net, epochs, seed = 1) => {
  const length = epochs === EPOCHS ? '' : `-${epochs}`;
  const name = `${net}${length}${seed === 1 ? '' : `-seed${seed}`}`;
  return { name, net, epochs, seed };
};

const DEPTHS = [20, 32, 44, 56];
/** In the order in which they are trained: every depth first, then the paper's full length, more seeds
 * and the deepest network. The order of a length alternates, so that pairs are complete early. */
export const RUNS = [
  ...DEPTHS.flatMap((depth) => [runOf(`plain${depth}`, EPOCHS), runOf(`resnet${depth}`, EPOCHS)]),
  ...[2, 3].flatMap((seed) => ['plain20', 'resnet20'].map((net) => runOf(net, EPOCHS, seed))),
  ...['plain20', 'resnet20', 'plain56', 'resnet56'].map((net) => runOf(net, PAPER_EPOCHS)),
  runOf('resnet110', EPOCHS),
];

/** The recipe of section 4.2, its schedule cut to the run's length. @param {Run} run
 * @returns {import('../web/lib/index.js').Recipe & { batchSize: number }} */
const recipeOf = ({ epochs, seed }) => ({
  ...{ epochs, batchSize: 128, lr: 0.1, momentum: 0.9, weightDecay: 1e-4, seed },
  ...{ schedule: 'paper', augment: 'crop-flip' },
});

/** @param {Run} run @param {string} data @param {Files} files */
function freshArguments(run, data, { checkpoint }) {
  const recipe = recipeOf(run);
  const spec = ['--net', run.net, '--width', '16', '--shortcut', 'A', '--seed', String(run.seed)];
  const length = ['--epochs', String(recipe.epochs), '--batch', String(recipe.batchSize)];
  const steps = ['--lr', String(recipe.lr), '--momentum', String(recipe.momentum)];
  const rest = ['--schedule', 'paper', '--augment', 'crop-flip'];
  rest.push('--weight-decay', String(recipe.weightDecay), '--data', data, '--out', checkpoint);
  return ['train', ...spec, ...length, ...steps, ...rest];
}

/** @param {string} file */
async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** @typedef {ReturnType<typeof filesOf>} Files @param {string} folder @param {Run} run */
function filesOf(folder, { name }) {
  const at = (/** @type {string} */ ending) => join(folder, `${name}.${ending}`);
  return { checkpoint: at('safetensors'), log: at('log'), record: at('json'), lock: at('lock') };
}

/** @param {Files} files */
const printed = async ({ log }) => linesOf(await readFile(log, 'utf8').catch(() => ''));

/** What all runs need; `shared` are the flags that change no bit.
 * @typedef {{ program: string, folder: string, archive: string, unpacked: string, shared: string[] }} Means */

/** Trains a run to its end, unless another driver does. @param {Run} run @param {Means} means */
async function train(run, means) {
  const files = filesOf(means.folder, run);
  if (!(await takeLock(files.lock))) {
    return console.log(`leaving out ${run.name}, which is being trained (${files.lock})`);
  }
  try {
    if (!(await exists(files.record))) await trainLocked(run, files, means);
  } finally {
    await releaseLock(files.lock);
  }
}

/** @param {Run} run @param {Files} files @param {Means} means */
async function trainLocked(run, files, means) {
  const words = freshArguments(run, means.unpacked, files);
  if (!(await printed(files)).some(({ done }) => done)) await runCommand(run, words, files, means);
  await writeWhole(files.record, await recordFor(run, words, files, means));
  console.log(`finished ${run.name}`);
}

/** @param {Run} run @param {string[]} words @param {Files} files @param {Means} means */
async function runCommand({ name }, words, files, { program, unpacked, shared }) {
  const { checkpoint, log } = files;
  const resumed = await exists(checkpoint);
  const args = resumed ? ['train', '--resume', checkpoint, '--data', unpacked] : words;
  console.log(`${resumed ? 'resuming' : 'beginning'} ${name}`);
  const out = await open(log, 'a');
  try {
    const child = spawn(program, [...args, ...shared], { stdio: ['ignore', out.fd, out.fd] });
    const ended = new Promise((settle) => child.on('exit', settle));
    const pid = /** @type {number} */ (child.pid);
    setPriority(pid, constants.priority.PRIORITY_LOW);
    await addToLock(files.lock, pid);
    const code = await ended;
    if (code !== 0) throw new BuildError(`${name} ended with exit code ${code}; see ${log}.`);
  } finally {
    await out.close();
  }
}

/** @param {Run} run @param {string[]} words @param {Files} files @param {Means} means */
async function recordFor(run, words, files, { archive }) {
  const { createEngine, openDataset } = await import(join(root, 'dist/node.js'));
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  try {
    const [lines, weights] = [await printed(files), await readFile(files.checkpoint)];
    const dataset = await openDataset(archive);
    const platform = `src/command, compiled for ${process.platform}`;
    return await recordOf({
      ...{ lines, engine, weights, dataset, words, platform },
      recipe: recipeOf(run),
    });
  } finally {
    engine.dispose();
  }
}

/** How far a run is, from its log. @param {Run} run @param {Files} files */
async function progressOf(run, files) {
  const [epoch = 0, last] = epochsOf(await printed(files)).at(-1) ?? [];
  return {
    name: run.name,
    done: await exists(files.record),
    running: await isLocked(files.lock),
    ...{ epoch, epochs: run.epochs },
    trainError: last?.train_error ?? null,
    testError: last?.test_error ?? null,
    imagesPerSecond: last?.images_per_s ?? null,
  };
}

/** @param {number | null} fraction */
const percent = (fraction) => (fraction === null ? '-' : `${(100 * fraction).toFixed(2)} %`);

/** @param {Awaited<ReturnType<typeof progressOf>>} progress */
function lineOf(progress) {
  const { name, done, epoch, epochs, trainError, testError, imagesPerSecond } = progress;
  const left = epochs - epoch;
  const hours = imagesPerSecond ? (left * STEPS_PER_EPOCH * 128) / imagesPerSecond / 3600 : null;
  const time = done ? '' : hours === null ? '' : `${hours.toFixed(1)} h left`;
  const cells = [name.padEnd(16), `${epoch}/${epochs}`.padStart(8), stateOf(progress).padEnd(11)];
  const errors = [percent(trainError), percent(testError)].map((cell) => cell.padStart(9));
  const speed = imagesPerSecond ? `${imagesPerSecond.toFixed(0)} images/s` : '';
  return [...cells, ...errors, speed.padStart(14), time].join('  ').trimEnd();
}

/** @param {Run[]} runs @param {string} folder */
async function list(runs, folder) {
  console.log('run               epochs  state            train       test');
  for (const run of runs) console.log(lineOf(await progressOf(run, filesOf(folder, run))));
}

/** The archive's files, which the command reads. @param {string} archive @param {string} folder */
async function unpack(archive, folder) {
  const unpacked = join(folder, 'cifar-10-batches-bin');
  if (!(await exists(unpacked))) await capture('tar', ['-xzf', archive, '-C', folder]);
  return unpacked;
}

/** The runs of these names, in their order; without names all. @param {string[]} names */
function runsNamed(names) {
  return names.length === 0 ? RUNS : names.map(runNamed);
}

/** @param {string} name */
function runNamed(name) {
  const found = RUNS.find((run) => run.name === name);
  if (found) return found;
  const all = RUNS.map((run) => run.name).join(', ');
  throw new BuildError(`There is no run "${name}"; the runs are ${all}.`);
}

/** @param {Run[]} runs @param {string} folder @param {string} archive @param {number} jobs
 * @param {number} threads */
async function trainAll(runs, folder, archive, jobs, threads) {
  await mkdir(folder, { recursive: true });
  const means = {
    folder,
    archive,
    shared: ['--threads', String(threads)],
    program: await commandFor(),
    unpacked: await unpack(archive, folder),
  };
  /** @type {Run[]} */
  const waiting = [];
  for (const run of runs) if (!(await exists(filesOf(folder, run).record))) waiting.push(run);
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) await train(run, means);
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

async function main() {
  const { values, positionals } = readArguments(HELP, {
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      jobs: { type: 'string', default: '1' },
      threads: { type: 'string', default: '1' },
      folder: { type: 'string', default: join(homedir(), '.local/state/residua/record') },
    },
  });
  const folder = resolve(values.folder);
  const runs = runsNamed(positionals);
  if (values.list) return list(runs, folder);
  const [jobs, threads] = [countOf('jobs', values.jobs), countOf('threads', values.threads)];
  await trainAll(runs, folder, archiveGiven(), jobs, threads);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
