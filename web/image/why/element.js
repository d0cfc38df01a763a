/** `<residua-why>`: which places of a picture a class's logit comes from, and what it loses without each. */
import { classActivationMap, occlusion } from '../../lib/explain.js';
import { ResiduaElement } from '../../ui/element.js';
import { Latest } from '../latest.js';
import { whyMessages } from './messages/index.js';
import { styles } from './styles.js';
import { whyView } from './view.js';

/** @typedef {import('../networks.js').OpenNetwork} OpenNetwork */

export class ResiduaWhy extends ResiduaElement {
  static styles = styles;
  static properties = { opened: { attribute: false }, picture: { attribute: false } };

  /** Of the picture: logits, biases and a map for each class.
   * @type {{ picture: import('../images.js').Picture, logits: Float32Array, bias: Float32Array,
   *   maps: import('../../lib/index.js').PlaceMap[] } | null} */
  places = null;
  /** @type {import('../../lib/index.js').Occlusion | null} */
  covered = null;
  /** Of the occlusion under way; null: none is. @type {number | null} */
  share = null;
  /** The class that is asked about; null: the answer. @type {number | null} */
  label = null;
  /** @type {Error | null} */
  failure = null;
  #looks = new Latest();
  #stop = new AbortController();

  constructor() {
    super(whyMessages);
    /** @type {OpenNetwork | null} */
    this.opened = null;
    /** @type {import('../images.js').Picture | null} */
    this.picture = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop.abort();
  }

  /** @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has('opened')) Object.assign(this, { label: null, places: null });
    if (!changed.has('opened') && !changed.has('picture')) return;
    this.cancel();
    this.covered = null;
    void this.#looks.want(() => this.#look());
  }

  async #look() {
    const { opened, picture } = this;
    if (!opened || !picture) return;
    const { net } = opened;
    try {
      const last = await net.activation(picture.planes, net.layers.length - 1);
      const [logits, tensors] = [await net.logits(picture.planes), await net.tensors()];
      if (opened !== this.opened) return;
      const maps = Array.from(logits, (_, label) => classActivationMap(last, tensors, label));
      const bias = tensors.find(({ name }) => name === 'linear.bias')?.values ?? new Float32Array();
      Object.assign(this, { places: { picture, logits, bias, maps }, failure: null });
    } catch (error) {
      if (opened === this.opened) this.failure = /** @type {Error} */ (error);
    }
    this.requestUpdate();
  }

  /** Covers the picture part by part. */
  async cover() {
    const { opened, picture } = this;
    if (!opened || !picture) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#progress(0);
    const onProgress = (/** @type {{ done: number, total: number }} */ { done, total }) =>
      this.#progress(done / total);
    try {
      const { signal } = stop;
      this.covered = await occlusion(opened.net, picture.planes, { signal, onProgress });
    } catch (error) {
      if (!stop.signal.aborted) this.failure = /** @type {Error} */ (error);
    }
    if (this.#stop === stop) this.#progress(null);
  }

  /** @param {number | null} share */
  #progress(share) {
    this.share = share;
    this.requestUpdate();
  }

  cancel() {
    this.#stop.abort();
    this.#progress(null);
  }

  /** @param {number} label */
  ask(label) {
    this.label = label;
    this.requestUpdate();
  }

  render() {
    return whyView({ element: this, t: this.t, lang: this.lang });
  }
}
