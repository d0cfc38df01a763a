/** The view of training: from recorded weights or from nothing, and how far it has come. */
import { html, nothing } from 'lit';
import { number, percent } from '../../ui/format.js';
import { FEW, STAGES, stagesFor } from './recipes.js';
import { LEAST_IMAGES } from './set-view.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('../data/data.js').Facts} Facts */

/** @param {View} view @param {Facts} facts */
export function trainView(view, facts) {
  const { element, t, lang } = view;
  const { lab, stages } = element;
  const isFew = stagesFor(facts) > 0;
  const canTrain = lab && !lab.busy && facts.images >= LEAST_IMAGES;
  const onStages = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.freeze(STAGES[target.selectedIndex]);
  return html`<h3>${t('trainTitle')}</h3>
    <p class="controls">
      <button
        class="primary"
        id="fine-tune"
        ?disabled=${!canTrain}
        @click=${() => element.train('fineTune')}
      >
        ${t('fineTune')}
      </button>
      <label>
        ${t('frozen')}
        <select name="stages" ?disabled=${!canTrain} @change=${onStages}>
          ${STAGES.map((one) => html`<option .selected=${one === stages}>${one}</option>`)}
        </select>
      </label>
    </p>
    <p class="muted">${t(isFew ? 'whyFew' : 'whyMany', { few: number(lang, FEW) })}</p>
    <p>
      <button
        id="from-nothing"
        ?disabled=${!canTrain}
        @click=${() => element.train('fromNothing')}
      >
        ${t('fromNothing')}
      </button>
    </p>
    ${lab?.busy ? progress(view, lab) : nothing}`;
}

/** @param {View} view @param {import('../../lab/lab.js').ResiduaLab} lab that is training */
function progress({ element, t, lang }, lab) {
  const running = lab.rows.filter(({ run }) => run.training);
  return html`<div class="box" role="status">
    ${running.map(({ name, run: { tick, testError } }) =>
      tick
        ? html`<p>
              ${t('training', {
                name,
                epoch: number(lang, Math.min(Math.floor(tick.epoch) + 1, tick.epochs)),
                epochs: number(lang, tick.epochs),
                error: testError === undefined ? '' : percent(lang, testError),
              })}
            </p>
            <progress max=${tick.steps} .value=${tick.step} aria-label=${name}></progress>`
        : nothing,
    )}
    <p class="controls">
      <button @click=${() => element.actions?.showChart()}>${t('showChart')}</button>
      <button @click=${() => lab.stop()}>${t('stop')}</button>
    </p>
  </div>`;
}
