/** From a press of Train, of Resume or of Undo after Stop, to the end of the last run. Whatever stops it before is the
 * workbench's failure, and is said. */
import { packRun, unpackRun } from './runs/checkpoint-file.js';
import { learnSpeed } from './time-left.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */
/** @typedef {import('./session.js').Job} Job */
/** What the reader stopped, by index in the experiment: runs that had begun as they were, and null for others.
 * @typedef {Map<number, import('./runs/checkpoint-file.js').SavedRun | null>} Stopped */

/** @param {ResiduaLab} lab
 * @param {import('./runs/checkpoints.js').Checkpoints | null} [reopened] of an interrupted experiment
 * @param {Stopped | null} [stopped] what is to go on */
export async function trainRuns(lab, reopened = null, stopped = null) {
  const { experiment, engineOptions, usedSource, resources, recovery, loadWeights } = lab;
  lab.planner.stop();
  lab.undo.begin();
  lab.failure = null;
  const jobs = recovery.begin(reopened, stopped);
  let open;
  try {
    open = await lab.session.train(jobs, async () => {
      const engine = await resources.open(experiment, engineOptions);
      const dataset = await resources.images(experiment, engine, usedSource);
      await recovery.describe(jobs, dataset);
      return { engine, dataset, loadWeights };
    });
  } catch (error) {
    const { code, op } = /** @type {any} */ (error);
    const otherImages = code === 'MISMATCH' && op === 'resume';
    lab.fail(otherImages ? 'resume' : lab.engine ? 'images' : 'engine', error);
  }
  learnSpeed(lab, jobs);
  await recovery.end(open);
  await offerToGoOn(lab, jobs);
}

/** Stop can be undone: what was stopped goes on in its own experiment, as runs of their own, and takes the place of
 * the stopped ones once it has come further. @param {ResiduaLab} lab @param {Job[]} jobs */
async function offerToGoOn(lab, jobs) {
  const { experiment, runs } = lab;
  const begun = jobs.filter(({ stoppedAt }) => stoppedAt);
  if (begun.length === 0) return;
  const before = runs.entries.filter(({ run }) => begun.some((job) => job.run === run));
  const left = jobs.filter(({ run, stoppedAt }) => stoppedAt || run.state === 'ready');
  const names = begun.map(({ config }) => runs.nameOf(config)).join(', ');
  lab.undo.offerBeside(lab.t('said_stopped', { names }), 'goOn', async () => {
    /** @type {Stopped} */
    const stopped = new Map();
    for (const { index, run, config, stoppedAt } of left) {
      const packed = stoppedAt && packRun(runs.nameOf(config), run, stoppedAt, false);
      stopped.set(index, packed ? await unpackRun(packed) : null);
    }
    lab.change(experiment);
    void trainRuns(lab, null, stopped).then(() => lab.archive.dropOvertaken(before));
  });
}
