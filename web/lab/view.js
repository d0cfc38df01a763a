/** What the workbench shows. */
import { html, nothing } from 'lit';
import { clock, number } from '../ui/format.js';
import { tellResponses } from './charts/responses.js';
import { panel } from './panel/panel.js';
import { interruptedView, keepingNotes } from './runs/interrupted-view.js';
import {
  recordedCaption,
  recordedTag,
  recordedTicks,
  recordedToggle,
} from './runs/reference-view.js';
import { reproduction } from './runs/reproduction.js';
import { runTable, tickTable } from './runs/tables.js';
import { summary } from './summary.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */
/** @typedef {{ lab: ResiduaLab, t: import('../ui/messages.js').Translate, lang: string }} View */

const FIGURES = /** @type {const} */ (['errors', 'layers', 'responses']);
const CAPTIONS = { errors: 'caption', layers: 'captionLayers', responses: 'captionResponses' };

/** @param {View} view */
export function labView(view) {
  const { lab, t } = view;
  const onKey = (/** @type {KeyboardEvent} */ { key }) => {
    if (key === 'Escape' && lab.wide) lab.closePanel();
  };
  return html`
    <div class="lab" part="lab">
      <div class="title"><slot name="title"></slot>${interruptedView(view)}</div>
      <div class="right">
        ${figure(view)}
        <div class="runs" part="runs">
          ${notices(view)} ${callout(view)} ${runTable(lab.allRows, view)}
          ${reproduction(view)} ${chooser(view)}
          ${ticks(view)} ${recordedTicks(view)}
        </div>
      </div>
      <div class="story" ?hidden=${lab.panelOpen && lab.wide}><slot></slot></div>
      <dialog
        class=${lab.wide ? 'beside' : 'sheet'}
        part="panel"
        aria-labelledby="panel-title"
        @cancel=${() => lab.closePanel()}
        @keydown=${onKey}
      >
        ${panel(view)}
      </dialog>
      <div class="actions" part="actions">
        ${lab.state === 'idle' ? start(view) : steer(view)}
        ${
          lab.panelOpen
            ? nothing
            : html`<button id="change" class="quiet" @click=${() => lab.openPanel()}>
                ${t('change')}
              </button>`
        }
      </div>
      <div class="below" ?hidden=${lab.panelOpen && lab.wide}><slot name="more"></slot></div>
      <p class="said" aria-live="polite">${lab.said}</p>
    </div>
  `;
}

/** @param {View} view */
function figure(view) {
  const { lab, t } = view;
  const { synthetic } = lab;
  const empty = lab.drawn.length === 0;
  const recorded = lab.figure !== 'layers' && lab.recordedDrawn.length > 0;
  return html`
    <figure class="figure" part="figure">
      <div class="chart" style=${`--chart-height: ${lab.chartHeight}px`}>
        <div
          class="plot"
          tabindex=${empty ? nothing : 0}
          role=${empty ? nothing : 'application'}
          aria-roledescription=${empty ? nothing : t('cursorKind')}
          aria-label=${empty ? nothing : t('cursorLabel')}
          @keydown=${lab.onChartKey}
          @focus=${lab.onChartFocus}
          @blur=${lab.leaveChart}
          @pointermove=${lab.onChartPointer}
          @pointerleave=${lab.leaveChart}
        ></div>
        <div class="cursor" aria-hidden="true"></div>
        <p class="tags">
          ${
            synthetic === 'none' || (empty && recorded)
              ? nothing
              : html`<span class="tag">${t(`synthetic_${synthetic}`)}</span>`
          }
          ${recorded ? recordedTag(view) : nothing}
        </p>
        ${empty && !recorded ? html`<p class="empty ${lab.figure}">${t('waitingChart')}</p>` : nothing}
      </div>
      <figcaption><b>${t('figure')}</b> ${captionOf(view)}</figcaption>
      <div class="figure-choices">${figureKinds(view)} ${recordedToggle(view)}</div>
      ${empty ? nothing : figureTools(view)}
    </figure>
  `;
}

/** What the figure shows. @param {View} view */
export function captionOf({ lab, t, lang }) {
  const { runs, images, testImages } = lab.experiment;
  const widths = new Set(runs.map(({ width }) => width));
  const own = t(CAPTIONS[lab.figure], {
    count: runs.length,
    widths: widths.size === 1 ? t('captionWidth', { width: [...widths][0] }) : '',
    images: number(lang, images || 0),
    testImages: number(lang, testImages || 0),
    data: lab.isSynthetic ? t('synthetic') : lab.dataName,
  });
  const others = lab.drawn.filter(({ imported }) => imported).map((row) => originOf(row, t, lang));
  const told = [
    recordedCaption(own, { lab, t, lang }),
    ...(others.length > 0 ? [t('captionFiles', { runs: others.join('; ') })] : []),
    ...(lab.overSeeds && lab.haveSeeds ? [t('captionSeeds')] : []),
  ];
  return told.join(' ');
}

/** Where a run from a file comes from. @param {import('./runs/rows.js').Row} row
 * @param {View['t']} t @param {string} lang */
function originOf({ name, run }, t, lang) {
  const { data, recipe } = /** @type {import('./session.js').Facts} */ (run.facts);
  return t('origin', {
    name,
    epochs: number(lang, recipe.epochs),
    images: number(lang, data.images),
    data: data.synthetic ? t('synthetic') : data.name,
  });
}

/** @param {View} view */
function figureKinds({ lab, t }) {
  return html`<div class="kinds" role="radiogroup" aria-label=${t('figureShows')}>
    <span>${t('figureShows')}</span>
    ${FIGURES.map(
      (kind) => html`<label>
        <input
          type="radio"
          name="figure"
          value=${kind}
          .checked=${lab.figure === kind}
          @change=${() => {
            lab.figure = kind;
          }}
        />
        ${t(`figure_${kind}`)}
      </label>`,
    )}
  </div>`;
}

/** @param {View} view */
function figureTools({ lab, t }) {
  const onSeeds = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    lab.showOverSeeds(target.checked);
  return html`<p class="figure-tools">
    ${
      lab.haveSeeds
        ? html`<label>
            <input
              type="checkbox"
              name="over-seeds"
              .checked=${lab.overSeeds}
              @change=${onSeeds}
            />
            ${t('overSeeds')}
          </label>`
        : nothing
    }
    <button class="quiet" @click=${() => lab.saveFigure('svg')}>${t('saveSvg')}</button>
    <button class="quiet" @click=${() => lab.saveFigure('png')}>${t('savePng')}</button>
    <button class="quiet" @click=${() => lab.saveNumbers()}>${t('saveCsv')}</button>
  </p>`;
}

/** The ways to hand the experiment on, and to bring runs without dropping them.
 * @param {View} view */
function chooser({ lab, t }) {
  const onChange = (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    void lab.openRuns([...(target.files ?? [])]);
    target.value = '';
  };
  const choose = (/** @type {{ target: HTMLElement }} */ { target }) =>
    /** @type {HTMLElement} */ (target.nextElementSibling).click();
  return html`<p class="chooser">
    <button class="quiet" @click=${choose}>${t('openRuns')}</button
    ><input type="file" name="runs" accept=".json" multiple hidden @change=${onChange} />
    <button class="quiet" @click=${() => lab.copyLink()}>
      ${t(lab.link?.copied ? 'linkCopied' : 'copyLink')}
    </button>
    ${lab.link && !lab.link.copied ? linkByHand(lab.link.address, t) : nothing}
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
  const { due } = lab;
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
  if (failure?.error.code === 'NO_SIMD') return noSimd(view);
  const troubles = lab.rows.flatMap(({ name, run }) => {
    const lead = troubleOf(name, run, t);
    return lead ? [notice(lead, run.state === 'diverged' ? '' : run.error?.message)] : [];
  });
  return html`
    ${failure ? notice(t(`failed_${failure.doing}`), failure.error.message) : nothing}
    ${lab.obstacle && !lab.busy ? notice(lab.obstacle) : nothing} ${troubles}
    ${keepingNotes(view)} ${lab.refused.map(({ name, error }) => notice(t('runRefused', { name }), error.message))}
  `;
}

/** What went wrong with a run, if anything did. @param {string} name
 * @param {import('./session.js').Run} run @param {import('../ui/messages.js').Translate} t */
export function troubleOf(name, { state, error }, t) {
  if (state === 'diverged') return t('leadDiverged', { name });
  if (state !== 'failed') return null;
  const noMemory = /** @type {any} */ (error)?.code === 'NO_MEMORY';
  return t(noMemory ? 'leadMemory' : 'leadFailed', { name });
}

/** @param {string} lead @param {string} [detail] in the words of the engine */
function notice(lead, detail) {
  return html`<div class="notice" role="alert">
    <p>${lead}</p>
    ${detail ? html`<p class="detail" lang="en">${detail}</p>` : nothing}
  </div>`;
}

/** @param {View} view */
function noSimd({ lab, t }) {
  return html`<div class="notice" role="alert">
    <p><b>${t('noSimdTitle')}</b></p>
    <p>${t('noSimd')}</p>
    <p>
      <button @click=${() => lab.change({ tier: 'scalar' })}>${t('tryScalar')}</button>
    </p>
  </div>`;
}

/** @param {View} view */
function callout({ lab, t, lang }) {
  if (lab.busy) return nothing;
  const { images } = lab.experiment;
  const { told, caveat } = summary(lab.rows, { t, lang, synthetic: lab.isSynthetic, images });
  if (lab.figure === 'responses') told.unshift(...tellResponses(lab.rows, { t, lang }));
  if (told.length === 0) return nothing;
  return html`<section class="callout" part="callout" aria-label=${t('happenedTitle')}>
    <p>${told.join(' ')}</p>
    ${caveat ? html`<p class="caveat">${caveat}</p>` : nothing}
  </section>`;
}

/** @param {View} view */
function ticks({ lab, t, lang }) {
  const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) =>
    lab.showTicks(target.open);
  const { synthetic } = lab;
  const data = synthetic === 'none' ? lab.dataName : t(`synthetic_${synthetic}`);
  return html`<details class="numbers" @toggle=${onToggle}>
    <summary>${t('ticks')}</summary>
    ${lab.ticksShown ? tickTable(lab.drawn, { t, lang, data }) : nothing}
  </details>`;
}
