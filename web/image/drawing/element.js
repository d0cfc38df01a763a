/** `<residua-drawing>`: a network drawn from its spec. Sends "residua-layer" with the layer that is pressed. */
import { ResiduaElement } from '../../ui/element.js';
import { moved } from '../roving.js';
import { openBlocks, openedAround } from './layout.js';
import { drawingMessages } from './messages/index.js';
import { planOf } from './plan.js';
import { styles } from './styles.js';
import { drawingView } from './view.js';

/** @typedef {import('./plan.js').Stage} Stage */

export class ResiduaDrawing extends ResiduaElement {
  static styles = styles;
  static properties = { spec: { attribute: false }, selected: { type: Number } };

  /** Pixels for the drawing. */
  room = 0;
  /** Numbers of the stages whose equal blocks the reader wants drawn. @type {Set<number>} */
  #opened = new Set();
  /** The first of the blocks that an open stage draws, by its number. @type {Map<number, number>} */
  #from = new Map();
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

  /** The blocks beside the selected layer's are drawn.
   * @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (!this.spec || !(changed.has('selected') || changed.has('spec'))) return;
    for (const stage of planOf(this.spec).stages) {
      const { number, blocks } = stage;
      const block = this.#selectedBlock(stage);
      if (block === null) continue;
      const { from, to } = openBlocks(blocks.length, this.#from.get(number) ?? 1);
      const isBeside = block > from || block === 1;
      const isBefore = block < to - 1 || block === blocks.length - 2;
      if (block < from || block >= to || !isBeside || !isBefore)
        this.#from.set(number, openedAround(block));
    }
  }

  /** Which block between the first and the last has the selected layer. @param {Stage} stage */
  #selectedBlock({ blocks }) {
    const block = Math.floor((this.selected - blocks[0].layers[0].index) / 2);
    return block > 0 && block < blocks.length - 1 ? block : null;
  }

  /** The first of the equal blocks that are drawn; null if they are one cell.
   * @param {Stage} stage */
  openedFrom(stage) {
    const isOpen = this.#opened.has(stage.number) || this.#selectedBlock(stage) !== null;
    return isOpen ? (this.#from.get(stage.number) ?? 1) : null;
  }

  /** @param {Stage} stage @param {number} from the first block to be drawn */
  async open({ number, blocks }, from) {
    this.#opened.add(number);
    this.#from.set(number, from);
    this.requestUpdate();
    await this.updateComplete;
    this.#focus(blocks[Math.max(1, from)].layers[0].index);
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
