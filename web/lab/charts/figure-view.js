/** The figure in the page: what happened, the chart with its tags, its caption, and the choices of what it
 * shows. */
import { html, nothing } from 'lit';
import { number } from '../../ui/format.js';
import { prose } from '../../ui/prose.js';
import { setLabel } from '../../ui/set-name.js';
import { syntheticPart } from '../readiness.js';
import { recordedCaption, recordedTag, recordedToggle } from '../runs/reference-view.js';
import { AGAINST, isOfCurves, MEASURES } from './axes.js';
import { againstOf } from './figures.js';

/** @typedef {import('../view.js').View} View */

const FIGURES = /** @type {const} */ ([...MEASURES, 'layers', 'responses']);
const CAPTIONS = {
  ...{ errors: 'caption', loss: 'captionLoss', rate: 'captionRate' },
  ...{ layers: 'captionLayers', responses: 'captionResponses' },
};
/** Smoothing is from none to nearly all. */
const MOST_SMOOTHING = 0.98;

/** Its parts stand in the order in which they are seen, so that the Tab key goes through them in that order.
 * @param {View} view @param {import('lit').TemplateResult | typeof nothing} callout what happened
 * @param {import('lit').TemplateResult} actions what stands between the chart and its caption */
export function figureView(view, callout, actions) {
  const { lab, t } = view;
  const recorded = lab.figure !== 'layers' && lab.reference.drawn.length > 0;
  const empty = lab.drawn.length === 0 && !recorded;
  return html`
    <figure class="figure" part="figure">
      ${callout}
      <div class=${`chart ${isOfCurves(lab) ? '' : 'parts'}`} style=${`--chart-height: ${lab.layout.chartHeight}px`}>
        <div
          class="plot"
          tabindex=${empty ? nothing : 0}
          role=${empty ? nothing : 'application'}
          aria-roledescription=${empty ? nothing : t('cursorKind')}
          aria-label=${empty ? nothing : t(isOfCurves(lab) ? 'cursorLabelZoom' : 'cursorLabel')}
          @keydown=${lab.chart.onKey}
          @focus=${lab.chart.onFocus}
          @blur=${lab.chart.onBlur}
          @pointerdown=${lab.chart.onDown}
          @pointermove=${lab.chart.onPointer}
          @pointerup=${lab.chart.onUp}
          @pointerleave=${lab.chart.onLeave}
          @dblclick=${() => lab.chart.show({ zoom: null })}
        ></div>
        <div class="cursor" aria-hidden="true"></div>
        ${tags(view, recorded)}
        ${empty ? html`<p class="empty ${lab.figure}"><span>${t('waitingChart')}</span></p>` : nothing}
      </div>
      ${actions}
      <div class="figure-note">
        <figcaption><b>${t('figure')}</b> ${prose(
          captionOf(view),
          lab.drawn.map(({ name }) => name),
        )}</figcaption>
        ${figureKinds(view)}
        <details class="figure-tools" @toggle=${lab.layout.measure}>
          <summary>${t('figureTools')}</summary>
          ${recordedToggle(view)} ${isOfCurves(lab) ? axesView(view) : nothing}
          ${savingView(view, empty)}
        </details>
      </div>
    </figure>
  `;
}

/** What the data are, over the chart, and the way back from a closer look.
 * @param {View} view @param {boolean} recorded something recorded is shown */
function tags(view, recorded) {
  const { lab, t } = view;
  const synthetic = syntheticPart(lab);
  const isOwn = synthetic !== 'none' && (lab.drawn.length > 0 || !recorded);
  return html`<p class="tags">
    ${
      lab.chart.view.zoom && isOfCurves(lab)
        ? html`<button id="whole-figure" @click=${() => lab.chart.show({ zoom: null })}>
            ${t('wholeFigure')}
          </button>`
        : nothing
    }
    ${isOwn ? html`<span class="tag">${t(`synthetic_${synthetic}`)}</span>` : nothing}
    ${recorded ? recordedTag(view) : nothing}
  </p>`;
}

/** What the figure shows. @param {View} view */
export function captionOf({ lab, t, lang }) {
  const { runs, images, testImages } = lab.experiment;
  const { smoothing, overSeeds } = lab.chart.view;
  const own = t(CAPTIONS[lab.figure], {
    count: runs.length,
    traits: traitsOf(runs, t),
    images: number(lang, images || 0),
    testImages: number(lang, testImages || 0),
    data: lab.isSynthetic ? t('synthetic') : lab.dataName,
  });
  const origins = /** @type {const} */ (['before', 'file', 'link']).flatMap((origin) => {
    const rows = lab.drawn.filter((row) => row.origin === origin);
    const runs = rows.map((row) => originOf(row, t, lang)).join('; ');
    return rows.length > 0 ? [t(`caption_${origin}`, { runs })] : [];
  });
  const told = [
    recordedCaption(own, { lab, t, lang }),
    ...(lab.figure === 'errors' ? [t('captionTraining')] : []),
    ...(['errors', 'loss'].includes(lab.figure) ? [t('captionNumbers')] : []),
    ...origins,
    ...(overSeeds && lab.runs.haveSeeds ? [t('captionSeeds')] : []),
    ...(smoothing > 0 && isOfCurves(lab) && lab.figure !== 'rate'
      ? [t('captionSmoothed', { strength: number(lang, smoothing, 2) })]
      : []),
  ];
  return told.join(' ');
}

/** What all networks share and their names do not say. @param {import('../index.js').RunConfig[]} runs
 * @param {View['t']} t */
function traitsOf(runs, t) {
  const widths = new Set(runs.map(({ width }) => width));
  return t('captionTraits', {
    width: widths.size === 1 ? [...widths][0] : null,
    noNorm: runs.every(({ norm }) => norm === 'none'),
  });
}

/** Where a run that is not of the experiment comes from. @param {import('../runs/rows.js').Row} row
 * @param {View['t']} t @param {string} lang */
function originOf({ name, run }, t, lang) {
  const { data, recipe } = /** @type {import('../runs/run.js').Facts} */ (run.facts);
  return t('origin', {
    name,
    epochs: number(lang, recipe.epochs),
    images: number(lang, data.images),
    data: data.synthetic ? t('synthetic') : setLabel(data.name),
  });
}

/** @param {View} view */
function figureKinds({ lab, t }) {
  return html`<div class="kinds" role="radiogroup" aria-label=${t('figureShows')}>
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
        <span>${t(`figure_${kind}`)}</span>
      </label>`,
    )}
  </div>`;
}

/** Against what, on which scale, and how smooth. @param {View} view */
function axesView({ lab, t, lang }) {
  const { chart } = lab;
  const against = againstOf(lab);
  const onAgainst = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    chart.show({ against: AGAINST[target.selectedIndex] });
  const onSmoothing = (/** @type {{ target: HTMLInputElement }} */ { target }) =>
    chart.show({ smoothing: Number(target.value) });
  return html`<p class="axes">
    <label>
      ${t('against')}
      <select name="against" @change=${onAgainst}>
        ${AGAINST.map(
          (one) =>
            html`<option value=${one} .selected=${one === against}>${t(`axis_${one}`)}</option>`,
        )}
      </select>
    </label>
    ${checkbox('log', t('logScale'), chart.view.log, (log) => chart.show({ log }))}
    ${
      lab.figure === 'rate'
        ? nothing
        : html`<label>
            ${t('smoothing')}
            <input
              type="range"
              name="smoothing"
              min="0"
              max=${MOST_SMOOTHING}
              step="0.02"
              aria-valuetext=${number(lang, chart.view.smoothing, 2)}
              .value=${String(chart.view.smoothing)}
              @input=${onSmoothing}
            />
          </label>`
    }
    ${
      lab.runs.haveSeeds
        ? checkbox('over-seeds', t('overSeeds'), chart.view.overSeeds, (overSeeds) =>
            chart.show({ overSeeds }),
          )
        : nothing
    }
  </p>`;
}

/** @param {string} name @param {string} label @param {boolean} checked
 * @param {(checked: boolean) => void} onChange */
function checkbox(name, label, checked, onChange) {
  return html`<label>
    <input
      type="checkbox"
      name=${name}
      .checked=${checked}
      @change=${(/** @type {{ target: HTMLInputElement }} */ { target }) => onChange(target.checked)}
    />
    ${label}
  </label>`;
}

/** @param {View} view @param {boolean} empty */
function savingView({ lab, t }, empty) {
  return html`<p class="saving">
    <button class="quiet" id="full-screen" @click=${() => lab.layout.toggleFull()}>
      ${t(lab.layout.isFull ? 'leaveFullScreen' : 'fullScreen')}
    </button>
    ${
      empty
        ? nothing
        : html`<button class="quiet" @click=${() => lab.chart.save('svg')}>${t('saveSvg')}</button>
            <button class="quiet" @click=${() => lab.chart.save('png')}>${t('savePng')}</button>`
    }
    ${
      lab.drawn.length === 0
        ? nothing
        : html`<button class="quiet" @click=${() => lab.exchange.saveNumbers()}>
            ${t('saveCsv')}
          </button>`
    }
  </p>`;
}
