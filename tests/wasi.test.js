/** The command for WASI hosts: the same numbers as the command for Node has. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { json } from './command.js';
import {
  at,
  MODULE,
  ONE_THREAD,
  partsOf,
  QUICK,
  residua,
  skip,
  timeless,
  wasi,
} from './wasi-command.js';

describe('the WASI command', { skip }, () => {
  it('needs nothing but WASI', async () => {
    const module = await WebAssembly.compile(await readFile(MODULE));
    const modules = new Set(WebAssembly.Module.imports(module).map((item) => item.module));
    assert.deepEqual([...modules], ['wasi_snapshot_preview1']);
  });

  it('explains itself', async () => {
    for (const name of ['help', '--help']) {
      const { code, stdout, stderr } = await residua(name);
      assert.deepEqual([code, stderr], [0, '']);
      for (const part of [
        'residua train --net',
        'residua eval --model',
        'residua predict --model',
      ]) {
        assert.ok(stdout.includes(part), part);
      }
      for (const flag of ['data FOLDER', 'out FILE', 'resume FILE', 'images N']) {
        assert.match(stdout, new RegExp(`^ {2}--${flag}`, 'm'));
      }
    }
  });

  const recipes = {
    'the defaults': [],
    'every flag': [
      ...['--net', 'plain8', '--init', 'gaussian:0.1', '--norm', 'none', '--lr', '1e-3'],
      ...['--momentum', '0', '--weight-decay=0', '--schedule', 'cosine', '--augment', 'flip'],
      ...['--seed', '9007199254740991', '--conv', 'direct', '--test-images', '7'],
      ...['--seed-weights', '4', '--seed-order', '5', '--seed-augment', '9007199254740990'],
    ],
    'projections, an odd width, the batch of a last one': [
      ...['--net', 'resnet14', '--shortcut', 'B', '--width', '5', '--batch', '20'],
      ...['--init', 'xavier', '--schedule', 'paper', '--test-images', '0'],
    ],
  };
  for (const [name, more] of Object.entries(recipes)) {
    it(`trains as Node's does: ${name}`, async () => {
      for (const file of ['ours', 'nodes']) await rm(at(`${file}.safetensors`), { force: true });
      const args = ['train', ...QUICK, ...more];
      const ours = await wasi(...args, '--out', '/files/ours.safetensors');
      const nodes = await json(...args, ...ONE_THREAD, '--out', at('nodes.safetensors'));
      assert.deepEqual(timeless(ours), timeless(nodes));
      const files = ['ours', 'nodes'].map((file) => readFile(at(`${file}.safetensors`)));
      assert.deepEqual(partsOf(await files[0]), partsOf(await files[1]));
    });
  }

  it("trains on CIFAR-10's files as Node's does", async () => {
    const args = ['train', '--net', 'ResNet-8', '--width', '4', '--batch', '16', '--epochs', '1'];
    const ours = await wasi(...args, '--data', '/files/cifar');
    const nodes = await json(...args, ...ONE_THREAD, '--data', at('cifar'));
    assert.equal(ours[0].images, 80);
    assert.deepEqual(timeless(ours), timeless(nodes));
  });

  it("evaluates as Node's does", async () => {
    for (const [ours, nodes] of [
      ['synthetic', 'synthetic'],
      ['/files/cifar', at('cifar')],
    ]) {
      const [our] = await wasi('eval', '--model', '/files/model.safetensors', '--data', ours);
      const model = ['--model', at('model.safetensors')];
      const [node] = await json('eval', ...model, ...ONE_THREAD, '--data', nodes);
      assert.deepEqual(timeless([our]), timeless([node]));
    }
  });

  it("predicts as Node's does, from PPM and from bare pixels", async () => {
    const pixels = Buffer.from(Array.from({ length: 3072 }, (_, i) => (i * i + 5 * i) % 256));
    const png = new PNG({ width: 32, height: 32 });
    for (let i = 0; i < 1024; i++) {
      for (let c = 0; c < 4; c++) png.data[4 * i + c] = c < 3 ? pixels[3 * i + c] : 255;
    }
    await writeFile(at('image.png'), PNG.sync.write(png));
    const header = 'P6 # a comment 99\n32\t32\n# another\n255\n';
    await writeFile(at('image.ppm'), Buffer.concat([Buffer.from(header), pixels]));
    await writeFile(at('raw "image"'), pixels);
    const model = (/** @type {string} */ name) => ['predict', '--model', name];
    const ours = await wasi(
      ...model('/files/model.safetensors'),
      ...['/files/image.ppm', '/files/raw "image"'],
    );
    const [node] = await json(...model(at('model.safetensors')), ...ONE_THREAD, at('image.png'));
    assert.equal(node.top.length, 5);
    assert.deepEqual(ours, [
      { ...node, file: '/files/image.ppm' },
      { ...node, file: '/files/raw "image"' },
    ]);
  });
});
