/** `<residua-follow>`: one channel of a layer from its input to its output, with the sum of one pixel written
 * out, and the way from the last layer to the answer. */
import { ResiduaElement } from '../../ui/element.js';
import { Latest } from '../latest.js';
import { stepsOf } from './arithmetic.js';
import { ExactNetwork } from './exact.js';
import { followMessages } from './messages/index.js';
import { styles } from './styles.js';
import { followView } from './view.js';

/** @typedef {import('../networks.js').OpenNetwork} OpenNetwork */

/** Properties that another look depends on. */
const SUBJECT = /** @type {const} */ (['opened', 'picture', 'layer', 'shown']);

export class ResiduaFollow extends ResiduaElement {
  static styles = styles;
  static properties = {
    opened: { attribute: false },
    picture: { attribute: false },
    layer: { type: Number },
    channel: { attribute: false },
    shown: { type: Boolean },
    engineOptions: { attribute: false },
  };

  /** @type {ExactNetwork | null} */
  exact = null;
  /** @type {import('./exact.js').Look | null} */
  look = null;
  /** Of the channel. @type {import('./arithmetic.js').Steps | null} */
  steps = null;
  /** The pixel of the output that is written out. */
  pixel = { y: 12, x: 12 };
  /** The class whose logit is written out; null: the answer. @type {number | null} */
  label = null;
  /** @type {Error | null} */
  failure = null;
  /** Whose weights `exact` has. @type {OpenNetwork | null} */
  #of = null;
  #looks = new Latest();

  constructor() {
    super(followMessages);
    /** @type {OpenNetwork | null} */
    this.opened = null;
    /** @type {import('../images.js').Picture | null} */
    this.picture = null;
    this.layer = 0;
    /** @type {number | null} */
    this.channel = null;
    this.shown = true;
    /** @type {import('../../lib/index.js').EngineOptions} */
    this.engineOptions = {};
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.exact?.dispose();
    Object.assign(this, { exact: null, look: null, steps: null });
    this.#of = null;
  }

  /** @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has('opened')) this.label = null;
    const isOther = SUBJECT.some((name) => changed.has(name));
    if (isOther && this.shown) void this.#looks.want(() => this.#lookNow());
    if (changed.has('channel')) this.#compute();
  }

  async #lookNow() {
    const { opened, picture, layer } = this;
    if (!opened || !picture || !this.isConnected) return;
    try {
      const exact = await this.#exactOf(opened);
      const look = exact && (await exact.look(picture.planes, layer));
      if (!look || opened !== this.opened || layer !== this.layer) return;
      Object.assign(this, { look, failure: null });
      this.#compute();
    } catch (error) {
      if (opened === this.opened) this.failure = /** @type {Error} */ (error);
    }
    this.requestUpdate();
  }

  /** The one before is disposed of. @param {OpenNetwork} opened */
  async #exactOf(opened) {
    if (this.exact && this.#of === opened) return this.exact;
    this.exact?.dispose();
    Object.assign(this, { exact: null, look: null, steps: null });
    const exact = await ExactNetwork.open(opened.choice, this.engineOptions);
    if (!this.isConnected) {
      exact.dispose();
      return null;
    }
    this.exact = exact;
    this.#of = opened;
    return exact;
  }

  /** The steps of the channel that is followed. */
  #compute() {
    const { exact, look, channel } = this;
    if (!exact || !look || channel === null || channel >= look.output.channels) return;
    const { layer, input, block, output } = look;
    this.steps = stepsOf(exact.net, exact.tensors, layer, channel, input, block);
    const [y, x] = [this.pixel.y % output.height, this.pixel.x % output.width];
    this.pixel = { y, x };
  }

  /** @param {{ y?: number, x?: number }} change */
  point(change) {
    this.pixel = { ...this.pixel, ...change };
    this.requestUpdate();
  }

  /** @param {number} label */
  ask(label) {
    this.label = label;
    this.requestUpdate();
  }

  render() {
    return followView({ element: this, t: this.t, lang: this.lang });
  }
}
