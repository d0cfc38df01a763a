/** What can be done with one run: the line below it in the table. */
import { html, nothing } from 'lit';
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { copiesOf, fieldsOf, MOST_RUNS, parse, RUN_FIELDS } from '../experiment.js';
import { valueText } from '../panel/panel.js';
import { isRecordable } from './files.js';
import { endOf } from './link-state.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('../experiment.js').Field} Field */
/** @typedef {import('../experiment.js').Value} Value */
/** @typedef {import('../view.js').View} View */

/** Copies that the reader is about to make: which field, with which values, so many seeds.
 * @typedef {{ field: string, text: string, chosen: Value[], seeds: number }} Draft */

/** @returns {Draft} */
export const newDraft = () => ({ field: 'depth', text: '', chosen: [], seeds: 1 });

const MOST_SEEDS = 10;

/** @param {Row} row @param {View} view */
export function runTools(row, view) {
  const { lab, t } = view;
  const { config, name, run, hidden, imported } = row;
  const last = !imported && lab.experiment.runs.length === 1;
  const onName = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    lab.renameRun(config, target.value);
  return html`
    <div class="run-tools" role="group" aria-label=${t('toolsOf', { name })}>
      <p>
        <label>
          ${t('runName')}
          <input name="run-name" maxlength=${LONGEST_NAME} .value=${name} @change=${onName} />
        </label>
        <label>
          <input
            type="checkbox"
            name="on-chart"
            .checked=${!hidden}
            @change=${() => lab.hideRun(config, !hidden)}
          />
          ${t('onChart')}
        </label>
      </p>
      <p>
        <button ?disabled=${!isRecordable(run)} @click=${() => lab.saveRun(row)}>
          ${t('saveRun')}
        </button>
        ${
          imported
            ? nothing
            : html`<button ?disabled=${!run.weights} @click=${() => lab.saveWeights(row)}>
                ${t('saveWeights')}
              </button>`
        }
        <button
          ?disabled=${!imported && (lab.busy || last)}
          @click=${() => lab.deleteRun(config)}
        >
          ${t('deleteRun')}
        </button>
      </p>
      ${digest(run, view)} ${copies(row, view)}
    </div>
  `;
}

/** @param {Row['run']} run @param {View} view */
function digest(run, { t }) {
  const ended = endOf(run);
  if (!ended) return nothing;
  return html`<p class="digest">${t('digest', { ...ended, tier: t(`tier_${ended.tier}`) })}</p>`;
}

/** Duplicates with one change, or a sweep. @param {Row} row @param {View} view */
function copies({ config, name }, view) {
  const { lab, t } = view;
  const { draft } = lab;
  const { networks, problem } = copiesIn(draft, config, lab, t);
  const fields = RUN_FIELDS.filter(
    (field) => field.group === 'training' || fieldsOf(config).includes(field),
  );
  const onField = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    lab.changeDraft({ field: fields[target.selectedIndex].name, text: '', chosen: [] });
  const onSeeds = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    lab.changeDraft({ seeds: Number(target.value) });
  return html`
    <fieldset class="copies" ?disabled=${lab.busy}>
      <legend>${t('copiesOf', { name })}</legend>
      <label>
        ${t('copyField')}
        <select name="copy-field" @change=${onField}>
          ${fields.map(
            (field) => html`<option value=${field.name} .selected=${field.name === draft.field}>
              ${t(`field_${field.name}`)}
            </option>`,
          )}
        </select>
      </label>
      ${valuesInput(fieldOf(draft), view)}
      ${
        draft.field === 'seed'
          ? nothing
          : html`<label>
              ${t('copySeeds')}
              <select name="copy-seeds" @change=${onSeeds}>
                ${Array.from(
                  { length: MOST_SEEDS },
                  (_, i) => html`<option value=${i + 1} .selected=${i + 1 === draft.seeds}>
                    ${i + 1}
                  </option>`,
                )}
              </select>
            </label>`
      }
      ${problem ? html`<p class="problem">${problem}</p>` : nothing}
      <button
        class="add-copies"
        ?disabled=${networks.length === 0}
        @click=${() => lab.addCopies(networks)}
      >
        ${networks.length === 0 ? t('addCopies') : t('addSomeCopies', { count: networks.length })}
      </button>
    </fieldset>
  `;
}

/** @param {Draft} draft */
function fieldOf({ field: wanted }) {
  return /** @type {Field} */ (RUN_FIELDS.find(({ name }) => name === wanted));
}

/** @param {Field} field @param {View} view */
function valuesInput(field, view) {
  const { lab, t } = view;
  const { text, chosen } = lab.draft;
  if (field.type !== 'choice') {
    const onText = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
      lab.changeDraft({ text: target.value });
    return html`<label>
      ${t('copyValues')}
      <input name="copy-values" autocomplete="off" .value=${text} @input=${onText} />
    </label>`;
  }
  const toggle = (/** @type {Value} */ value) =>
    lab.changeDraft({
      chosen: chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value],
    });
  return html`<div class="values" role="group" aria-label=${t('copyValues')}>
    ${field.options?.map(
      (value) => html`<label>
        <input
          type="checkbox"
          value=${value}
          .checked=${chosen.includes(value)}
          @change=${() => toggle(value)}
        />
        ${valueText(field, value, view)}
      </label>`,
    )}
  </div>`;
}

/** The networks that the draft comes to, or why it does not.
 * @param {Draft} draft @param {Row['config']} config @param {View['lab']} lab
 * @param {View['t']} t @returns {{ networks: Row['config'][], problem: string }} */
function copiesIn(draft, config, { experiment }, t) {
  const field = fieldOf(draft);
  const texts = draft.text.split(/[\s,;]+/).filter((text) => text !== '');
  const values = field.type === 'choice' ? draft.chosen : texts.map((text) => parse(field, text));
  const wrong = values.indexOf(null);
  if (wrong >= 0) return { networks: [], problem: t('copyProblem', { value: texts[wrong] }) };
  const sweep = { field, values: /** @type {Value[]} */ (values), seeds: draft.seeds };
  const networks = copiesOf(experiment, config, sweep);
  if (values.length > 0 && networks.length === 0) return { networks, problem: t('copiesThere') };
  const most = MOST_RUNS - experiment.runs.length;
  if (networks.length > most) return { networks: [], problem: t('copiesTooMany', { most }) };
  return { networks, problem: '' };
}
