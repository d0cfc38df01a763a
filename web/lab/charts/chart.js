/** The chart in the page: drawn after every update of the workbench, read with a cursor by keys or
 * pointer, and saved as a picture. */
import { render } from 'lit';
import { download } from '../../ui/download.js';
import { syntheticPart } from '../readiness.js';
import { Cursor } from './cursor.js';
import { cursorText, cursorView } from './cursor-view.js';
import { pngOf, svgOf } from './figure-file.js';
import { captionOf } from './figure-view.js';
import { drawFigure } from './figures.js';

/** ms without a key after which the cursor's values are announced. */
const ANNOUNCE_AFTER = 400;

export class Chart {
  /** Runs that differ in nothing but the seed are drawn as mean and band. */
  overSeeds = true;
  #cursor = new Cursor();
  #margins = { top: 0, bottom: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  draw() {
    if (this.#lab.layout.chartWidth === 0) return;
    const { chart, tracks, top, bottom } = drawFigure(this.#lab);
    this.#lab.renderRoot.querySelector('.plot')?.replaceChildren(chart);
    this.#margins = { top, bottom };
    this.#cursor.follow(tracks);
    this.#drawCursor();
  }

  #drawCursor() {
    const { renderRoot, layout } = this.#lab;
    const overlay = /** @type {HTMLElement} */ (renderRoot.querySelector('.cursor'));
    const size = { width: layout.chartWidth, height: layout.chartHeight };
    render(cursorView(this.#cursor.reading, { ...size, ...this.#margins }), overlay);
  }

  /** @param {boolean} shown */
  showOverSeeds(shown) {
    this.overSeeds = shown;
    this.#lab.requestUpdate();
  }

  /** @param {'svg' | 'png'} kind */
  async save(kind) {
    const { renderRoot, t, lang } = this.#lab;
    const chart = /** @type {SVGSVGElement} */ (renderRoot.querySelector('.plot > svg'));
    const synthetic = syntheticPart(this.#lab);
    const svg = svgOf(chart, {
      title: chart.getAttribute('aria-label') ?? '',
      note: captionOf({ lab: this.#lab, t, lang }),
      mark: synthetic === 'none' ? '' : t(`synthetic_${synthetic}`),
    });
    const content = kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : pngOf(svg);
    download('residua', kind, await content);
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.#cursor.press(event.key)) return;
    event.preventDefault();
    this.#drawCursor();
    this.#announceSoon();
  };

  onFocus = (/** @type {FocusEvent} */ { target }) => {
    if (!(/** @type {Element} */ (target).matches(':focus-visible'))) return;
    this.#cursor.show();
    this.#drawCursor();
    this.#announceSoon();
  };

  onPointer = (/** @type {PointerEvent} */ { currentTarget, clientX, clientY }) => {
    const { left, top } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
    this.#cursor.point(clientX - left, clientY - top);
    this.#drawCursor();
  };

  onLeave = () => {
    this.#cursor.hide();
    this.#drawCursor();
  };

  /** Announces what the cursor reads once it has come to rest. */
  #announceSoon() {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      const { reading } = this.#cursor;
      if (reading) this.#lab.say(cursorText(reading));
    }, ANNOUNCE_AFTER);
  }
}
