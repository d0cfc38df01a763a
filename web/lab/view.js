/** The view of the whole workbench. A view reads state and changes none. */
import { html, nothing } from 'lit';
import { fileButton } from '../ui/file-button.js';
import { clock } from '../ui/format.js';
import { notice } from '../ui/notice.js';
import { prose } from '../ui/prose.js';
import { troubleOf } from './announcements.js';
import { figureView } from './charts/figure-view.js';
import { tellGradients } from './charts/gradients.js';
import { tellResponses } from './charts/responses.js';
import { panel } from './panel/panel.js';
import { obstacleTo, syntheticPart } from './readiness.js';
import { groupTable } from './runs/groups-view.js';
import { keptView } from './runs/kept-view.js';
import { interruptedView, keepingNotes } from './runs/recovery-view.js';
import { recordedTicks } from './runs/reference-view.js';
import { reproduction } from './runs/reproduction-view.js';
import { runTable, tickTable } from './runs/tables.js';
import { summary } from './summary.js';
import { roughly } from './time-left.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */
/** @typedef {{ lab: ResiduaLab, t: import('../ui/messages.js').Translate, lang: string }} View */

/** Files that hold no run which are named, at most. */
const MOST_REFUSED = 5;
const RUN_FILES = { name: 'runs', accept: '.json', multiple: true, quiet: true };

/** @param {View} view */
export function labView(view) {
  const { lab } = view;
  const onKey = (/** @type {KeyboardEvent} */ { key }) => {
    if (key === 'Escape' && lab.layout.wide) lab.panel.close();
  };
  // Nothing of the page's own stands beside the figure.
  const isAlone = lab.childElementCount === 0 && !lab.panel.isOpen;
  return html`
    <div
      class=${isAlone ? 'lab alone' : 'lab'}
      part="lab"
      @slotchange=${() => lab.requestUpdate()}
    >
      <div class="title"><slot name="title"></slot>${interruptedView(view)}</div>
      <div class="intro" ?hidden=${lab.panel.isOpen && lab.layout.wide}><slot name="intro"></slot></div>
      <div class="right">
        ${figureView(view, callout(view), html`${actions(view)} ${obstacleView(view)}`)}
        <div class="runs" part="runs">
          ${undoView(view)} ${readingView(view)} ${notices(view)} ${runTable(lab.runs.all, view)} ${groupTable(view)}
          ${reproduction(view)} ${chooser(view)} ${keptView(view)}
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
      <div class="below" ?hidden=${lab.panel.isOpen && lab.layout.wide}><slot name="more"></slot></div>
      <p class="said" aria-live="polite">${lab.said}</p>
    </div>
  `;
}

/** The ways to hand the experiment on, and to bring runs without dropping them.
 * @param {View} view */
function chooser({ lab, t }) {
  const { shown } = lab.link;
  const isCopied = (/** @type {boolean} */ withCurves) =>
    shown?.copied && shown.withCurves === withCurves;
  return html`<p class="chooser">
    ${fileButton(t('openRuns'), (files) => void lab.exchange.open(files), RUN_FILES)}
    <button class="quiet" @click=${() => lab.link.copy()}>
      ${t(isCopied(false) ? 'linkCopied' : 'copyLink')}
    </button>
    ${
      lab.rows.some(({ run }) => run.state === 'finished')
        ? html`<button class="quiet" @click=${() => lab.link.copy({ withCurves: true })}>
            ${t(isCopied(true) ? 'linkCopied' : 'copyCurves')}
          </button>`
        : nothing
    }
    ${shown && !shown.copied ? linkByHand(shown.address, t) : nothing}
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

/** One row, which stays in view while something is trained. @param {View} view */
function actions(view) {
  const { lab, t } = view;
  const { busy } = lab;
  return html`<div class=${`actions ${busy ? 'training' : ''}`} part="actions">
    ${primary(view)} ${busy ? nothing : html`${goOn(view)} ${again(view)}`}
    ${busy ? html`<button id="stop" @click=${() => lab.stop()}>${t('stop')}</button>` : nothing}
    ${busy ? timeLeft(view) : timeBefore(view)}
    ${
      busy || lab.panel.isOpen
        ? nothing
        : html`<button id="change" class="quiet" @click=${() => lab.panel.open()}>
            ${t('change')}
          </button>`
    }
  </div>`;
}

/** What starts, pauses and resumes training is one button, so the focus stays on it.
 * @param {View} view */
function primary({ lab, t }) {
  const { state, runs } = lab;
  const start = startText(runs.due, t);
  const [label, act] = {
    idle: /** @type {const} */ ([start, () => lab.train()]),
    starting: /** @type {const} */ ([t('pause'), () => {}]),
    running: /** @type {const} */ ([t('pause'), () => lab.pause()]),
    paused: /** @type {const} */ ([t('resume'), () => lab.resume()]),
  }[state];
  return html`<button
    class="primary"
    ?disabled=${state === 'idle' && !lab.ready}
    aria-disabled=${state === 'starting' ? 'true' : nothing}
    aria-describedby=${obstacleTo(lab) ? 'obstacle' : lab.timeToTrain === undefined ? nothing : 'takes'}
    @click=${act}
  >
    ${label}
  </button>`;
}

/** What the reader stopped, from where it was. @param {View} view */
function goOn({ lab, t }) {
  const { label } = lab.undo;
  if (label === null || !lab.runs.own.some(({ run }) => run.state === 'stopped')) return nothing;
  return html`<button id="go-on" ?disabled=${!lab.ready} @click=${() => lab.undo.undo()}>
    ${t(label)}
  </button>`;
}

/** Once all have ended: the same networks with other seeds. @param {View} view */
function again({ lab, t }) {
  const { due } = lab.runs;
  if (!due.every(({ run }) => run.isDecided)) return nothing;
  return html`<button id="other-seed" ?disabled=${!lab.ready} @click=${() => lab.trainOtherSeeds()}>
    ${t('trainOtherSeed')}
  </button>`;
}

/** @param {import('./runs/rows.js').Row[]} due @param {View['t']} t */
function startText(due, t) {
  if (due.every(({ run }) => run.isDecided)) return t('trainAgain');
  if (due.some(({ run }) => !run.ended || run.state === 'stopped'))
    return t('train', { count: due.length });
  return t('trainTheseAgain', { names: due.map(({ name }) => name).join(', ') });
}

/** @param {View} view */
function timeLeft({ lab, t }) {
  const left = lab.timeLeft;
  return left === undefined
    ? nothing
    : html`<span class="left">${t('timeLeft', { time: clock(left) })}</span>`;
}

/** How long training will take. @param {View} view */
function timeBefore({ lab, t, lang }) {
  const seconds = lab.timeToTrain;
  if (seconds === undefined || !lab.ready) return nothing;
  return html`<span class="left" id="takes">${t('takes', { time: roughly(seconds, lang, t) })}</span>`;
}

/** Why training cannot start, beside what would start it. @param {View} view */
function obstacleView({ lab, t }) {
  const obstacle = lab.busy ? null : obstacleTo(lab);
  if (!obstacle) return nothing;
  return html`<div id="obstacle" class="why box notice" role="alert">
    <p>${obstacle.text}</p>
    ${
      obstacle.group
        ? html`<button class="quiet" @click=${() => lab.panel.open(obstacle.group)}>
            ${t('showProblem')}
          </button>`
        : nothing
    }
  </div>`;
}

/** What was just done, to be undone. @param {View} view */
function undoView({ lab, t }) {
  const { shown } = lab.undo;
  if (!shown) return nothing;
  return html`<p class="box undo">
    <span>${shown.text}</span>
    <button ?disabled=${lab.busy} @click=${() => lab.undo.undo()}>${t('undo')}</button>
    <button class="quiet" aria-label=${t('dismiss')} @click=${() => lab.undo.dismiss()}>×</button>
  </p>`;
}

/** Files of runs that are being read. @param {View} view */
function readingView({ lab, t }) {
  const { reading } = lab.exchange;
  if (!reading) return nothing;
  return html`<p class="box reading">
    <span>${t('readingRuns', reading)}</span>
    <button @click=${() => lab.exchange.cancel()}>${t('cancel')}</button>
  </p>`;
}

/** Files that hold no run, one by one unless they are many. @param {View} view */
function refusedView({ lab, t }) {
  const { refused } = lab.exchange;
  const count = refused.length - MOST_REFUSED;
  const shown = refused.slice(0, MOST_REFUSED);
  return html`
    ${shown.map((one) => {
      const closing = { label: t('dismiss'), close: () => lab.exchange.dismiss(one) };
      return notice(t('runRefused', { name: one.name }), one.error.message, closing);
    })}
    ${
      count > 0
        ? notice(t('runsRefused', { count }), '', {
            label: t('dismiss'),
            close: () => lab.exchange.dismiss(),
          })
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
    ${lab.unread.length > 0 ? notice(t('linkUnread'), shortened(lab.unread)) : nothing}
    ${troubles}
    ${keepingNotes(view)} ${refusedView(view)}
  `;
}

/** @param {string[]} parts of a link, of any length and number */
function shortened(parts) {
  const shown = parts
    .slice(0, 5)
    .map((part) => (part.length > 80 ? `${part.slice(0, 80)}…` : part));
  return [...shown, ...(parts.length > 5 ? ['…'] : [])].join(', ');
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

/** The first sentence stands above the chart, the others below it. @param {View} view */
function callout(view) {
  const { lab, t } = view;
  if (lab.busy) return nothing;
  const { told, caveat } = toldOf(view);
  if (told.length === 0) return nothing;
  const [headline, ...rest] = told;
  const names = lab.drawn.map(({ name }) => name);
  return html`<section class="callout" part="callout" aria-label=${t('happenedTitle')}>
    <p class="headline">${prose(headline, names)}</p>
    ${
      rest.length > 0 || caveat
        ? html`<div class="more-told">
            ${rest.length > 0 ? html`<p>${prose(rest.join(' '), names)}</p>` : nothing}
            ${caveat ? html`<p class="caveat">${caveat}</p>` : nothing}
          </div>`
        : nothing
    }
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
