/** One batch of the synthetic set, as other libraries want it: normalised, NCHW; and random
 * weights. They are spared the augmentation. */

/** @param {number} count */
export async function batchOf(count) {
  const { createEngine } = await import(new URL('../../dist/node.js', import.meta.url).href);
  const engine = await createEngine({ threads: 1 });
  const { train } = await engine.synthetic({ images: count, testImages: 0 });
  engine.dispose();
  const pixels = Float32Array.from(train.images, (value) => (value - 127.5) / 63);
  return { pixels, labels: Array.from(train.labels) };
}

/** Normally distributed with He's variance. @param {number} count @param {number} fanIn */
export function heWeights(count, fanIn) {
  const deviation = Math.sqrt(2 / fanIn);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return deviation * radius * Math.cos(2 * Math.PI * Math.random());
  });
}

/** The 3x3 convolutions of plain and residual networks in order.
 * @param {{ net: string, width: number }} wanted */
export function convolutions({ net, width }) {
  const blocks = (Number(/\d+$/.exec(net)) - 2) / 6;
  const list = [{ from: 3, to: width, stride: 1 }];
  for (const stage of [0, 1, 2]) {
    for (let i = 0; i < 2 * blocks; i++) {
      const to = width << stage;
      const grows = stage > 0 && i === 0;
      list.push({ from: grows ? to / 2 : to, to, stride: grows ? 2 : 1 });
    }
  }
  return list;
}

/** Throws if training does not train. Returns a function that takes the loss of each step on
 * always the same batch. */
export function lossWatch() {
  /** @type {number[]} */
  const losses = [];
  return (/** @type {number} */ loss) => {
    losses.push(loss);
    if (losses.length === 4 && !(loss < losses[0])) {
      throw new Error(`it does not learn: the loss went from ${losses[0]} to ${loss}`);
    }
  };
}
