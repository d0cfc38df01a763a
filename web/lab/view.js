/** The view of the whole workbench. A view reads state and changes none. */
import { html, nothing } from 'lit';
import { fileButton } from '../ui/file-button.js';
import { clock } from '../ui/format.js';
import { notice } from '../ui/notice.js';
import { troubleOf } from './announcements.js';
import { figureView } from './charts/figure-view.js';
import { tellGradients } from './charts/gradients.js';
import { tellResponses } from './charts/responses.js';
import { panel } from './panel/panel.js';
import { obstacleTo, syntheticPart } from './readiness.js';
import { interruptedView, keepingNotes } from './runs/recovery-view.js';
import { recordedTicks } from './runs/reference-view.js';
import { reproduction } from './runs/reproduction-view.js';
import { runTable, tickTable } from './runs/tables.js';
import { summary } from './summary.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */
/** @typedef {{ lab: ResiduaLab, t: import('../ui/messages.js').Translate, lang: string }} View */

const RUN_FILES = { name: 'runs', accept: '.json', multiple: true, quiet: true };

/** @param {View} view */
export function labView(view) {
  const { lab, t } = view;
  const onKey = (/** @type {KeyboardEvent} */ { key }) => {
    if (key === 'Escape' && lab.layout.wide) lab.panel.close();
  };
  return html`
    <div class="lab" part="lab">
      <div class="title"><slot name="title"></slot>${interruptedView(view)}</div>
      <div class="right">
        ${figureView(view)}
        <div class="runs" part="runs">
          ${notices(view)} ${callout(view)} ${runTable(lab.runs.all, view)}
          ${reproduction(view)} ${chooser(view)}
          ${ticks(view)} ${recordedTicks(view)}
        </div>
      </div>
      <div class="story" ?hidden=${lab.panel.isOpen && lab.layout.wide}><slot></slot></div>
      <dialog
        class=${lab.layout.wide ? 'beside' : 'sheet'}
        part="panel"
        aria-labelledby="panel-title"
        @cancel=${() => lab.panel.close()}
        @keydown=${onKey}
      >
        ${panel(view)}
      </dialog>
      <div class="actions" part="actions">
        ${lab.state === 'idle' ? start(view) : steer(view)}
        ${
          lab.panel.isOpen
            ? nothing
            : html`<button id="change" class="quiet" @click=${() => lab.panel.open()}>
                ${t('change')}
              </button>`
        }
      </div>
      <div class="below" ?hidden=${lab.panel.isOpen && lab.layout.wide}><slot name="more"></slot></div>
      <p class="said" aria-live="polite">${lab.said}</p>
    </div>
  `;
}

/** The ways to hand the experiment on, and to bring runs without dropping them.
 * @param {View} view */
function chooser({ lab, t }) {
  return html`<p class="chooser">
    ${fileButton(t('openRuns'), (files) => void lab.exchange.open(files), RUN_FILES)}
    <button class="quiet" @click=${() => lab.link.copy()}>
      ${t(lab.link.shown?.copied ? 'linkCopied' : 'copyLink')}
    </button>
    ${lab.link.shown && !lab.link.shown.copied ? linkByHand(lab.link.shown.address, t) : nothing}
  </p>`;
}

/** @param {string} address @param {View['t']} t */
function linkByHand(address, t) {
  const onFocus = (/** @type {{ target: HTMLInputElement }} */ { target }) => target.select();
  return html`<label class="by-hand">
    ${t('linkByHand')}
    <input
      name="link"
      readonly
      aria-label=${t('linkAddress')}
      .value=${address}
      @focus=${onFocus}
    />
  </label>`;
}

/** @param {View} view */
function start({ lab, t }) {
  const { due } = lab.runs;
  const again = due.every(({ run }) => run.state === 'finished');
  return html`<button class="primary" ?disabled=${!lab.ready} @click=${() => lab.train()}>
    ${again ? t('trainAgain') : t('train', { count: due.length })}
  </button>`;
}

/** @param {View} view */
function steer({ lab, t }) {
  const { state } = lab;
  const due = lab.rows.filter(({ run }) => run.training || run.state === 'waiting');
  const left = Math.max(...due.map(({ run }) => run.timeLeft ?? NaN));
  return html`
    ${
      state === 'paused'
        ? html`<button class="primary" @click=${() => lab.resume()}>${t('resume')}</button>`
        : html`<button
            class="primary"
            ?disabled=${state === 'starting'}
            @click=${() => lab.pause()}
          >
            ${t('pause')}
          </button>`
    }
    <button @click=${() => lab.stop()}>${t('stop')}</button>
    ${
      Number.isFinite(left)
        ? html`<span class="left">${t('timeLeft', { time: clock(left) })}</span>`
        : nothing
    }
  `;
}

/** @param {View} view */
function notices(view) {
  const { lab, t } = view;
  const { failure } = lab;
  const obstacle = obstacleTo(lab);
  if (failure?.error.code === 'NO_SIMD') return noSimd(view);
  const troubles = lab.rows.flatMap(({ name, run }) => {
    const lead = troubleOf(name, run, t);
    return lead ? [notice(lead, run.state === 'diverged' ? '' : run.error?.message)] : [];
  });
  return html`
    ${failure ? notice(t(`failed_${failure.doing}`), failure.error.message) : nothing}
    ${obstacle && !lab.busy ? notice(obstacle) : nothing} ${troubles}
    ${keepingNotes(view)} ${lab.exchange.refused.map(({ name, error }) => notice(t('runRefused', { name }), error.message))}
  `;
}

/** @param {View} view */
function noSimd({ lab, t }) {
  return html`<div class="box notice" role="alert">
    <p><b>${t('noSimdTitle')}</b></p>
    <p>${t('noSimd')}</p>
    <p>
      <button @click=${() => lab.change({ tier: 'scalar' })}>${t('tryScalar')}</button>
    </p>
  </div>`;
}

/** What the figure at hand shows. @param {View} view */
function toldOf({ lab, t, lang }) {
  if (lab.figure === 'layers') return { told: tellGradients(lab.rows, { t, lang }), caveat: '' };
  const { told, caveat } = summary(lab.rows, { t, lang, synthetic: lab.isSynthetic });
  const responses = lab.figure === 'responses' ? tellResponses(lab.rows, { t, lang }) : [];
  return { told: [...responses, ...told], caveat };
}

/** @param {View} view */
function callout(view) {
  const { lab, t } = view;
  if (lab.busy) return nothing;
  const { told, caveat } = toldOf(view);
  if (told.length === 0) return nothing;
  return html`<section class="box callout" part="callout" aria-label=${t('happenedTitle')}>
    <p>${told.join(' ')}</p>
    ${caveat ? html`<p class="caveat">${caveat}</p>` : nothing}
  </section>`;
}

/** @param {View} view */
function ticks({ lab, t, lang }) {
  const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) =>
    lab.showTicks(target.open);
  const synthetic = syntheticPart(lab);
  const data = synthetic === 'none' ? lab.dataName : t(`synthetic_${synthetic}`);
  return html`<details class="numbers" @toggle=${onToggle}>
    <summary>${t('ticks')}</summary>
    ${lab.ticksShown ? tickTable(lab.drawn, { t, lang, data }) : nothing}
  </details>`;
}
