/** The chart in the page: drawn after every update of the workbench, read with a cursor by keys, pointer or
 * finger, looked at more closely, and saved as a picture. */
import { render } from 'lit';
import { download } from '../../ui/download.js';
import { syntheticPart } from '../readiness.js';
import { Cursor } from './cursor.js';
import { cursorText, cursorView, selectionView } from './cursor-view.js';
import { isNamed } from './emphasis.js';
import { pngOf, svgOf } from './figure-file.js';
import { captionOf } from './figure-view.js';
import { drawFigure } from './figures.js';

/** ms without a key after which the cursor's values are announced. */
const ANNOUNCE_AFTER = 400;
/** Pixels: a line this near is pointed at. */
const NEAR = 24;
/** Pixels: a shorter way is no drag, and along one axis alone it chooses along the other. */
const DRAGGED = 12;

/** What the reader has chosen of the figure.
 * @typedef {object} ChartView
 * @property {import('./axes.js').Against | null} against null: as the runs need it
 * @property {boolean} log
 * @property {number} smoothing
 * @property {import('./curve-chart.js').Area | null} zoom null: the whole figure
 * @property {boolean} overSeeds runs that differ in nothing but the seed are drawn as mean and band
 * @property {string | null} highlight the network that is pointed at, here or elsewhere on the page */

/** @typedef {{ x: number, y: number }} Place in pixels */

export class Chart {
  /** @type {ChartView} */
  view = { against: null, log: false, smoothing: 0, zoom: null, overSeeds: true, highlight: null };
  #cursor = new Cursor();
  /** @type {import('./figures.js').Figure | null} */
  #figure = null;
  /** @type {{ from: Place, to: Place } | null} */
  #drag = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  draw() {
    if (this.#lab.layout.chartWidth === 0) return;
    this.#figure = drawFigure(this.#lab);
    this.#lab.renderRoot.querySelector('.plot')?.replaceChildren(this.#figure.chart);
    this.#cursor.follow(this.#figure.tracks);
    this.#drawCursor();
  }

  #drawCursor() {
    const { renderRoot, layout } = this.#lab;
    const { top = 0, bottom = 0 } = this.#figure ?? {};
    const overlay = /** @type {HTMLElement} */ (renderRoot.querySelector('.cursor'));
    const size = { width: layout.chartWidth, height: layout.chartHeight, top, bottom };
    const shown = this.#isDragging
      ? selectionView(this.#selection, size)
      : cursorView(this.#cursor.reading, size);
    render(shown, overlay);
  }

  /** @param {Partial<ChartView>} change */
  show(change) {
    const isOtherPlane = 'against' in change || 'log' in change;
    Object.assign(this.view, isOtherPlane ? { zoom: null } : {}, change);
    this.#lab.requestUpdate();
  }

  /** @param {string | null} highlight the name of a network, wherever it is pointed at */
  pointAt(highlight) {
    if (this.view.highlight !== highlight) this.show({ highlight });
  }

  /** From now on the name of a network, in a sentence or in the table, points at its line. */
  followWords() {
    const onPointed = (/** @type {Event} */ event) => {
      const { type, relatedTarget } = /** @type {PointerEvent} */ (event);
      const word = /** @type {Element} */ (event.composedPath()[0]).closest('[data-network]');
      if (!word || word.contains(/** @type {Node | null} */ (relatedTarget))) return;
      this.pointAt(type === 'pointerover' ? word.getAttribute('data-network') : null);
    };
    const { renderRoot } = this.#lab;
    for (const type of ['pointerover', 'pointerout']) renderRoot.addEventListener(type, onPointed);
  }

  /** Marks the words that name what is pointed at. */
  markWords() {
    const { highlight } = this.view;
    const rows = this.#lab.runs.all;
    for (const root of [this.#lab, this.#lab.renderRoot]) {
      for (const word of root.querySelectorAll('[data-network]')) {
        word.toggleAttribute(
          'data-lit',
          isNamed(word.getAttribute('data-network'), highlight, rows),
        );
      }
    }
  }

  /** @param {'svg' | 'png'} kind */
  async save(kind) {
    const { renderRoot, t, lang } = this.#lab;
    const chart = /** @type {SVGSVGElement} */ (renderRoot.querySelector('.plot > svg'));
    const synthetic = syntheticPart(this.#lab);
    const svg = svgOf(chart, {
      title: chart.getAttribute('aria-label') ?? '',
      caption: `${t('figure')} ${captionOf({ lab: this.#lab, t, lang })}`,
      mark: synthetic === 'none' ? '' : t(`synthetic_${synthetic}`),
    });
    const content = kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : pngOf(svg);
    download('residua', kind, await content);
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.#zoomByKey(event.key)) {
      event.preventDefault();
      return;
    }
    if (!this.#cursor.press(event.key)) return;
    event.preventDefault();
    this.#drawCursor();
    this.pointAt(this.#cursor.reading?.key ?? null);
    this.#announceSoon();
  };

  /** @param {string} key */
  #zoomByKey(key) {
    const isBack = key === '-' || key === '0' || (key === 'Escape' && !this.#cursor.reading);
    if (isBack && this.view.zoom) {
      this.show({ zoom: null });
      return true;
    }
    const { plane } = this.#figure ?? {};
    if (key !== '+' || !plane) return false;
    const { left, right, top, bottom } = plane;
    const middle = this.#cursor.reading?.x ?? (left + right) / 2;
    const half = (right - left) / 4;
    const zoom = plane.toArea({ x: middle - half, y: top }, { x: middle + half, y: bottom });
    this.show({ zoom });
    return true;
  }

  onFocus = (/** @type {FocusEvent} */ { target }) => {
    if (!(/** @type {Element} */ (target).matches(':focus-visible'))) return;
    this.#cursor.show();
    this.#drawCursor();
    this.#announceSoon();
  };

  onBlur = () => {
    this.#cursor.hide();
    this.#drawCursor();
    this.pointAt(null);
  };

  onDown = (/** @type {PointerEvent} */ event) => {
    const place = placeIn(event);
    if (event.pointerType === 'touch') this.#read(place);
    else if (this.#figure?.plane && event.button === 0) {
      /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
      this.#drag = { from: place, to: place };
    }
  };

  onPointer = (/** @type {PointerEvent} */ event) => {
    if (this.#drag) this.#drag.to = placeIn(event);
    if (this.#isDragging) this.#drawCursor();
    else this.#read(placeIn(event));
  };

  onUp = () => {
    const zoom = this.#isDragging ? this.#selectedArea : null;
    this.#drag = null;
    if (zoom) this.show({ zoom });
  };

  /** A finger that is lifted leaves its values to be read. */
  onLeave = (/** @type {PointerEvent} */ { pointerType }) => {
    if (pointerType !== 'touch' && !this.#drag) this.onBlur();
  };

  /** @param {Place} place */
  #read({ x, y }) {
    const distance = this.#cursor.point(x, y);
    this.#drawCursor();
    this.pointAt(distance <= NEAR ? (this.#cursor.reading?.key ?? null) : null);
  }

  get #isDragging() {
    if (!this.#drag) return false;
    const { from, to } = this.#drag;
    return Math.hypot(to.x - from.x, to.y - from.y) > DRAGGED;
  }

  /** The corners of what is chosen: along one axis alone, all of the other. */
  get #selection() {
    const { from, to } = /** @type {{ from: Place, to: Place }} */ (this.#drag);
    const { left = 0, right = 0, top = 0, bottom = 0 } = this.#figure?.plane ?? {};
    const isFlat = Math.abs(to.y - from.y) < DRAGGED;
    const isNarrow = Math.abs(to.x - from.x) < DRAGGED;
    return {
      from: { x: isNarrow ? left : from.x, y: isFlat ? top : from.y },
      to: { x: isNarrow ? right : to.x, y: isFlat ? bottom : to.y },
    };
  }

  get #selectedArea() {
    const { from, to } = this.#selection;
    return this.#figure?.plane?.toArea(from, to) ?? null;
  }

  /** Announces what the cursor reads once it has come to rest. */
  #announceSoon() {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      const { reading } = this.#cursor;
      if (reading) this.#lab.say(cursorText(reading));
    }, ANNOUNCE_AFTER);
  }
}

/** @param {PointerEvent} event @returns {Place} */
function placeIn({ currentTarget, clientX, clientY }) {
  const { left, top } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
