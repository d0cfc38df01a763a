/** What the workbench says and sends when a run's state changes. */
import { percent } from '../ui/format.js';

/** @typedef {import('./runs/run.js').Run} Run */
/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

/** What went wrong with a run, if anything did. @param {string} name @param {Run} run
 * @param {import('../ui/messages.js').Translate} t */
export function troubleOf(name, { state, error }, t) {
  if (state === 'diverged') return t('leadDiverged', { name });
  if (state !== 'failed') return null;
  const noMemory = /** @type {any} */ (error)?.code === 'NO_MEMORY';
  return t(noMemory ? 'leadMemory' : 'leadFailed', { name });
}

/** @param {ResiduaLab} lab @param {import('./session.js').Job} job */
export function announceState(lab, { config, run }) {
  const name = lab.runs.nameOf(config);
  const { state, tick, error, weights } = run;
  if (run.ended) lab.send('residua-end', { name, state, tick, error, weights });
  const trouble = troubleOf(name, run, lab.t);
  if (trouble) lab.say(trouble);
  if (state !== 'finished') return;
  lab.announceExperiment();
  const [train, test] = [run.trainError, run.testError].map((value) =>
    value === undefined ? '–' : percent(lab.lang, value),
  );
  lab.say(lab.t('said_finished', { name, train, test }));
}
