/** The curve of a run, from its ticks, with few enough points to be drawn again and again. */

/** An error is a fraction, a loss a mean in nats. @typedef {{ step: number, error: number, loss: number }} Point */
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
  /** The sums of errors and losses up to a step.
   * @type {{ step: number, errors: number, losses: number, final: boolean }[]} */
  #sums = [{ step: 0, errors: 0, losses: 0, final: true }];
  #lr = 0;

  /** @param {Tick} tick */
  push(tick) {
    const dropped = tick.lr < this.#lr / 2;
    if (dropped) this.drops.push(tick.step);
    this.#lr = tick.lr;
    this.#addTrain(tick, dropped);
    if (tick.kind === 'step') return;
    this.epochs.push(tick);
    const { step, testError, testLoss = NaN } = tick;
    if (testError !== undefined) this.test.push({ step, error: testError, loss: testLoss });
  }

  /** @param {Tick} tick @param {boolean} dropped */
  #addTrain(tick, dropped) {
    const { kind, step, steps, epochs, trainError, trainLoss } = tick;
    const perEpoch = steps / epochs;
    const before = this.#sums.findLastIndex(({ final, step: at }) => final && at < step);
    this.#sums.length = before + 1;
    this.train.length = before;
    this.ticks.length = before;
    const start = Math.floor((step - 1) / perEpoch) * perEpoch;
    const epochStart = this.#sumsAt(start);
    const errors = epochStart.errors + trainError * (step - start);
    const losses = epochStart.losses + trainLoss * (step - start);
    const enough = step - this.#sums[before].step >= steps / POINTS;
    const final = kind === 'epoch' || dropped || enough;
    this.#sums.push({ step, errors, losses, final });
    this.ticks.push(tick);
    const from = Math.max(0, step - perEpoch);
    const since = this.#sumsAt(from);
    this.train.push({
      step,
      error: (errors - since.errors) / (step - from),
      loss: (losses - since.losses) / (step - from),
    });
  }

  /** @param {number} step */
  #sumsAt(step) {
    const at = this.#sums.findLastIndex((point) => point.step <= step);
    const [left, right] = [this.#sums[at], this.#sums[at + 1]];
    if (left.step === step || !right) return left;
    const share = (step - left.step) / (right.step - left.step);
    return {
      errors: left.errors + (right.errors - left.errors) * share,
      losses: left.losses + (right.losses - left.losses) * share,
    };
  }
}
