/** How long training goes on: what is left of each network, at the pace that it has had, while the others
 * share the cores with it until they end, and those that wait take their places. */
import { number } from '../ui/format.js';
import { resolveConfig, specOf, stepsOf } from './experiment.js';
import { shareOf, workOf } from './pace.js';
import { AT_ONCE, classesOf } from './resources.js';

/** What is left of a network, in images that are trained on, and images a second if it had the machine to
 * itself. @typedef {{ left: number, rate: number }} Task */

/** Seconds until each task has ended. @param {Task[]} tasks the first `atOnce` begin now
 * @param {number} atOnce @param {(networks: number) => number} share of its own pace */
export function endsOf(tasks, atOnce, share) {
  const ends = tasks.map(() => 0);
  const left = tasks.map((task) => task.left);
  const waiting = tasks.map((_, i) => i);
  let active = waiting.splice(0, atOnce);
  for (let now = 0; active.length > 0; ) {
    const part = share(active.length);
    const steps = active.map((i) => left[i] / (tasks[i].rate * part));
    const step = Math.min(...steps);
    now += step;
    for (const i of active) left[i] -= step * tasks[i].rate * part;
    const next = steps.indexOf(step);
    ends[active[next]] = now;
    active = [...active.filter((_, i) => i !== next), ...waiting.splice(0, 1)];
  }
  return ends;
}

/** Of what is trained in a workbench; `all` is undefined while that cannot be said.
 * @param {import('./lab.js').ResiduaLab} lab
 * @returns {{ each: Map<import('./runs/run.js').Run, number>, all: number | undefined }} */
export function timeLeftOf({ busy, rows, experiment, engine, preparation }) {
  const due = rows.filter(({ run }) => run.training || ['waiting', 'starting'].includes(run.state));
  if (!busy || !engine || due.length === 0) return { each: new Map(), all: undefined };
  const flops = due.map(
    ({ config }) => preparation.planned?.flops[experiment.runs.indexOf(config)],
  );
  const work = due.flatMap(({ run }, i) =>
    run.rate === undefined ? [] : [run.rate * (flops[i] ?? NaN)],
  );
  const usual = work.reduce((sum, one) => sum + one, 0) / work.length;
  const tasks = due.map(({ config, run }, i) => ({
    left: leftOf(run, resolveConfig(experiment, config)),
    rate: run.rate ?? usual / (flops[i] ?? NaN),
  }));
  const isKnown = tasks.every(({ rate }) => Number.isFinite(rate));
  if (!isKnown) return { each: new Map(), all: undefined };
  const ends = endsOf(tasks, AT_ONCE, (networks) => shareOf(networks, engine.threads));
  return { each: new Map(due.map(({ run }, i) => [run, ends[i]])), all: Math.max(...ends) };
}

/** From here on the planner knows how fast these were, where they were trained long enough to say; networks with
 * frozen stages have less to do. @param {Pick<import('./lab.js').ResiduaLab, 'experiment' | 'engine' |
 *   'preparation' | 'planner'>} lab
 * @param {Pick<import('./session.js').Job, 'config' | 'index' | 'run'>[]} jobs that have ended */
export function learnSpeed({ experiment, engine, preparation, planner }, jobs) {
  const { planned } = preparation;
  if (!engine || !planned) return;
  const trained = jobs.flatMap(({ config, index, run: { rate } }) => {
    if (rate === undefined || config.frozenStages) return [];
    const { batchSize, width } = resolveConfig(experiment, config);
    return [{ batchSize, width, flops: planned.flops[index], rate }];
  });
  planner.learnFrom(engine, trained);
}

/** Seconds that training will take, by how fast this machine was in training or when the planner looked; undefined
 * while that is not known. Nothing is known of networks with frozen stages.
 * @param {Pick<import('./lab.js').ResiduaLab, 'busy' | 'experiment' | 'engine' | 'preparation' | 'planner' | 'runs'>} lab */
export function timeToTrain({ busy, experiment, engine, preparation, planner, runs }) {
  const { planned } = preparation;
  if (busy || !engine || !planned) return undefined;
  const tasks = runs.due.map(({ config }) => {
    const recipe = resolveConfig(experiment, config);
    const flops = planned.flops[experiment.runs.indexOf(config)];
    const seconds = planner.secondsPerFlop(engine, recipe.batchSize, config.width) ?? NaN;
    const left = workOf(stepsOf(recipe), recipe.epochs, recipe);
    return { left, rate: config.frozenStages ? NaN : 1 / (seconds * flops) };
  });
  if (!tasks.every(({ rate }) => Number.isFinite(rate))) return undefined;
  const ends = endsOf(tasks, AT_ONCE, (networks) => shareOf(networks, engine.threads));
  return Math.max(...ends);
}

/** Seconds that an experiment's first network takes alone, with the threads that it then gets; undefined unless a
 * network of its width was measured. @param {import('./index.js').Experiment} experiment
 * @param {import('../lib/index.js').Engine} engine @param {import('./panel/planner.js').Planner} planner */
export async function secondsAlone(experiment, engine, planner) {
  const [network] = experiment.runs;
  const perFlop = planner.secondsPerFlop(engine, experiment.batchSize, network.width);
  if (perFlop === undefined) return undefined;
  const { flopsPerImage } = await engine.plan(specOf(network, classesOf(null)));
  const work = workOf(stepsOf(experiment), experiment.epochs, experiment);
  const cores = navigator.hardwareConcurrency || 1;
  const share = experiment.threads === 'auto' ? engine.threads / cores : 1;
  return work * flopsPerImage * perFlop * share;
}

/** In images that are trained on, of which the test after each epoch is a part.
 * @param {import('./runs/run.js').Run} run @param {import('./index.js').Experiment} recipe */
function leftOf({ tick }, recipe) {
  const steps = (tick?.steps ?? stepsOf(recipe)) - (tick?.step ?? 0);
  const tests = recipe.epochs - Math.floor(tick?.epoch ?? 0);
  return workOf(steps, tests, recipe);
}

/** "12 min". @param {number} seconds @param {string} lang @param {import('../ui/messages.js').Translate} t */
export function roughly(seconds, lang, t) {
  const minutes = seconds / 60;
  const say = (/** @type {number} */ value) => number(lang, value, Number.isInteger(value) ? 0 : 1);
  if (minutes < 0.9)
    return t('roughSeconds', { count: say(Math.max(5, Math.round(seconds / 5) * 5)) });
  if (minutes >= 90) return t('roughHours', { count: say(Math.round(minutes / 30) / 2) });
  return t('roughMinutes', {
    count: say(minutes < 5 ? Math.round(minutes * 2) / 2 : Math.round(minutes)),
  });
}
