/** The view of one run's tools, a row below it in the table. */
import { html, nothing } from 'lit';
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { fieldsOf, RUN_FIELDS } from '../experiment.js';
import { valueText } from '../panel/panel.js';
import { copiesIn, fieldOf, isListed } from './copies.js';
import { isRecordable } from './format.js';
import { endOf } from './link-state.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('../experiment.js').Field} Field */
/** @typedef {import('../experiment.js').Value} Value */
/** @typedef {import('../view.js').View} View */

const MOST_SEEDS = 10;

/** @param {Row} row @param {View} view */
export function runTools(row, view) {
  const { lab, t } = view;
  const { config, name, run, hidden, imported, origin } = row;
  const last = !imported && lab.experiment.runs.length === 1;
  const onName = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    lab.runs.rename(config, target.value);
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
            @change=${() => lab.runs.hide(config, !hidden)}
          />
          ${t('onChart')}
        </label>
      </p>
      <p>
        <button ?disabled=${!isRecordable(run)} @click=${() => lab.exchange.saveRun(row)}>
          ${t('saveRun')}
        </button>
        ${
          imported && origin !== 'before'
            ? nothing
            : html`<button ?disabled=${!run.weights} @click=${() => lab.exchange.saveWeights(row)}>
                ${t('saveWeights')}
              </button>`
        }
        <button
          ?disabled=${(origin === 'before' && lab.busy) || (!imported && (lab.busy || last))}
          @click=${() => lab.tools.remove(row)}
        >
          ${t(imported ? 'deleteRun' : 'takeOut')}
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
  const { draft } = lab.tools;
  const { networks, problem } = copiesIn(draft, config, lab.experiment, t);
  const isOffered = (/** @type {Field} */ field) =>
    field.group === 'training' || fieldsOf(config).includes(field);
  const fields = RUN_FIELDS.filter((field) => field.type !== 'list' && isOffered(field));
  const onField = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    lab.tools.changeDraft({ field: fields[target.selectedIndex].name, text: '', chosen: [] });
  const onSeeds = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    lab.tools.changeDraft({ seeds: Number(target.value) });
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
        @click=${() => lab.tools.addCopies(networks)}
      >
        ${networks.length === 0 ? t('addCopies') : t('addSomeCopies', { count: networks.length })}
      </button>
    </fieldset>
  `;
}

/** @param {Field} field @param {View} view */
function valuesInput(field, view) {
  const { lab, t } = view;
  const { text, chosen } = lab.tools.draft;
  if (!isListed(field)) {
    const onText = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
      lab.tools.changeDraft({ text: target.value });
    return html`<label>
      ${t('copyValues')}
      <input name="copy-values" autocomplete="off" .value=${text} @input=${onText} />
    </label>`;
  }
  const toggle = (/** @type {Value} */ value) =>
    lab.tools.changeDraft({
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
