/** How much room the workbench has. It is measured whenever the element's size changes. */

/** From this width on there is room for a column beside the figure; styles/layout.js has it too. */
const WIDE = 960;
/** Pixels, and the share of the width, that figures of one or two parts and of three are high. */
const CHART_HEIGHT = {
  one: { least: 300, most: 460, share: 0.62 },
  three: { least: 480, most: 600, share: 0.8 },
};

/** @typedef {import('lit').ReactiveController} ReactiveController */

/** @implements {ReactiveController} */
export class Layout {
  /** There is room for the panel beside the figure. */
  wide = true;
  /** Pixels; 0 before the first measurement. */
  chartWidth = 0;
  #lab;
  #observer = new ResizeObserver(() => this.measure());

  /** @param {import('./lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
    lab.addController(this);
  }

  hostConnected() {
    this.#observer.observe(this.#lab);
  }

  hostDisconnected() {
    this.#observer.disconnect();
  }

  measure() {
    this.wide = this.#lab.clientWidth >= WIDE;
    this.chartWidth = this.#lab.renderRoot.querySelector('.chart')?.clientWidth ?? 0;
    this.#lab.requestUpdate();
  }

  /** In pixels. */
  get chartHeight() {
    const parts = this.#lab.figure === 'responses' ? 'three' : 'one';
    const { least, most, share } = CHART_HEIGHT[parts];
    return Math.round(Math.min(most, Math.max(least, this.chartWidth * share)));
  }
}
