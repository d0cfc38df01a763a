/** How much room the workbench and its figure have. It is measured whenever the element's size changes, and
 * when the figure fills the screen or leaves it. */

/** From this width on there is room for a column beside the figure; styles/layout.js has it too. */
const WIDE = 1000;
/** Pixels, the share of the width, and the share of the window's height that figures of one, two and three
 * parts are high. */
const CHART_HEIGHT = {
  one: { least: 300, share: 0.62, ofWindow: 0.56 },
  two: { least: 400, share: 0.62, ofWindow: 0.56 },
  three: { least: 480, share: 0.8, ofWindow: 0.78 },
};
/** On a phone, the window's share would leave too little. */
const LEAST_WINDOW = 820;
/** Around the chart when it fills the screen, in pixels; styles/figure.js has it too. */
const FULL_PADDING = 24;

/** @param {import('./lab.js').ResiduaLab['figure']} figure */
function partsOf(figure) {
  if (figure === 'responses') return 'three';
  return figure === 'layers' ? 'two' : 'one';
}

/** @typedef {import('lit').ReactiveController} ReactiveController */

/** @implements {ReactiveController} */
export class Layout {
  /** There is room for the panel beside the figure. */
  wide = true;
  /** Pixels; 0 before the first measurement. */
  chartWidth = 0;
  /** The figure fills the screen. */
  isFull = false;
  #full = 0;
  #hadHeadline = false;
  #lab;
  #observer = new ResizeObserver(() => this.measure());

  /** @param {import('./lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
    lab.addController(this);
  }

  hostConnected() {
    this.#observer.observe(this.#lab);
    document.addEventListener('fullscreenchange', this.measure);
    addEventListener('resize', this.measure);
  }

  hostDisconnected() {
    this.#observer.disconnect();
    document.removeEventListener('fullscreenchange', this.measure);
    removeEventListener('resize', this.measure);
  }

  /** Brings the sentence that says what happened into view when it appears above a chart that is. */
  hostUpdated() {
    const headline = this.#find('.headline');
    const isNew = headline !== null && !this.#hadHeadline;
    this.#hadHeadline = headline !== null;
    if (!isNew || !headline) return;
    const { top, bottom, height } = this.#find('.chart')?.getBoundingClientRect() ?? new DOMRect();
    const isSeen = height > 0 && top < innerHeight && bottom > 0;
    if (isSeen && headline.getBoundingClientRect().top < 0)
      headline.scrollIntoView({ block: 'start' });
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  #find(selector) {
    return this.#lab.renderRoot.querySelector(selector);
  }

  measure = () => {
    this.wide = this.#lab.clientWidth >= WIDE;
    const root = /** @type {ShadowRoot} */ (this.#lab.renderRoot);
    this.isFull = root.fullscreenElement !== null;
    this.chartWidth = this.#find('.chart')?.clientWidth ?? 0;
    const others = ['.headline', '.figure-note'].map((part) => this.#find(part)?.offsetHeight ?? 0);
    this.#full = innerHeight - others.reduce((sum, one) => sum + one, 3 * FULL_PADDING);
    this.#lab.requestUpdate();
  };

  /** Fills the screen with the figure, for a room to see, or gives it back. */
  async toggleFull() {
    if (this.isFull) return document.exitFullscreen();
    this.#find('.figure-tools')?.removeAttribute('open');
    await this.#find('.figure')?.requestFullscreen();
  }

  /** In pixels. */
  get chartHeight() {
    const { least, share, ofWindow } = CHART_HEIGHT[partsOf(this.#lab.figure)];
    if (this.isFull) return Math.max(least, this.#full);
    const most = Math.max(innerHeight, LEAST_WINDOW) * ofWindow;
    return Math.round(Math.min(most, Math.max(least, this.chartWidth * share)));
  }
}
