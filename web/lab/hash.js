/** The hash of a link: an experiment, and what its runs came to, as text and back. It holds what
 * differs from the default alone. */

import { specFromName } from '../lib/spec.js';
import {
  defaultExperiment,
  MOST_RUNS,
  newRun,
  parse,
  RUN_FIELDS,
  runText,
  SHARED_FIELDS,
  valueIn,
} from './experiment.js';
import { isLinkStateKey, linkStateParts, readLinkState } from './runs/link-state.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./index.js').RunLinkState} RunLinkState */
/** @typedef {import('./experiment.js').Value} Value */

/** What differs from the default, as the hash of a link: "epochs=6&run=plain20&run=resnet20_seed-2".
 * One that says how runs ended says also on which images.
 * @param {Experiment} experiment @param {RunLinkState[]} [linkState] of its networks */
export function toHash(experiment, linkState = []) {
  const params = new URLSearchParams();
  const haveEnded = linkState.some(({ ended }) => ended);
  for (const field of SHARED_FIELDS) {
    const value = valueIn(experiment, field);
    const needed = field.name === 'data' && haveEnded;
    if (needed || value !== field.default) params.set(field.name, String(value));
  }
  const runs = experiment.runs.map((run, i) =>
    [runText(run), ...linkStateParts(linkState[i] ?? {})].join('_'),
  );
  if (runs.join() !== defaultExperiment().runs.map(runText).join()) {
    for (const run of runs) params.append('run', run);
  }
  return params.toString();
}

/** @param {string} name */
function networkOf(name) {
  try {
    return specFromName(name);
  } catch {
    return null;
  }
}

/** @typedef {{ run: RunConfig, linkState: RunLinkState }} LinkedRun
 * @param {string} text @returns {LinkedRun | null} */
function parseRun(text) {
  const [name, ...parts] = text.split('_');
  const network = networkOf(name);
  if (!network) return null;
  const pairs = parts.map((part) => {
    const [key, ...rest] = part.split('-');
    return /** @type {[string, string]} */ ([key, rest.join('-')]);
  });
  const stated = pairs.filter(([key]) => isLinkStateKey(key));
  const values = pairs.filter(([key]) => !isLinkStateKey(key));
  values.push(['family', network.family], ['depth', String(network.depth)]);
  const run = /** @type {Record<string, Value>} */ ({});
  for (const [key, value] of values) {
    const field = RUN_FIELDS.find((known) => known.name === key);
    const parsed = field ? parse(field, value ?? '') : null;
    if (parsed === null) return null;
    run[key] = parsed;
  }
  return { run: newRun(run), linkState: readLinkState(stated) };
}

/** What a link says; what cannot be read is as the default has it, and is named in `unread`.
 * @param {string} hash
 * @returns {{ experiment: Experiment, linkState: RunLinkState[], unread?: string[] }} */
export function readLink(hash) {
  const experiment = defaultExperiment();
  const found = [];
  const unread = [];
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    const field = SHARED_FIELDS.find((one) => one.name === name);
    const value = field ? parse(field, text) : name === 'run' ? parseRun(text) : null;
    if (value === null) unread.push(name === 'run' ? text : `${name}=${text}`);
    else if (field) Object.assign(experiment, { [name]: value });
    else if (found.length < MOST_RUNS) found.push(/** @type {LinkedRun} */ (value));
  }
  if (found.length > 0) experiment.runs = found.map(({ run }) => run);
  const linkState = found.map((one) => one.linkState);
  return { experiment, linkState, ...(unread.length > 0 && { unread }) };
}

/** @param {string} hash */
export const fromHash = (hash) => readLink(hash).experiment;
