// The import keeps the module in the program; one thread, since scripts of workers are files of their own.
import { createEngine } from 'residua';
import simd128 from 'residua/residua-simd128.wasm' with { type: 'file' };

const wasm = () => Bun.file(simd128).arrayBuffer();
const engine = await createEngine({ wasm, tier: 'simd128', threads: 1 });
const data = await engine.synthetic({ images: 500, testImages: 100 });
const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
for await (const { kind, epoch, testError, trajectory } of net.train(data, { epochs: 3 })) {
  if (kind === 'epoch') console.log(`epoch ${epoch}: test error ${testError} (${trajectory})`);
}
engine.dispose();
