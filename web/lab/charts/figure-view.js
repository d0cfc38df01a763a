/** The figure in the page: the chart with its tags, its caption, and the choices of what it shows. */
import { html, nothing } from 'lit';
import { number } from '../../ui/format.js';
import { syntheticPart } from '../readiness.js';
import { recordedCaption, recordedTag, recordedToggle } from '../runs/reference-view.js';

/** @typedef {import('../view.js').View} View */

const FIGURES = /** @type {const} */ (['errors', 'layers', 'responses']);
const CAPTIONS = { errors: 'caption', layers: 'captionLayers', responses: 'captionResponses' };

/** @param {View} view */
export function figureView(view) {
  const { lab, t } = view;
  const synthetic = syntheticPart(lab);
  const empty = lab.drawn.length === 0;
  const recorded = lab.figure !== 'layers' && lab.reference.drawn.length > 0;
  return html`
    <figure class="figure" part="figure">
      <div class="chart" style=${`--chart-height: ${lab.layout.chartHeight}px`}>
        <div
          class="plot"
          tabindex=${empty ? nothing : 0}
          role=${empty ? nothing : 'application'}
          aria-roledescription=${empty ? nothing : t('cursorKind')}
          aria-label=${empty ? nothing : t('cursorLabel')}
          @keydown=${lab.chart.onKey}
          @focus=${lab.chart.onFocus}
          @blur=${lab.chart.onLeave}
          @pointermove=${lab.chart.onPointer}
          @pointerleave=${lab.chart.onLeave}
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
    ...(lab.chart.overSeeds && lab.runs.haveSeeds ? [t('captionSeeds')] : []),
  ];
  return told.join(' ');
}

/** Where a run from a file comes from. @param {import('../runs/rows.js').Row} row
 * @param {View['t']} t @param {string} lang */
function originOf({ name, run }, t, lang) {
  const { data, recipe } = /** @type {import('../session.js').Facts} */ (run.facts);
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
    lab.chart.showOverSeeds(target.checked);
  return html`<p class="figure-tools">
    ${
      lab.runs.haveSeeds
        ? html`<label>
            <input
              type="checkbox"
              name="over-seeds"
              .checked=${lab.chart.overSeeds}
              @change=${onSeeds}
            />
            ${t('overSeeds')}
          </label>`
        : nothing
    }
    <button class="quiet" @click=${() => lab.chart.save('svg')}>${t('saveSvg')}</button>
    <button class="quiet" @click=${() => lab.chart.save('png')}>${t('savePng')}</button>
    <button class="quiet" @click=${() => lab.exchange.saveNumbers()}>${t('saveCsv')}</button>
  </p>`;
}
