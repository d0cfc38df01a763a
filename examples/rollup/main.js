import { createEngine } from 'residua/worker';

const engine = await createEngine();
const data = await engine.synthetic({ images: 500, testImages: 100 });
const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
for await (const { epoch, trainError, trajectory } of net.train(data, { epochs: 3 })) {
  document.body.textContent = `epoch ${epoch}: training error ${trainError} (${trajectory})`;
}
engine.dispose();
