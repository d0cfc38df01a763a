/** The curve of a run, from its ticks, with few enough points to be drawn again and again. */

/** @typedef {{ step: number, error: number }} Point */
/** @typedef {import('./index.js').Tick} Tick */

/** Points that a train curve has, at most, beside those at the ends of epochs. */
const POINTS = 240;

export class Curve {
  /** Over the images of one epoch up to the step: at the end of an epoch, its train error.
   * @type {Point[]} */
  train = [];
  /** @type {Point[]} */
  test = [];
  /** Those that the points are made of: they make the same curve again. @type {Tick[]} */
  ticks = [];
  /** The ticks of completed epochs. @type {Tick[]} */
  epochs = [];
  /** Steps at which the learning rate fell to less than half. @type {number[]} */
  drops = [];
  /** The sum of errors up to a step. @type {{ step: number, sum: number, final: boolean }[]} */
  #sums = [{ step: 0, sum: 0, final: true }];
  #lr = 0;

  /** @param {Tick} tick */
  push(tick) {
    const dropped = tick.lr < this.#lr / 2;
    if (dropped) this.drops.push(tick.step);
    this.#lr = tick.lr;
    this.#addTrain(tick, dropped);
    if (tick.kind === 'step') return;
    this.epochs.push(tick);
    if (tick.testError !== undefined) this.test.push({ step: tick.step, error: tick.testError });
  }

  /** @param {Tick} tick @param {boolean} dropped */
  #addTrain(tick, dropped) {
    const { kind, step, steps, epochs, trainError } = tick;
    const perEpoch = steps / epochs;
    const before = this.#sums.findLastIndex(({ final, step: at }) => final && at < step);
    this.#sums.length = before + 1;
    this.train.length = before;
    this.ticks.length = before;
    const start = Math.floor((step - 1) / perEpoch) * perEpoch;
    const sum = this.#sumAt(start) + trainError * (step - start);
    const enough = step - this.#sums[before].step >= steps / POINTS;
    const final = kind === 'epoch' || dropped || enough;
    this.#sums.push({ step, sum, final });
    this.ticks.push(tick);
    const from = Math.max(0, step - perEpoch);
    this.train.push({ step, error: (sum - this.#sumAt(from)) / (step - from) });
  }

  /** @param {number} step */
  #sumAt(step) {
    const at = this.#sums.findLastIndex((point) => point.step <= step);
    const [left, right] = [this.#sums[at], this.#sums[at + 1]];
    if (left.step === step || !right) return left.sum;
    return left.sum + ((right.sum - left.sum) * (step - left.step)) / (right.step - left.step);
  }
}
