/** A Lit directive that puts pixels on a canvas of their size: `<canvas ${draw(pixels)}></canvas>`. A
 * canvas is painted only when its pixels are another object. */
import { noChange } from 'lit';
import { Directive, directive } from 'lit/directive.js';

/** @typedef {import('./pixels.js').Pixels} Pixels */

class Draw extends Directive {
  /** @type {Pixels | null} */
  #drawn = null;

  /** @param {Pixels} _pixels */
  render(_pixels) {
    return noChange;
  }

  /** @param {import('lit/directive.js').ElementPart} part @param {[Pixels]} parameters */
  update({ element }, [pixels]) {
    if (pixels === this.#drawn) return noChange;
    this.#drawn = pixels;
    const { width, height, data } = pixels;
    const canvas = /** @type {HTMLCanvasElement} */ (element);
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
    return noChange;
  }
}

export const draw = directive(Draw);
