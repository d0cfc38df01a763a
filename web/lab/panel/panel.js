/** The view of the panel: the controls, made from the table of fields. */
import { html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { mebibytes, number } from '../../ui/format.js';
import {
  FIELDS,
  fieldsOf,
  MOST_RUNS,
  NETWORK_FIELDS,
  parse,
  problemOf,
  read,
  valueIn,
} from '../experiment.js';
import { roughly } from '../time-left.js';
import { plannerView } from './planner-view.js';
import { PRESETS, TIMED } from './presets.js';

/** @typedef {import('../experiment.js').Field} Field */
/** @typedef {import('../lab.js').ResiduaLab} ResiduaLab */
/** @typedef {{ lab: ResiduaLab, t: import('../../ui/messages.js').Translate, lang: string }} View */

const GROUPS = /** @type {const} */ (['network', 'training', 'data', 'machine']);

/** @param {View} view */
export function panel(view) {
  const { lab, t } = view;
  return html`
    <div class="panel-head">
      <h2 id="panel-title" tabindex="-1">${t('panel')}</h2>
      <button class="quiet" @click=${() => lab.panel.close()}>${t('closePanel')}</button>
    </div>
    ${lab.busy ? html`<p class="note">${t('locked')}</p>` : nothing}
    ${GROUPS.map(
      (group) => html`
        <section class="group" id=${group} aria-labelledby=${`${group}-title`}>
          <div class="group-head">
            <h3 id=${`${group}-title`} tabindex="-1">${t(`group_${group}`)}</h3>
            ${
              group === 'machine'
                ? nothing
                : html`<span class="paper-head" aria-hidden="true">${t('paperHead')}</span>`
            }
          </div>
          <fieldset ?disabled=${lab.busy} aria-labelledby=${`${group}-title`}>
            ${group === 'network' ? networks(view) : sharedFields(group, view)}
          </fieldset>
          ${group === 'data' ? dataNotes(view) : nothing}
          ${group === 'machine' ? machineNotes(view) : nothing}
        </section>
      `,
    )}
    <section class="group" id="planner" aria-labelledby="planner-title">
      <div class="group-head">
        <h3 id="planner-title" tabindex="-1">${t('group_planner')}</h3>
      </div>
      <fieldset ?disabled=${lab.busy} aria-labelledby="planner-title">
        ${plannerView(view)}
      </fieldset>
    </section>
  `;
}

/** @param {View} view */
function networks(view) {
  const { lab, t } = view;
  const { runs } = lab.experiment;
  return html`
    <ul class="networks">
      ${lab.rows.map((row, index) => network(row, index, view))}
    </ul>
    <button ?disabled=${runs.length >= MOST_RUNS} @click=${() => lab.panel.addRun()}>
      + ${t('addRun')}
    </button>
    <button class="quiet" @click=${() => lab.panel.reset()}>${t('reset')}</button>
    ${runs.length > 1 ? forAll(view) : nothing}
    <p class="presets" role="group" aria-label=${t('presets')}>
      <span>${t('presets')}</span>
      ${PRESETS.map(
        (preset) => html`<button @click=${() => lab.panel.usePreset(preset)}>
          ${presetName(preset, view)}
        </button>`,
      )}
    </p>
  `;
}

/** @param {import('./presets.js').Preset} preset @param {View} view */
function presetName(preset, { lab, t, lang }) {
  const seconds = lab.preparation.presetSeconds;
  if (preset !== TIMED || seconds === undefined) return t(`preset_${preset.id}`);
  return t('preset_fastIn', { time: roughly(seconds, lang, t) });
}

/** One value for all networks. @param {View} view */
function forAll(view) {
  const { lab, t } = view;
  const { runs } = lab.experiment;
  const fields = NETWORK_FIELDS.filter(
    (field) => !field.optional && runs.some((run) => fieldsOf(run).includes(field)),
  );
  const field = fields.find(({ name }) => name === lab.panel.allField) ?? fields[0];
  const onField = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    lab.panel.chooseField(fields[target.selectedIndex].name);
  return html`<p class="for-all" role="group" aria-label=${t('forAll')}>
    <label>
      ${t('forAll')}
      <select name="all-field" aria-label=${t('copyField')} @change=${onField}>
        ${fields.map(
          (one) => html`<option .selected=${one === field}>${t(`field_${one.name}`)}</option>`,
        )}
      </select>
    </label>
    <label>${t('copyValues')} ${valueForAll(field, view)}</label>
  </p>`;
}

/** @param {import('../runs/rows.js').Row} row @param {number} index @param {View} view */
function network({ config, name, color }, index, view) {
  const { lab, t } = view;
  const open = lab.panel.openRun === index;
  const change = (/** @type {Field} */ { name: key }, /** @type {unknown} */ value) =>
    lab.panel.changeRun(index, { [key]: value });
  return html`
    <li style=${`--line: ${color}`}>
      <div class="row">
        <button
          class="name"
          aria-expanded=${open}
          aria-label=${t('editRun', { name })}
          @click=${() => lab.panel.toggleRun(index)}
        >
          <span class="swatch"></span>${name}<span class="hint" aria-hidden="true"
            >${open ? '▴' : '▾'}</span
          >
        </button>
        <button
          class="remove"
          aria-label=${t('removeRun', { name })}
          ?disabled=${lab.experiment.runs.length === 1}
          @click=${() => lab.panel.removeRun(index)}
        >
          ×
        </button>
      </div>
      ${
        open
          ? html`<div class="fields">
            ${fieldsOf(config).map((field) => control(field, config, change, view))}
          </div>`
          : nothing
      }
    </li>
  `;
}

/** What all have; nothing is chosen where they differ. @param {Field} field @param {View} view */
function valueForAll(field, view) {
  const { lab } = view;
  const values = new Set(lab.experiment.runs.map((run) => valueIn(run, field)));
  const [value] = values.size === 1 ? values : [undefined];
  const onChange = (/** @type {{ target: HTMLInputElement | HTMLSelectElement }} */ { target }) => {
    const parsed = parse(field, target.value.trim());
    if (parsed !== null) lab.panel.setAll(field, parsed);
  };
  if (field.type !== 'choice') {
    return html`<input
      name="all-value"
      inputmode="decimal"
      autocomplete="off"
      .value=${value === undefined ? '' : String(value)}
      @change=${onChange}
    />`;
  }
  return html`<select name="all-value" @change=${onChange}>
    ${value === undefined ? html`<option value="" .selected=${true}>–</option>` : nothing}
    ${optionsOf(field, value, view)}
  </select>`;
}

/** There are 200 depths: they are made again only where they change.
 * @param {Field} field @param {import('../experiment.js').Value | undefined} value @param {View} view */
function optionsOf(field, value, view) {
  return guard([field, value, view.lang, view.lab.source], () =>
    field.options?.map(
      (option) => html`<option value=${option} .selected=${option === value}>
        ${valueText(field, option, view)}
      </option>`,
    ),
  );
}

/** @param {Field['group']} group @param {View} view */
function sharedFields(group, view) {
  const { lab } = view;
  const fields = FIELDS.filter((field) => field.group === group);
  const change = (/** @type {Field} */ { name }, /** @type {unknown} */ value) =>
    lab.panel.edit({ [name]: value });
  return html`<div class="fields">
    ${fields.map((field) => control(field, lab.experiment, change, view))}
  </div>`;
}

/** One field: its name, the control with its unit, the paper's value.
 * @param {Field} field @param {object} config
 * @param {(field: Field, value: unknown) => void} change @param {View} view */
function control(field, config, change, view) {
  const { t } = view;
  const problem = problemOf(field, valueIn(config, field));
  const input = field.type === 'choice' ? choiceInput : textInput;
  const { min, max } = field;
  return html`
    <label class="field">
      <span>${t(`field_${field.name}`)}</span>
      <span class="control">${input(field, config, change, view)} ${unit(field, t)}</span>
      ${paper(field, config, view)}
      ${
        problem
          ? html`<span class="problem">${t(`problem_${problem}`, { min, max })}</span>`
          : nothing
      }
    </label>
  `;
}

/** @param {Field} field @param {object} config
 * @param {(field: Field, value: unknown) => void} change @param {View} view */
function choiceInput(field, config, change, view) {
  const options = field.options ?? [];
  const value = valueIn(config, field);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    change(field, options[target.selectedIndex]);
  return html`
    <select name=${field.name} @change=${onChange}>
      ${optionsOf(field, value, view)}
    </select>
  `;
}

/** @param {Field} field @param {object} config
 * @param {(field: Field, value: unknown) => void} change */
function textInput(field, config, change) {
  const value = valueIn(config, field);
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    change(field, read(field, target.value.trim()));
  return html`<input
    name=${field.name}
    inputmode=${field.type === 'name' ? 'text' : 'decimal'}
    autocomplete="off"
    aria-invalid=${problemOf(field, value) !== null}
    .value=${Number.isNaN(value) ? '' : String(value)}
    @change=${onChange}
  />`;
}

/** @param {Field} field @param {import('../../ui/messages.js').Translate} t */
function unit({ name }, t) {
  const units = ['depth', 'width', 'batchSize', 'images', 'testImages'];
  return units.includes(name) ? html`<span class="unit">${t(`unit_${name}`)}</span>` : nothing;
}

/** @param {Field} field @param {object} config @param {View} view */
function paper(field, config, view) {
  const values = field.paper === undefined ? [] : [field.paper].flat();
  if (values.length === 0) return nothing;
  // The reader's own images stand in the place of CIFAR-10, which the paper's are.
  const isData = field.name === 'data';
  const isOther = isData && view.lab.source && view.lab.source.name !== 'CIFAR-10';
  const same = values.includes(valueIn(config, field)) && !isOther;
  const ends = values.length > 1 ? [values[0], values[values.length - 1]] : values;
  const value = isData
    ? view.t('data_cifar10')
    : ends.map((one) => valueText(field, one, view)).join('–');
  return html`<span class=${`paper ${same ? 'same' : ''}`}>
    <span class="unseen">${view.t('paper')}</span>${same ? '✓ ' : ''}${value}
  </span>`;
}

/** @param {Field} field @param {import('../experiment.js').Value} value @param {View} view */
export function valueText({ name, type }, value, { t, lang, lab }) {
  if (name === 'data' && value === 'cifar10' && lab.source) return lab.source.name;
  if (typeof value === 'string') return t(`${name}_${value}`);
  if (typeof value === 'boolean') return t(value ? 'switch_on' : 'switch_off');
  return type === 'integer' ? number(lang, Number(value)) : String(value);
}

/** @param {View} view */
function dataNotes({ lab, t }) {
  return html`
    ${
      lab.experiment.data === 'synthetic'
        ? html`<p class="note">${t('syntheticNote')}</p>`
        : nothing
    }
    <slot name="data"></slot>
  `;
}

/** @param {View} view */
function machineNotes({ lab, t, lang }) {
  const { engine, preparation } = lab;
  const { planned } = preparation;
  const size = (/** @type {number} */ bytes) => mebibytes(lang, bytes);
  const memory = planned && {
    total: size(planned.networks + planned.images),
    networks: size(planned.networks),
    images: size(planned.images),
  };
  return html`
    <p class="note" id="engine">
      ${
        engine
          ? t('engine', { tier: t(`tier_${engine.tier}`), threads: engine.threads })
          : t(lab.error ? 'engineMissing' : 'enginePending')
      }
    </p>
    <p class="note" id="memory">${memory ? t('memory', memory) : t('memoryUnknown')}</p>
    ${globalThis.crossOriginIsolated ? nothing : html`<p class="note">${t('noThreads')}</p>`}
    <slot name="machine"></slot>
  `;
}
