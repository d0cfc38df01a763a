import { createEngine } from 'residua';

const engine = await createEngine();
const data = await engine.synthetic({ images: 500, testImages: 100 });
const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
for await (const { kind, epoch, testError, trajectory } of net.train(data, { epochs: 3 })) {
  if (kind === 'epoch') console.log(`epoch ${epoch}: test error ${testError} (${trajectory})`);
}
engine.dispose();
