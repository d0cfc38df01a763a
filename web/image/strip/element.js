/** `<residua-strip>`: some training images with their classes, the first of each class. One of them is the picture
 * at hand: "residua-picture" has its pixels. */
import { css, html, nothing } from 'lit';
import { ResiduaElement } from '../../ui/element.js';
import { number } from '../../ui/format.js';
import { sharedStyles } from '../../ui/styles.js';
import { className, kindOf } from '../classes.js';
import { draw } from '../draw.js';
import { pictureIn } from '../images.js';
import { Latest } from '../latest.js';
import { moved } from '../roving.js';
import { stripMessages } from './messages/index.js';

/** @typedef {import('../images.js').ImageSource} ImageSource */
/** @typedef {{ picture: import('../images.js').Picture, name: (lang: string) => string }} Shown */

/** Images that are shown, and those that they are chosen among. */
const SHOWN = 10;
const LOOKED_AT = 80;

const styles = css`
  p {
    margin: 0 0 8px;
    color: var(--muted);
    font-size: 14px;
  }
  p b {
    color: var(--ink);
  }
  .images {
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr));
    gap: 8px 4px;
    max-width: 27rem;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  :is(button, li) {
    display: grid;
    justify-items: center;
    gap: 2px;
    min-width: 0;
    min-height: 0;
    padding: 4px 0;
    border: 1px solid transparent;
    color: var(--muted);
    font-size: 12px;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  button[aria-checked='true'] {
    border-color: var(--ink);
    color: var(--ink);
  }
  /* Where colours are forced, buttons get an edge unless they ask for the ground's colour. */
  @media (forced-colors: active) {
    :is(button, li) {
      border-color: Canvas;
    }
    button[aria-checked='true'] {
      border-color: Highlight;
    }
  }
  canvas {
    display: block;
    width: 40px;
    height: 40px;
    image-rendering: pixelated;
  }
`;

export class ResiduaStrip extends ResiduaElement {
  static styles = [...sharedStyles, styles];
  static properties = {
    engine: { attribute: false },
    source: { attribute: false },
    fixed: { type: Boolean },
  };

  /** @type {Shown[]} */
  #images = [];
  /** What they are of. @type {{ name: string, images: number, synthetic: boolean } | null} */
  #facts = null;
  #chosen = 0;
  #looks = new Latest();

  constructor() {
    super(stripMessages);
    /** @type {import('../../lib/index.js').Engine | null} */
    this.engine = null;
    /** Null: the images are drawn by a program. @type {ImageSource | null} */
    this.source = null;
    /** Nothing can be chosen: the images stand beside a network that may have learned from others. */
    this.fixed = false;
  }

  /** @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has('source') || (changed.has('engine') && !this.#facts))
      void this.#looks.want(() => this.#look());
  }

  async #look() {
    const { engine, source } = this;
    if (!engine && !source) return;
    try {
      const dataset = source
        ? await source.take({ images: Math.min(LOOKED_AT, source.images), testImages: 0 })
        : await engine?.synthetic({ images: LOOKED_AT, testImages: 1 });
      if (!dataset || source !== this.source) return;
      this.#show(dataset);
    } catch {
      this.#images = []; // The images have gone, and others are on their way.
    }
    this.requestUpdate();
  }

  /** @param {import('../../lib/index.js').Dataset} dataset */
  #show({ name, classes, train, synthetic }) {
    const kind = kindOf(classes);
    const labels = [...train.labels];
    const firsts = labels.flatMap((label, i) => (labels.indexOf(label) === i ? [i] : []));
    const others = [...labels.keys()].filter((i) => !firsts.includes(i));
    this.#images = [...firsts.sort((a, b) => labels[a] - labels[b]), ...others]
      .slice(0, SHOWN)
      .map((i) => ({
        picture: pictureIn(train, i, kind),
        name: (lang) => className(kind, labels[i], lang),
      }));
    this.#facts = { name, synthetic, images: this.source?.images ?? 0 };
    this.#choose(0);
  }

  /** @param {number} index */
  #choose(index) {
    this.#chosen = index;
    this.requestUpdate();
    this.send('residua-picture', { planes: this.#images[index]?.picture.planes ?? null });
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    const next = moved(event, this.#chosen, this.#images.length);
    if (next === null) return;
    event.preventDefault();
    const images = /** @type {Element} */ (event.currentTarget).children;
    /** @type {HTMLElement} */ (images[next]).focus();
    this.#choose(next);
  };

  render() {
    const { t, lang } = this;
    if (!this.#facts || this.#images.length === 0) return nothing;
    const { name, images, synthetic } = this.#facts;
    const counts = { name, images: number(lang, images) };
    const areOthers = synthetic && this.fixed;
    return html`
      <p>
        <b>${t(areOthers ? 'titleOfExperiments' : 'title')}</b>
        ${synthetic ? t(areOthers ? 'syntheticHere' : 'synthetic') : t('of', counts)}
      </p>
      ${
        this.fixed
          ? html`<ul class="images">
              ${this.#images.map((image) => html`<li>${this.#content(image)}</li>`)}
            </ul>`
          : html`<div class="images" role="radiogroup" aria-label=${t('title')} @keydown=${this.#onKey}>
              ${this.#images.map((image, i) => this.#button(image, i))}
            </div>`
      }
    `;
  }

  /** @param {Shown} image */
  #content({ picture, name }) {
    return html`<canvas ${draw(picture.pixels)}></canvas>${name(this.lang)}`;
  }

  /** @param {Shown} image @param {number} i */
  #button(image, i) {
    return html`<button
      role="radio"
      aria-checked=${i === this.#chosen}
      tabindex=${i === this.#chosen ? 0 : -1}
      @click=${() => this.#choose(i)}
    >
      ${this.#content(image)}
    </button>`;
  }
}
