/** The view of the planner: the reader's limits, the button that measures, and the table of what fits. */
import { html, nothing } from 'lit';
import { mebibytes, number, percent } from '../../ui/format.js';
import { DEPTHS, isChosen, isLimit, MOST, WIDTHS } from './planner.js';

/** @typedef {import('./panel.js').View} View */
/** @typedef {import('./planner.js').Cell} Cell */

const LIMITS = /** @type {const} */ (['minutes', 'mebibytes']);

/** @param {View} view */
export function plannerView(view) {
  const { lab, t } = view;
  const { measuring, cells, error } = lab.planner;
  return html`
    <div class="fields">${LIMITS.map((name) => limit(name, view))}</div>
    <p>
      <button
        id="measure"
        ?disabled=${!lab.ready || measuring}
        @click=${() => lab.preparation.measureMachine()}
      >
        ${t(cells.length > 0 ? 'measureAgain' : 'measureMachine')}
      </button>
    </p>
    ${measuring ? html`<p class="note">${t('measuring')}</p>` : nothing}
    ${error ? html`<p class="note">${t('measureFailed')} <span lang="en">${error.message}</span></p>` : nothing}
    ${cells.length > 0 ? table(cells, view) : nothing}
  `;
}

/** @param {(typeof LIMITS)[number]} name @param {View} view */
function limit(name, { lab, t }) {
  const value = lab.planner.limits[name];
  const bad = !isLimit(name, value);
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    lab.preparation.setLimits({ [name]: target.value.trim() === '' ? NaN : Number(target.value) });
  return html`<label class="field">
    <span>${t(`plan_${name}`)}</span>
    <span class="control">
      <input
        name=${name}
        inputmode="decimal"
        autocomplete="off"
        aria-invalid=${bad}
        .value=${Number.isNaN(value) ? '' : String(value)}
        @change=${onChange}
      />
      <span class="unit">${t(`unit_${name}`)}</span>
    </span>
    ${bad ? html`<span class="problem">${t('problem_range', { min: 0, max: MOST[name] })}</span>` : nothing}
  </label>`;
}

/** @param {Cell[]} cells @param {View} view */
function table(cells, view) {
  const { lab, t, lang } = view;
  const count = cells[0].change.runs.length;
  return html`
    <table class="planner">
      <caption>
        ${t('planCaption', { count, images: number(lang, lab.experiment.images || 0) })}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('planDepth')}</th>
          ${WIDTHS.map((width) => html`<th scope="col">${t('planWidth', { width })}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${DEPTHS.map(
          (depth) => html`<tr>
            <th scope="row">${depth}</th>
            ${cells.filter((cell) => cell.depth === depth).map((cell) => cellView(cell, view))}
          </tr>`,
        )}
      </tbody>
    </table>
    <p class="note">${t('planNote', { spread: percent(lang, lab.planner.spread, 0) })}</p>
  `;
}

/** @param {Cell} cell @param {View} view */
function cellView(cell, { lab, t, lang }) {
  const { depth, width, lacks, bytes, change } = cell;
  const memory = mebibytes(lang, bytes);
  if (lacks) return html`<td class="lacks">${t(`planLacks_${lacks}`)}<small>${memory}</small></td>`;
  return html`<td>
    <button aria-pressed=${isChosen(lab.experiment, cell)} @click=${() => lab.change(change)}>
      <span class="unseen">${t('planCell', { depth, width })}</span>
      ${number(lang, cell.epochs)}
      <span class="unseen">${t('planEpochs')}</span>
      <small>${memory}</small>
    </button>
  </td>`;
}
