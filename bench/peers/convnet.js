/** ConvNetJS: plain JavaScript. It has neither norm nor shortcuts, so it trains the plain network
 * without them. */
import convnetjs from 'convnetjs';
import { batchOf, convolutions, lossWatch } from './data.js';

/** @param {import('../cases.js').Case} wanted */
export async function* work(wanted) {
  const { pixels, labels } = await batchOf(wanted.batch);
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: 'input', out_sx: 32, out_sy: 32, out_depth: 3 },
    ...convolutions(wanted).map(({ to, stride }) => {
      return { type: 'conv', sx: 3, filters: to, stride, pad: 1, activation: 'relu' };
    }),
    { type: 'pool', sx: 8, stride: 8 },
    { type: 'softmax', num_classes: 10 },
  ]);
  const trainer = new convnetjs.Trainer(net, {
    method: 'sgd',
    learning_rate: 0.001,
    momentum: 0.9,
    batch_size: wanted.batch,
  });
  const volumes = labels.map((_, image) => {
    const volume = new convnetjs.Vol(32, 32, 3);
    for (let i = 0; i < 3072; i++) {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      volume.w[i] = pixels[image * 3072 + channel * 1024 + pixel];
    }
    return volume;
  });
  const watch = lossWatch();
  while (true) {
    let loss = 0;
    volumes.forEach((volume, i) => {
      loss += trainer.train(volume, labels[i]).loss;
    });
    watch(loss);
    yield wanted.batch;
  }
}
