/** Copies of a network that the reader is about to make: one field changed, in several seeds. A draft
 * comes to networks or to a problem, never to both. */
import { copiesOf, MOST_RUNS, parse, RUN_FIELDS } from '../experiment.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('../experiment.js').Field} Field */
/** @typedef {import('../experiment.js').Value} Value */

/** Which field gets which values, and how many seeds each; `text` has the values as the reader writes
 * them, `chosen` those of a list.
 * @typedef {{ field: string, text: string, chosen: Value[], seeds: number }} Draft */

/** Options that are shown side by side, at most; of more, the reader writes the values. */
const MOST_LISTED = 24;

/** @param {Field} field */
export const isListed = ({ type, options = [] }) =>
  type === 'choice' && options.length <= MOST_LISTED;

/** @returns {Draft} */
export const newDraft = () => ({ field: 'depth', text: '', chosen: [], seeds: 1 });

/** @param {Draft} draft */
export function fieldOf({ field: wanted }) {
  return /** @type {Field} */ (RUN_FIELDS.find(({ name }) => name === wanted));
}

/** The networks that a draft comes to, or why it comes to none.
 * @param {Draft} draft @param {RunConfig} config @param {Experiment} experiment
 * @param {import('../../ui/messages.js').Translate} t
 * @returns {{ networks: RunConfig[], problem: string }} */
export function copiesIn(draft, config, experiment, t) {
  const field = fieldOf(draft);
  const texts = draft.text.split(/[\s,;]+/).filter((text) => text !== '');
  const values = isListed(field) ? draft.chosen : texts.map((text) => parse(field, text));
  const wrong = values.indexOf(null);
  if (wrong >= 0) {
    const { options } = field;
    const among = options && `${options.slice(0, 3).join(', ')} … ${options.at(-1)}`;
    return { networks: [], problem: t('copyProblem', { value: texts[wrong], among }) };
  }
  const sweep = { field, values: /** @type {Value[]} */ (values), seeds: draft.seeds };
  const networks = copiesOf(experiment, config, sweep);
  if (values.length > 0 && networks.length === 0) return { networks, problem: t('copiesThere') };
  const most = MOST_RUNS - experiment.runs.length;
  if (networks.length > most) return { networks: [], problem: t('copiesTooMany', { most }) };
  return { networks, problem: '' };
}
