/** `<residua-drawing>`: a network drawn from its spec. Sends "residua-layer" with the layer that is pressed. */
import { ResiduaElement } from '../../ui/element.js';
import { moved } from '../roving.js';
import { drawingMessages } from './messages/index.js';
import { styles } from './styles.js';
import { drawingView } from './view.js';

/** @typedef {import('./plan.js').Stage} Stage */

export class ResiduaDrawing extends ResiduaElement {
  static styles = styles;
  static properties = { spec: { attribute: false }, selected: { type: Number } };

  /** Pixels for the drawing. */
  room = 0;
  /** Numbers of the stages whose equal blocks are all drawn. @type {Set<number>} */
  #opened = new Set();
  #observer = new ResizeObserver(() => this.#measure());

  constructor() {
    super(drawingMessages);
    /** @type {import('../../lib/index.js').Spec | null} */
    this.spec = null;
    /** Of Net.layers. */
    this.selected = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  #measure() {
    const room = this.renderRoot.querySelector('.drawing')?.clientWidth ?? 0;
    if (room === this.room) return;
    this.room = room;
    this.requestUpdate();
  }

  updated() {
    this.#measure();
  }

  /** Is each of its blocks drawn? The one that has the selected layer is.
   * @param {Stage} stage */
  isOpen({ number, blocks }) {
    const inner = blocks.slice(1, -1).flatMap(({ layers }) => layers);
    return this.#opened.has(number) || inner.some(({ index }) => index === this.selected);
  }

  /** @param {Stage} stage */
  async open({ number, blocks }) {
    this.#opened.add(number);
    this.requestUpdate();
    await this.updateComplete;
    this.#focus(blocks[1].layers[0].index);
  }

  /** @param {number} layer */
  select(layer) {
    this.selected = layer;
    this.send('residua-layer', { layer });
  }

  /** @param {number} layer */
  #focus(layer) {
    /** @type {SVGElement | null} */ (
      this.renderRoot.querySelector(`[data-layer="${layer}"]`)
    )?.focus();
  }

  /** Arrow keys go from layer to layer; Enter and Space press what has the focus. */
  onKey = async (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {SVGElement} */ (event.target);
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      return;
    }
    if (target.dataset.layer === undefined) return;
    const drawn = /** @type {SVGElement[]} */ ([
      ...this.renderRoot.querySelectorAll('[data-layer]'),
    ]);
    const next = moved(event, drawn.indexOf(target), drawn.length);
    if (next === null) return;
    event.preventDefault();
    const layer = Number(drawn[next].dataset.layer);
    this.select(layer);
    await this.updateComplete;
    this.#focus(layer);
  };

  render() {
    return drawingView({ element: this, t: this.t, lang: this.lang });
  }
}
