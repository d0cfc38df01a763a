/** From a press of Train, or of Resume, to the end of the last run. Whatever stops it before is the workbench's
 * failure, and is said. */

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

/** @param {ResiduaLab} lab
 * @param {import('./runs/checkpoints.js').Checkpoints | null} [reopened] of an interrupted experiment */
export async function trainRuns(lab, reopened = null) {
  const { experiment, engineOptions, usedSource, resources, recovery, loadWeights } = lab;
  lab.planner.stop();
  lab.undo.dismiss();
  lab.failure = null;
  const jobs = recovery.begin(reopened);
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
  await recovery.end(open);
}
