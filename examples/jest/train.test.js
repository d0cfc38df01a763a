import { expect, test } from '@jest/globals';
import { createEngine } from 'residua';

test('a network learns', async () => {
  const engine = await createEngine();
  const data = await engine.synthetic({ images: 500, testImages: 100 });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
  let last;
  for await (const tick of net.train(data, { epochs: 3 })) last = tick;
  expect(last.trainError).toBeLessThan(0.9);
  console.log(`epoch ${last.epoch}: training error ${last.trainError} (${last.trajectory})`);
  engine.dispose();
}, 60_000);
