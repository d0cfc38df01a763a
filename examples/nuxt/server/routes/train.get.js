import { createEngine } from 'residua';

/** Trains on the server, with Node's files of the package. */
export default defineEventHandler(async () => {
  const engine = await createEngine();
  const data = await engine.synthetic({ images: 500, testImages: 100 });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
  let text = '';
  for await (const { epoch, trainError, trajectory } of net.train(data, { epochs: 3 })) {
    text = `epoch ${epoch}: training error ${trainError} (${trajectory})\n`;
  }
  engine.dispose();
  return text;
});
