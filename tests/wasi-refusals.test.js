/** What the WASI command refuses, in one line that says why. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { binaryFiles, pythonFiles, tarGz } from './data/fixtures.js';
import { at, fails, QUICK, skip, wasi } from './wasi-command.js';

describe('the WASI command refuses', { skip }, () => {
  it('a wrong command line, with exit code 2', async () => {
    await fails(2, /Name a command\. See: residua help/);
    await fails(2, /There is no command "trian"/, 'trian');
    await fails(2, /There is no flag --epoch\./, 'train', '--epoch', '3');
    await fails(2, /There is no flag --epochs\./, 'eval', '--epochs', '3');
    await fails(2, /--net is missing/, 'train');
    await fails(2, /--model is missing/, 'eval', '--data', 'synthetic');
    await fails(2, /--data is missing/, 'eval', '--model', '/files/model.safetensors');
    await fails(2, /IMAGE is missing/, 'predict', '--model', '/files/model.safetensors');
    await fails(2, /"more" is an extra word; leave it out/, 'train', '--net', 'resnet8', 'more');
    const train = (/** @type {string[]} */ ...args) => ['train', '--net', 'resnet8', ...args];
    for (const count of ['two', '1.5', '-1', '4294967296', '']) {
      await fails(
        2,
        /--epochs (takes a whole number|needs a value)/,
        ...train(`--epochs=${count}`),
      );
    }
    for (const lr of ['fast', 'inf', 'nan', '0x1', '1e', '.']) {
      await fails(2, /--lr takes a number, not/, ...train('--lr', lr));
    }
    await fails(2, /--seed takes a whole number/, ...train('--seed', '9007199254740992'));
    await fails(2, /--shortcut is one of A\|B\|C, not "D"/, ...train('--shortcut', 'D'));
    await fails(2, /--init is he, xavier or/, ...train('--init', 'gaussian:'));
    await fails(2, /--lr needs a value: --lr X/, ...train('--lr'));
    await fails(2, /--lr needs a value/, ...train('--lr', '--epochs', '3'));
    for (const net of ['vgg16', 'resnet', 'plain--20', 'resnet20x']) {
      await fails(2, /--net is plain20, .* not/, 'train', '--net', net);
    }
  });

  it('values out of range, with exit code 2', async () => {
    const train = (/** @type {string[]} */ ...args) => ['train', ...QUICK, ...args];
    await fails(2, /6n\+2.* See: residua help$/, ...train('--net', 'resnet9'));
    await fails(2, /width 300 is not from 1 to 256/, ...train('--width', '300'));
    await fails(2, /batch_size 0 is not from 2 to 4096/, ...train('--batch', '0'));
    await fails(2, /the learning rate must be a number from 0/, ...train('--lr', '-1'));
    await fails(2, /threads 0 is not from 1 to 64/, ...train('--threads', '0'));
  });

  it('what cannot be, with exit code 1', async () => {
    const train = (/** @type {string[]} */ ...args) => ['train', ...QUICK, ...args];
    await fails(1, /a batch of 65 images is more than the 64/, ...train('--batch', '65'));
    await fails(1, /threads is 2; this build can use 1 to 1/, ...train('--threads', '2'));
    await fails(1, /step \d+.*finite/, ...train('--lr', '1e30'));
    const huge = ['--net', 'resnet110', '--width', '256', '--images', '512', '--batch', '512'];
    await fails(1, /Could not allocate \d+ MiB; use a smaller/, ...train(...huge));
  });

  it('images that are not the extracted ones', async () => {
    const data = (/** @type {string} */ name) => [
      'train',
      '--net',
      'resnet8',
      '--data',
      `/files/${name}`,
    ];
    await writeFile(at('cifar-10-binary.tar.gz'), await tarGz(binaryFiles()));
    await fails(
      1,
      /is a file; this program reads .*extracted.*tar -xzf/,
      ...data('cifar-10-binary.tar.gz'),
    );
    await mkdir(at('outer/cifar-10-batches-bin'), { recursive: true });
    await writeFile(at('outer/cifar-10-batches-bin/test_batch.bin'), '');
    await fails(1, /name \/files\/outer\/cifar-10-batches-bin\./, ...data('outer'));
    await mkdir(at('python'));
    for (const [name, bytes] of pythonFiles(undefined, ''))
      await writeFile(at(`python/${name}`), bytes);
    await fails(1, /python version .* reads the binary one/, ...data('python'));
    await fails(1, /nowhere has no test_batch\.bin/, ...data('nowhere'));
    await mkdir(at('cut'));
    await writeFile(at('cut/test_batch.bin'), Buffer.alloc(3074));
    await fails(1, /cut\/test_batch\.bin: 3074 bytes are not whole records/, ...data('cut'));
    const few = [...data('cifar'), '--images', '81'];
    await fails(1, /81 training images were asked for, but there are 80/, ...few);
  });

  it('to replace what is not its own, unless it is forced to', async () => {
    /** @param {string} name @param {string[]} more */
    const out = (name, ...more) => ['train', ...QUICK, '--out', `/files/${name}`, ...more];
    await mkdir(at('outputs'));
    await writeFile(at('outputs/there'), 'of somebody else');
    await fails(1, /outputs\/there already exists; .* --force/, ...out('outputs/there'));
    assert.equal(await readFile(at('outputs/there'), 'utf8'), 'of somebody else');
    await wasi(...out('outputs/there', '--force'));
    await symlink('there', at('outputs/link'));
    await fails(1, /link is a link; name the file itself/, ...out('outputs/link', '--force'));
    const server = createServer().listen(at('outputs/socket'));
    await once(server, 'listening');
    await fails(1, /socket is a device, a pipe or a socket/, ...out('outputs/socket', '--force'));
    server.close();
  });

  it('a name that is too long, and no other', async () => {
    const out = (/** @type {string} */ name) => [
      'train',
      ...QUICK,
      '--out',
      `/files/outputs/${name}`,
    ];
    const name = `${'a'.repeat(237)}가가가가가가`;
    assert.equal(Buffer.byteLength(name), 255);
    await wasi(...out(name));
    await fails(1, /cannot be written: the name is too long/, ...out(`${name}b`));
    await writeFile(at('outputs/empty'), '');
    await fails(1, /cannot be written: a file is in the place/, ...out('empty/x'));
    await wasi(...out('empty'));
    assert.deepEqual(
      (await readdir(at('outputs'))).filter((file) => file.endsWith('.part')),
      [],
    );
  });

  it('files that it cannot read or write, before it works', async () => {
    const model = (/** @type {string} */ name) => ['eval', '--data', 'synthetic', '--model', name];
    await fails(1, /none cannot be read: it does not exist/, ...model('/files/none'));
    await fails(1, /files cannot be read: it is a folder/, ...model('/files'));
    await fails(1, /passwd cannot be read: .*no folder that was opened/, ...model('/etc/passwd'));
    await fails(1, /cannot be read/, ...model('/files/../etc/passwd'));
    await writeFile(at('bad.safetensors'), 'hello, world, this is no such file');
    await fails(1, /header/, ...model('/files/bad.safetensors'));
    const out = (/** @type {string} */ name) => ['train', ...QUICK, '--out', name];
    await fails(1, /cannot be written: it does not exist/, ...out('/files/nowhere/x'));
    await fails(1, /\/elsewhere cannot be written/, ...out('/elsewhere'));
    await fails(1, /is a folder; name a file/, ...out('/files/cifar'));
    assert.ok((await stat(at('cifar'))).isDirectory());
  });

  it('images of another kind', async () => {
    const predict = (/** @type {string} */ name) => [
      'predict',
      '--model',
      '/files/model.safetensors',
      `/files/${name}`,
    ];
    await writeFile(at('large.ppm'), `P6 33 32 255\n${'x'.repeat(33 * 96)}`);
    await fails(
      1,
      /large\.ppm is a PPM image of 33 x 32 .* make it one of 32 x 32/,
      ...predict('large.ppm'),
    );
    await writeFile(at('cut.ppm'), 'P6 32 32 255\nxyz');
    await fails(1, /cut\.ppm is a PPM image .* or cut off/, ...predict('cut.ppm'));
    await writeFile(at('short'), 'P');
    await fails(1, /short is neither a PPM image \(P6\) nor 3072 bytes/, ...predict('short'));
  });
});
