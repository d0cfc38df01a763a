/** npm run record: trains the networks of models/ on CIFAR-10, one after the other, and goes on where
 * it was interrupted. A run's files lie in --folder: NAME.safetensors, a checkpoint until the run has
 * ended; NAME.json, its record; NAME.log, what the command printed; NAME.done, once it is whole.
 * Invariant: a run without NAME.done is resumed from its checkpoint, and begun if there is none. */
import { spawn } from 'node:child_process';
import { access, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { constants, homedir, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BuildError, root, runTool } from './process.js';

const HELP = `Usage: CIFAR10=ARCHIVE npm run record -- [options]
Trains the runs that models/ is made of, at the lowest priority, and resumes those that were interrupted.

  --list         prints the runs, how far each is and the hours that are left, and trains nothing
  --jobs N       runs at a time, each with one thread (default 1)
  --folder DIR   where checkpoints and records are kept (default ~/.local/state/residua/record)
  --cli FILE     the command that trains (default dist/cli.js)
  --help
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
 * @param {string} data @param {Files} files */
function freshArguments({ net, epochs, seed }, data, files) {
  const spec = ['--net', net, '--width', '16', '--shortcut', 'A', '--seed', String(seed)];
  const recipe = ['--epochs', String(epochs), '--batch', '128', '--lr', '0.1'];
  recipe.push('--schedule', 'paper', '--augment', 'crop-flip', '--weight-decay', '1e-4');
  // What a run left that ended before its first checkpoint is replaced.
  return ['train', ...spec, ...recipe, ...commonArguments(data, files), '--force'];
}

/** What a run is given whenever it is begun or resumed. @param {string} data @param {Files} files */
function commonArguments(data, { checkpoint, record }) {
  const machine = ['--tier', 'simd128', '--threads', '1'];
  return [...machine, '--data', data, '--out', checkpoint, '--record', record, '--json'];
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
  return { checkpoint: at('safetensors'), record: at('json'), log: at('log'), done: at('done') };
}

/** Trains a run to its end. @param {Run} run @param {Files} files @param {string} cli
 * @param {string} data */
async function train(run, files, cli, data) {
  const { checkpoint, record, log, done } = files;
  const resumed = (await exists(checkpoint)) && (await exists(record));
  const args = resumed
    ? ['train', '--resume', checkpoint, ...commonArguments(data, files)]
    : freshArguments(run, data, files);
  console.log(`${resumed ? 'resuming' : 'beginning'} ${run.name}`);
  const out = await open(log, 'a');
  try {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', out.fd, out.fd] });
    const pid = /** @type {number} */ (child.pid);
    setPriority(pid, constants.priority.PRIORITY_LOW);
    const code = await new Promise((settle) => child.on('exit', settle));
    if (code !== 0) throw new BuildError(`${run.name} ended with exit code ${code}; see ${log}.`);
    await writeFile(done, '');
    console.log(`finished ${run.name}`);
  } finally {
    await out.close();
  }
}

/** How far a run is, from its record. @param {Run} run @param {Files} files */
async function progressOf(run, { record, done }) {
  const text = await readFile(record, 'utf8').catch(() => null);
  const last = text === null ? null : JSON.parse(text).ticks.at(-1);
  return {
    name: run.name,
    done: await exists(done),
    epoch: last ? Math.floor(last.step / STEPS_PER_EPOCH) : 0,
    epochs: run.epochs,
    trainError: last?.trainError ?? null,
    testError: last?.testError ?? null,
    imagesPerSecond: last?.imagesPerSecond ?? null,
  };
}

/** @param {number | null} fraction */
const percent = (fraction) => (fraction === null ? '-' : `${(100 * fraction).toFixed(2)} %`);

/** @param {Awaited<ReturnType<typeof progressOf>>} progress */
function lineOf({ name, done, epoch, epochs, trainError, testError, imagesPerSecond }) {
  const left = epochs - epoch;
  const hours = imagesPerSecond ? (left * STEPS_PER_EPOCH * 128) / imagesPerSecond / 3600 : null;
  const state = done ? 'done' : epoch > 0 ? 'interrupted' : 'to do';
  const time = done ? '' : hours === null ? '' : `${hours.toFixed(1)} h left`;
  const cells = [name.padEnd(16), `${epoch}/${epochs}`.padStart(8), state.padEnd(11)];
  const errors = [percent(trainError), percent(testError)].map((cell) => cell.padStart(9));
  const speed = imagesPerSecond ? `${imagesPerSecond.toFixed(0)} images/s` : '';
  return [...cells, ...errors, speed.padStart(14), time].join('  ').trimEnd();
}

/** @param {string} folder */
async function list(folder) {
  console.log('run               epochs  state            train       test');
  for (const run of RUNS) console.log(lineOf(await progressOf(run, filesOf(folder, run))));
}

/** @param {string} folder @param {string} cli @param {string} data @param {number} jobs */
async function trainAll(folder, cli, data, jobs) {
  await mkdir(folder, { recursive: true });
  /** @type {Run[]} */
  const waiting = [];
  for (const run of RUNS) if (!(await exists(filesOf(folder, run).done))) waiting.push(run);
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      await train(run, filesOf(folder, run), cli, data);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

async function main() {
  const { values } = parseArgs({
    options: {
      list: { type: 'boolean' },
      jobs: { type: 'string', default: '1' },
      folder: { type: 'string', default: join(homedir(), '.local/state/residua/record') },
      cli: { type: 'string', default: join(root, 'dist/cli.js') },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(HELP);
  const folder = resolve(values.folder);
  if (values.list) return list(folder);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw new BuildError(`--jobs is a whole number of 1 or more, not "${values.jobs}".`);
  }
  const data = process.env.CIFAR10;
  if (!data) throw new BuildError('Set CIFAR10 to the path of cifar-10-binary.tar.gz.');
  await trainAll(folder, values.cli, resolve(process.env.INIT_CWD ?? '', data), jobs);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
