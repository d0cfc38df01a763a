/** The views of recorded runs: their tag, toggle, caption and table. */
import { html, nothing } from 'lit';
import { number } from '../../ui/format.js';
import { isOfCurves } from '../charts/axes.js';
import { againstOf } from '../charts/figures.js';
import { tickTable } from './tables.js';

/** @typedef {import('../view.js').View} View */

/** Beside every figure that has them. @param {View} view */
export function recordedTag({ lab, t }) {
  const rows = lab.reference.drawn;
  if (rows.length === 0) return nothing;
  const name = rows[0].run.facts?.data.name;
  const faded = lab.busy || lab.drawn.length > 0;
  return html`<span class="recorded-tag">${t(faded ? 'tagFaded' : 'tagRecorded', { name })}</span>`;
}

/** @param {View} view */
export function recordedToggle({ lab, t }) {
  const isOther = lab.recorded.length === 0 || lab.reference.isOfOtherData;
  if (isOther || lab.figure === 'layers') return nothing;
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    lab.reference.show(target.checked);
  return html`<label class="recorded-toggle">
    <input
      type="checkbox"
      name="recorded"
      .checked=${lab.reference.shown}
      @change=${onChange}
    />
    ${t(lab.figure === 'errors' && lab.reference.hasPapersTask ? 'showRecordedErrors' : 'showRecorded')}
  </label>`;
}

/** Which curves of the figure are recorded, and what of.
 * @param {string} own what is said of those that are trained here @param {View} view */
export function recordedCaption(own, { lab, t, lang }) {
  const { reference, drawn, busy } = lab;
  if (lab.figure === 'layers' || reference.drawn.length === 0) return own;
  const facts = reference.drawn.map(
    ({ run }) => /** @type {import('./run.js').Facts} */ (run.facts),
  );
  const [{ data, spec }] = facts;
  const epochs = [...new Set(facts.map(({ recipe }) => recipe.epochs))];
  const told = {
    ...{ count: facts.length, data: data.name, width: spec.width },
    images: number(lang, data.images),
    epochs: epochs.map((one) => number(lang, one)).join(t('or')),
    what: t(lab.figure === 'responses' ? 'figure_responses' : `what_${lab.figure}`),
    marks: reference.marks.length > 0 ? t('captionMarks') : '',
    shares: isOfCurves(lab) && againstOf(lab) === 'shares' ? t('captionShares') : '',
    own: own.replace(/^./, (first) => first.toLowerCase()),
  };
  const key = busy || drawn.length > 0 ? 'captionFaded' : 'captionRecorded';
  return t(lab.figure === 'responses' ? `${key}Responses` : key, told);
}

/** @param {View} view */
export function recordedTicks({ lab, t, lang }) {
  if (lab.reference.drawn.length === 0) return nothing;
  const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) =>
    lab.reference.showTicks(target.open);
  const data = lab.reference.drawn[0].run.facts?.data.name ?? '';
  return html`<details class="recorded-numbers" @toggle=${onToggle}>
    <summary>${t('recordedTicks')}</summary>
    ${lab.reference.ticksShown ? tickTable(lab.reference.drawn, { t, lang, data }) : nothing}
  </details>`;
}
