/** What the page shows of images and networks beside the workbench: the strip of training images, and the inside of
 * a network. Both are loaded when they are needed; the picture at hand and the layer are the same in all
 * chapters. */
import { html, nothing } from 'lit';

/** @typedef {import('./view.js').View} View */

export class Inside {
  /** Of the picture at hand, [3][32][32]. @type {Uint8Array | null} */
  planes = null;
  layer = 0;
  open = false;
  /** The inside could not be loaded. */
  failed = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Without it the page is whole, too. */
  async loadStrip() {
    await import('../image/strip/index.js').catch(() => {});
  }

  /** @param {boolean} open */
  async show(open) {
    if (open === this.open) return;
    this.open = open;
    this.#onChange();
    if (!open) return;
    const parts = [import('../image/drawing/index.js'), import('../image/inside/index.js')];
    this.failed = await Promise.all(parts).then(
      () => false,
      () => true,
    );
    this.#onChange();
  }

  /** @param {{ planes?: Uint8Array | null, layer?: number }} chosen */
  choose(chosen) {
    Object.assign(this, chosen);
    this.#onChange();
  }
}

/** Some of the images that are trained on. @param {View} view */
export function stripView({ lang, lab, element, data }) {
  const source = element?.isSynthetic === false ? data.source : null;
  return html`<residua-strip .lang=${lang} .engine=${element?.engine ?? null} .source=${source} ?fixed=${!lab}></residua-strip>`;
}

/** The networks of the workbench, one of them drawn, with what its layers make of the picture at hand.
 * @param {View} view */
export function insideView({ t, lang, lab, inside }) {
  if (!lab) return nothing;
  const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) =>
    inside.show(target.open);
  const { open, failed, planes, layer } = inside;
  return html`<details class="inside" ?open=${open} @toggle=${onToggle}>
    <summary>${t('insideTitle')}</summary>
    ${failed ? html`<p role="status">${t('insideFailed')}</p>` : nothing}
    ${
      open
        ? html`<residua-inside
            .lang=${lang}
            .networks=${lab.networks}
            .engine=${lab.engine}
            .planes=${planes}
            .layer=${layer}
          ></residua-inside>`
        : nothing
    }
  </details>`;
}
