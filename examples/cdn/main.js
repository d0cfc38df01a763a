import { createEngine } from 'https://cdn.example/residua/dist/index.js';

const engine = await createEngine({ worker: false });
const data = await engine.synthetic({ images: 500, testImages: 100 });
const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
for await (const { epoch, trainError, trajectory } of net.train(data, { epochs: 3 })) {
  const text = `epoch ${epoch}: training error ${trainError} (${trajectory})`;
  document.querySelector('p').textContent = text;
}
engine.dispose();
