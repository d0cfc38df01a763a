/** The readers of CIFAR-10: every form it comes in, and what is said about everything else. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { CIFAR10_CLASSES, Dataset, openDataset } from '../web/lib/index.js';
import {
  BATCHES,
  binaryFile,
  binaryFiles,
  fileOf,
  IMAGE_BYTES,
  source as inPieces,
  madeUpBatch,
  madeUpBatches,
  pythonFile,
  pythonFiles,
  pythonMeta,
  tar,
  tarGz,
} from './data/fixtures.js';
import { largestArray } from './data/memory.js';

/** @typedef {import('./data/fixtures.js').File} Named */
/** @typedef {Parameters<typeof openDataset>[0]} Input */

/** In pieces of an odd size. @param {string} name @param {Uint8Array} bytes */
const source = (name, bytes, piece = 777) => inPieces(name, bytes, piece);

const sourcesOf = (/** @type {Named[]} */ files) =>
  files.map(([name, bytes]) => source(name.replace(/.*\//, ''), bytes));

/** @param {import('residua').Dataset} data */
function checkMadeUp(data, batches = madeUpBatches()) {
  assert.ok(data instanceof Dataset);
  assert.equal(data.name, 'CIFAR-10');
  assert.equal(data.synthetic, false);
  assert.deepEqual(data.classes, [...CIFAR10_CLASSES]);
  const train = BATCHES.slice(0, 5).flatMap((name) => batches.get(name) ?? []);
  const images = train.flatMap((batch) => [...batch.images]);
  assert.deepEqual(
    [...data.train.labels],
    train.flatMap((batch) => batch.labels),
  );
  assert.deepEqual(data.train.images, Uint8Array.from(images));
  assert.deepEqual([...data.test.labels], batches.get('test_batch')?.labels);
  assert.deepEqual(data.test.images, batches.get('test_batch')?.images);
  for (const { images: pixels } of [data.train, data.test]) {
    assert.equal(pixels.buffer.byteLength, pixels.length, 'nothing but its images is kept');
  }
}

const badFile = (/** @type {RegExp} */ pattern) => (/** @type {any} */ error) => {
  assert.equal(error.name, 'ResiduaError', String(error.stack));
  assert.equal(error.code, 'BAD_FILE', error.message);
  assert.equal(error.op, 'openDataset');
  assert.match(error.message, pattern);
  return true;
};

/** @param {Input} input @param {RegExp} pattern */
const refuses = (input, pattern) => assert.rejects(openDataset(input), badFile(pattern));

describe('CIFAR-10 comes', () => {
  it('as the binary archive', async () => {
    checkMadeUp(await openDataset(source('cifar-10-binary.tar.gz', await tarGz(binaryFiles()))));
  });

  it('as the python archive', async () => {
    checkMadeUp(await openDataset(source('cifar-10-python.tar.gz', await tarGz(pythonFiles()))));
  });

  it('as archives that a browser has unpacked', async () => {
    checkMadeUp(await openDataset(source('cifar-10-binary.tar', await tar(binaryFiles()))));
    checkMadeUp(await openDataset(source('cifar-10-python.tar', await tar(pythonFiles()))));
  });

  it('in pieces of any size', async () => {
    const archive = await tar(pythonFiles());
    for (const piece of [7, 511, 100000])
      checkMadeUp(await openDataset(source('a', archive, piece)));
  });

  it('as loose files in any order, with what browsers add to names', async () => {
    checkMadeUp(await openDataset(sourcesOf(binaryFiles()).reverse()));
    checkMadeUp(await openDataset(sourcesOf(pythonFiles())));
    /** @type {Named[]} */
    const renamed = binaryFiles().map(([name, bytes]) => [
      String(name).replace('.bin', ' (1).bin'),
      bytes,
    ]);
    checkMadeUp(await openDataset(sourcesOf(renamed)));
    /** @type {Named[]} */
    const packed = binaryFiles().map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]);
    checkMadeUp(await openDataset(sourcesOf(packed)));
  });

  it('as File objects', async () => {
    const files = binaryFiles().map(([name, bytes]) => fileOf(path.basename(name), bytes));
    checkMadeUp(await openDataset(files));
  });

  it('as the answer to a request, of unknown size', async () => {
    const response = new Response(await tarGz(binaryFiles()));
    checkMadeUp(
      await openDataset({ name: 'cifar.tar.gz', stream: () => response.body ?? assert.fail() }),
    );
  });

  it('in part: the training files there are, in their order', async () => {
    const all = madeUpBatches();
    const some = new Map(
      ['test_batch', 'data_batch_5', 'data_batch_2'].map((n) => [n, all.get(n) ?? assert.fail()]),
    );
    checkMadeUp(await openDataset(sourcesOf(binaryFiles(some))), some);
  });

  it('with files that are left alone', async () => {
    const strangers = ['notes.txt', '.DS_Store', '._data_batch_1.bin', '__MACOSX/test_batch'].map(
      (name) => source(name, Buffer.from('x')),
    );
    checkMadeUp(await openDataset([...strangers, ...sourcesOf(binaryFiles())]));
    checkMadeUp(await openDataset([...strangers, source('c.tar.gz', await tarGz(binaryFiles()))]));
  });

  it('with the names of its classes', async () => {
    const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`);
    const text = source('batches.meta.txt', Buffer.from(classes.join('\r\n')));
    const files = sourcesOf(binaryFiles().slice(1));
    assert.deepEqual((await openDataset([text, ...files])).classes, classes);
    const pickle = source('batches.meta', pythonMeta(classes));
    assert.deepEqual((await openDataset([pickle, ...files])).classes, classes);
  });

  it('with progress, and stops when told to', async () => {
    const archive = await tarGz(binaryFiles());
    /** @typedef {Parameters<NonNullable<import('residua').OpenOptions['onProgress']>>[0]} Progress */
    /** @type {Progress[]} */
    const seen = [];
    const onProgress = (/** @type {Progress} */ progress) => seen.push(progress);
    await openDataset(source('a.tar.gz', archive, 100), { onProgress });
    assert.equal(seen.length, Math.ceil(archive.length / 100));
    const { length } = archive;
    assert.deepEqual(seen.at(-1), { unit: 'bytes', done: length, total: length });
    const reason = new Error('enough');
    const controller = new AbortController();
    const stopped = openDataset(source('a.tar.gz', archive), {
      onProgress: () => controller.abort(reason),
      signal: controller.signal,
    });
    await assert.rejects(stopped, (error) => error === reason);
  });
});

describe('a folder', () => {
  /** @type {string} */
  let folder;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'residua-'))));
  after(() => rm(folder, { recursive: true }));

  /** @param {string} name @param {Named[]} files */
  const fill = async (name, files) => {
    for (const [file, bytes] of files) {
      const target = path.join(folder, name, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
    return path.join(folder, name);
  };

  it('holds files, an archive, or the folder of an archive', async () => {
    checkMadeUp(await openDataset(await fill('files', binaryFiles(madeUpBatches(), ''))));
    checkMadeUp(await openDataset(await fill('inner', pythonFiles())));
    /** @type {Named[]} */
    const archive = [['cifar-10-binary.tar.gz', await tarGz(binaryFiles())]];
    const whole = await fill('archive', [...archive, ['README.md', Buffer.from('# Notes')]]);
    checkMadeUp(await openDataset(whole));
    checkMadeUp(await openDataset(path.join(whole, 'cifar-10-binary.tar.gz')));
  });

  it('may be missing or hold something else', async () => {
    const nowhere = path.join(folder, 'nowhere');
    await assert.rejects(openDataset(nowhere), badFile(/no file or folder .*nowhere; expected/));
    const other = await fill('other', [['a.txt', Buffer.from('a')]]);
    await assert.rejects(
      openDataset(other),
      badFile(/other\/a.txt is not a kind of file that Residua reads; expected/),
    );
  });
});

describe('a file that ends too early', () => {
  /** @param {string} name @param {Uint8Array} bytes @param {number} share @param {RegExp} pattern */
  const cut = (name, bytes, share, pattern) => {
    return refuses(source(name, bytes.subarray(0, Math.floor(bytes.length * share))), pattern);
  };
  const advice = 'The download may have been cut off; please fetch it again\\.$';

  it('as tar.gz', async () => {
    for (const files of [binaryFiles(), pythonFiles()]) {
      await cut('c.tar.gz', await tarGz(files), 0.6, new RegExp(`^c\\.tar\\.gz ends .*${advice}`));
    }
  });

  it('as tar, in the middle of a file', async () => {
    const batches = new Map([['data_batch_4', madeUpBatch(4, 1000)]]);
    const pattern = (/** @type {string} */ name) => {
      return new RegExp(`^c.tar ends after 1.\\d MB of the 3.\\d MB of .*/${name}. ${advice}`);
    };
    await cut('c.tar', await tar(binaryFiles(batches)), 0.5, pattern('data_batch_4.bin'));
    const python = pythonFiles(madeUpBatches().set('data_batch_4', madeUpBatch(4, 1000)));
    await cut('c.tar', await tar(python), 0.5, pattern('data_batch_4'));
  });

  it('as tar, between two files', async () => {
    const archive = await tar(binaryFiles());
    await cut(
      'c.tar',
      archive.subarray(0, -1024),
      1,
      new RegExp(`c.tar ends after [\\d.]+ KB, too early. ${advice}`),
    );
  });

  it('as loose files', async () => {
    const part = binaryFile(madeUpBatch(1, 4)).subarray(0, 9000);
    await refuses(
      source('data_batch_1.bin', part),
      new RegExp(
        `data_batch_1.bin has 9000 bytes: 2 records of 3073 .* 2854 bytes more. ${advice}`,
      ),
    );
    const pickle = pythonFile(madeUpBatch(1, 4));
    await cut(
      'data_batch_1',
      pickle,
      0.6,
      new RegExp(`ends after [\\d.]+ KB of 12.\\d KB. ${advice}`),
    );
    await cut('data_batch_1', pickle, 0.999, new RegExp(`ends after [\\d.]+ KB. ${advice}`));
    await refuses(source('test_batch.bin', Buffer.alloc(0)), /test_batch.bin is empty/);
  });
});

describe('a foreign file', () => {
  const expected = '; expected CIFAR-10 or CIFAR-100, Parquet .*\\.$';
  const found = (/** @type {string} */ what) => new RegExp(`${what}${expected}`);

  it('is named for what it is', async () => {
    const cases = [
      ['\n<!DOCTYPE html><p>404', 'is an HTML page'],
      ['%PDF-1.7', 'is a PDF file'],
      ['\x40\0\0\0\0\0\0\0{"conv1.weight":', 'is a safetensors file'],
      ['whatever', 'is not a kind of file that Residua reads'],
      ['', 'is empty'],
    ];
    for (const [text, what] of cases) {
      await refuses(source('a.zip', Buffer.from(text, 'latin1')), found(what));
    }
    const packed = source('a.tar', Buffer.from('7z\xbc\xaf', 'latin1'));
    await refuses(packed, /^a.tar is a 7z archive; unpack it and give what was in it\.$/);
    const picture = source('cat.tar', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    await refuses(picture, /^cat.tar is one picture; put/);
    await refuses([], /^There are no files; expected/);
    const page = Buffer.from('<html><body>Please log in</body></html>');
    await refuses(source('data_batch_1.bin', page), found('data_batch_1.bin is an HTML page'));
  });

  it('is an archive of something else', async () => {
    const of = async (/** @type {Named[]} */ ...files) => source('x.tar.gz', await tarGz(files));
    const small = Buffer.from('x');
    await refuses(
      await of(['a/b.txt', small]),
      found('x/a/b.txt is not a kind of file that Residua reads'),
    );
    let packed = Buffer.from(small);
    for (let i = 0; i < 6; i++) packed = gzipSync(packed);
    await refuses(source('x.gz', packed), /^x is packed too many times; unpack it\.$/);
    await refuses(
      source('x.gz', gzipSync(small)),
      found('x is not a kind of file that Residua reads'),
    );
  });

  it('is a damaged archive', async () => {
    const archive = await tarGz(binaryFiles());
    archive.fill(0xff, 200, 300);
    await refuses(
      source('c.tar.gz', archive),
      /^c.tar.gz stops making sense \(\w.*\)\..* fetch it again/,
    );
    const header = await tar(binaryFiles());
    header[512 + 3] ^= 1;
    await refuses(source('c.tar', header), /^c.tar stops making sense .*checksum/);
  });
});

describe('an archive is refused', () => {
  /** @typedef {import('modern-tar').TarEntry} Entry */

  /** @param {string} name @param {Partial<Entry['header']>} [more] @returns {Entry} */
  const entry = (name, more) => ({ header: { name, size: 0, type: 'file', ...more } });
  const archive = async (/** @type {Entry[]} */ ...entries) => {
    return source('x.tar', Buffer.from(await packTar(entries)));
  };

  it('for paths that lead out of it', async () => {
    const names = ['../data_batch_1.bin', '/etc/data_batch_1.bin', 'a/../../b', 'C:\\x', '..'];
    const long = 'x'.repeat(150); // Such names are split, or stand in an entry of their own.
    names.push(`../${long}/b`, `/${long}${long}/b`, `a\\..\\${long}`);
    for (const name of names) {
      const refused = async () =>
        refuses(await archive(entry(name)), /holds the path ".*", which leads out of it/);
      assert.ok((await largestArray(refused)) < 1e5);
    }
    const inside = ['./cifar..10/data_batch_1.bin', 'a..b', '...'].map((name) => entry(name));
    await refuses(await archive(...inside), /data_batch_1.bin is empty/);
  });

  it('for links and devices', async () => {
    const more = { linkname: '/etc/passwd' };
    for (const type of /** @type {const} */ ([
      'symlink',
      'link',
      'character-device',
      'block-device',
      'fifo',
    ])) {
      const link = await archive(entry('data_batch_1.bin', { type, ...more }));
      await refuses(link, new RegExp(`holds a ${type} \\(data_batch_1.bin\\)`));
    }
  });

  it('for sizes that are absurd, before anything is allocated', async () => {
    /** @param {string} name @param {string | number} size */
    const lying = async (name, size, type = '0') => {
      const bytes = await tar([[name, Buffer.alloc(0)]]);
      const at = bytes.indexOf(name.replace(/.*\//, ''));
      const header = bytes.subarray(at, at + 512);
      header.write(typeof size === 'string' ? size : octal(size), 124, 12, 'latin1');
      header.write(type, 156);
      header.fill(' ', 148, 156);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      const more = source(
        'x.tar',
        Buffer.concat([bytes.subarray(0, at + 512), Buffer.alloc(9000)]),
      );
      return more;
    };
    const octal = (/** @type {number} */ size) => `${size.toString(8).padStart(11, '0')}\0`;
    const inBits = '\x80\0\0\0\0\0\0\x1f\xff\xff\xff\xff';
    const withComment = await packTar([entry('a', { pax: { comment: 'xxxxxxx' } })]);
    const withLargeSize = Buffer.from(withComment);
    withLargeSize.write('19 size=9000000000\n', withLargeSize.indexOf('19 comment=xxxxxxx\n'));
    /** @type {[Input, RegExp][]} */
    const cases = [
      [await lying('data_batch_1.bin', 8e9), /data_batch_1.bin holds 2603319/],
      [await lying('data_batch_1.bin', inBits), /data_batch_1.bin holds 44724683/],
      [await lying('data_batch_1', 3e9), /data_batch_1 .*holds 976244/],
      [await lying('batches.meta.txt', 8e9), /batches.meta.txt has 8000.0 MB/],
      [await lying('movie.mp4', 8e9), /ends after 0.0 MB of the 8000.0 MB of movie.mp4/],
      [await lying('movie.mp4', '\xff'.repeat(12)), /stops making sense .*too large/],
      // What a header says of the next one: PAX and GNU's long names.
      [await lying('data_batch_1.bin', 8e9, 'x'), /metadata entry exceeds maximum size/],
      [await lying('data_batch_1.bin', 8e9, 'L'), /metadata entry exceeds maximum size/],
      [source('x.tar', withLargeSize), /ends after 0.0 MB of the 9000.0 MB of a/],
    ];
    for (const [lie, pattern] of cases) {
      assert.ok((await largestArray(() => refuses(lie, pattern))) < 1e5);
    }
  });

  it('for pickles that are too large, before anything is allocated', async () => {
    const claimed = (/** @type {string} */ length) =>
      Buffer.from(`\x80\x02}U\x04dataT${length}`, 'latin1');
    const much = claimed('\xff\xff\xff\xff');
    for (const file of [source('data_batch_1', much), source('batches.meta', much)]) {
      const refused = () => refuses(file, /holds 4295.0 MB of pixels|holds a long string/);
      assert.ok((await largestArray(refused)) < 1e5);
    }
    const whole = { ...source('data_batch_1', much), size: 4e9 };
    await refuses(whole, /it has 4000.0 MB, the official ones about 30.7 MB/);
  });

  it('for unpacking without end', async () => {
    const zeros = gzipSync(
      Buffer.concat([await tar([['a', Buffer.alloc(0)]]), Buffer.alloc(300e6)]),
    );
    await refuses(
      source('x.tar.gz', zeros, 65536),
      /^x.tar.gz unpacks to more than 200 times its size; it is no data set\.$/,
    );
  });
});

describe('records', () => {
  const batch = madeUpBatch(1, 4);
  const test = () => source('test_batch.bin', binaryFile(batch));

  it('have labels from 0 to 9', async () => {
    const wrong = binaryFile(batch);
    wrong[2 * 3073] = 57;
    const binary = [test(), source('data_batch_3.bin', wrong)];
    await refuses(binary, /^Record 2 of data_batch_3.bin has label 57, but .* 0 to 9\./);
    const labels = [1, 2, 3, 200];
    const python = [test(), source('data_batch_3', pythonFile({ ...batch, labels }))];
    await refuses(python, /^Record 3 of data_batch_3 has label 200, but .* 0 to 9\./);
  });

  it('are at most 10,000 in a file', async () => {
    const big = Buffer.alloc(10001 * 3073);
    await refuses([source('data_batch_1.bin', big, 1e6), test()], /holds 10001, but .* 10,000/);
    const unsized = { ...source('data_batch_1.bin', big, 1e6), size: undefined };
    await refuses([unsized, test()], /holds 10001, but .* 10,000/);
  });

  it('fill the memory to the last of 10,000', async () => {
    const full = madeUpBatch(3, 10000);
    const files = [test(), source('data_batch_2', pythonFile(full), 1e6)];
    const data = await openDataset(files);
    assert.equal(data.train.labels.length, 10000);
    assert.deepEqual(data.train.images.subarray(-IMAGE_BYTES), full.images.subarray(-IMAGE_BYTES));
  });

  it('come once', async () => {
    const other = madeUpBatch(7, batch.labels.length);
    for (const wrong of [other, { ...batch, labels: other.labels }, madeUpBatch(7, 2)]) {
      await refuses(
        [test(), source('test_batch', pythonFile(wrong))],
        /test_batch comes twice, from test_batch.bin and test_batch, which differ; give one/,
      );
    }
  });

  it('come twice if an archive lies beside what was unpacked from it', async () => {
    const [files, packed] = [binaryFiles(), await tarGz(binaryFiles())];
    const unpacked = files.map(([name, bytes]) => source(name, bytes));
    const data = await openDataset([...unpacked, source('cifar-10-binary.tar.gz', packed)]);
    checkMadeUp(data);
    assert.match(data.notes[0], /^batches\.meta, data_batch_1, .* came twice, and are the same\.$/);
  });

  it('are there for training and for testing', async () => {
    await refuses(
      test(),
      /There are test images alone \(test_batch\); add the training images, data_batch_1 to/,
    );
    const three = [1, 3].map((n) => source(`data_batch_${n}.bin`, binaryFile(batch)));
    const { train, test: heldOut, notes } = await openDataset(three);
    assert.deepEqual([train.labels.length, heldOut.labels.length], [8, 0]);
    assert.deepEqual(notes, [
      'There are no test images: there is no test_batch, and each class has too few to share.',
    ]);
    assert.equal((await openDataset(test(), { holdout: 1 })).test.labels.length, 4);
  });

  it('have ten classes', async () => {
    const nine = source('batches.meta.txt', Buffer.from('one\ntwo\nthree'));
    await refuses([nine, test()], /batches.meta.txt does not hold the names of 10 classes/);
    await refuses([source('batches.meta', pythonMeta(['a', 'b'])), test()], /names of 10 classes/);
    const long = Array.from({ length: 10 }, (_, i) => String(i).repeat(61));
    await refuses([source('batches.meta', pythonMeta(long)), test()], /names of 10 classes/);
  });
});

describe('a pickle', () => {
  const batch = madeUpBatch(1, 4);
  const good = pythonFile(batch);
  /** @param {Uint8Array} bytes @param {RegExp} pattern */
  const refusesPickle = (bytes, pattern) => {
    const message = `not a python file of CIFAR-10: .*${pattern.source}.*; expected`;
    return refuses(source('data_batch_1', bytes), new RegExp(message));
  };
  /** The pickle with one piece replaced by another. @param {string} from @param {string} to */
  const changed = (from, to) => {
    const at = good.indexOf(Buffer.from(from, 'latin1'));
    assert.ok(at >= 0);
    return Buffer.concat([
      good.subarray(0, at),
      Buffer.from(to, 'latin1'),
      good.subarray(at + from.length),
    ]);
  };
  const pickle = (/** @type {string[]} */ ...parts) =>
    Buffer.from(`\x80\x02${parts.join('')}`, 'latin1');

  it('names only what numpy arrays take, and calls nothing', async () => {
    await refusesPickle(pickle('cos\nsystem\nU\x02ls\x85R.'), /it names "os.system"/);
    await refusesPickle(changed('cnumpy\nndarray', 'cnumpy\nmatrix'), /it names "numpy.matrix"/);
    await refusesPickle(pickle('cnumpy\nndarray\n)R.'), /something else than a numpy array/);
    await refusesPickle(pickle('U\x02hi)R.'), /something else than a numpy array/);
    await refusesPickle(pickle(`c${'x'.repeat(300)}\n`.padEnd(600)), /a name that is too long/);
  });

  it('has the opcodes that its data takes, no others', async () => {
    const others = { INST: 'i', OBJ: 'o', NEWOBJ: '\x81', NEWOBJ_EX: '\x92', EXT1: '\x82' };
    const more = { NEXT_BUFFER: '\x97', BINPERSID: 'Q', PERSID: 'P', STRING: 'S', LONG4: '\x8b' };
    for (const opcode of Object.values({ ...others, ...more })) {
      const number = opcode.charCodeAt(0).toString(16);
      await refusesPickle(pickle(opcode, '....'), new RegExp(`at byte 2 is opcode 0x${number}`));
    }
    await refusesPickle(Buffer.from('\x80\x06.', 'latin1'), /not of protocol 2 to 5/);
    await refusesPickle(Buffer.from('\x80\x01.', 'latin1'), /not of protocol 2 to 5/);
  });

  it('is whole', async () => {
    await refusesPickle(pickle('t.'), /an end without a beginning/);
    await refusesPickle(pickle('R.'), /its stack is empty/);
    await refusesPickle(pickle('N(N\x85\x86.'), /its stack is empty/);
    await refusesPickle(pickle('h\x07.'), /refers to what is not there/);
    await refusesPickle(pickle('NNa.'), /fills something that is no container/);
    await refusesPickle(pickle(')Na.'), /fills something that is no container/);
    await refusesPickle(pickle('}K\x01Ns.'), /keys that are no strings/);
    await refusesPickle(pickle('}(U\x01au.'), /keys that are no strings/);
    await refusesPickle(pickle('NN.'), /goes on after its end/);
    await refusesPickle(Buffer.concat([good, Buffer.from('N')]), /goes on after its end/);
    await refusesPickle(pickle('N'.repeat(8.1e6), '.'), /more than 8 MB beside the pixels/);
  });

  it('holds an array of images and their labels', async () => {
    await refusesPickle(pickle('N.'), /no array "data"/);
    await refusesPickle(changed('U\x04data', 'U\x04date'), /no array "data"/);
    await refusesPickle(changed('U\x02u1', 'U\x02i8'), /no array "data"/);
    await refusesPickle(changed('K\x04M\x00\x0c', 'K\x05M\x00\x0c'), /no array "data"/);
    await refusesPickle(changed('\x89T', '\x88T'), /no array "data"/);
    await refusesPickle(changed('U\x06labels', 'U\x06Labels'), /no list of 4 "labels"/);
    await refusesPickle(changed('K\x01K\x02', 'K\x01'), /no list of 4 "labels"/);
    await refusesPickle(pickle('T\x01\x0c\0\0', 'x'.repeat(3073), '.'), /holds 3.1 KB of pixels/);
    await refusesPickle(pickle('T\0\0\0\xf0'), /holds 4026.5 MB of pixels/);
    const row = `T\0\x0c\0\0${'x'.repeat(3072)}`;
    await refusesPickle(pickle(row, row, '.'), /two arrays of pixels/);
  });

  it('has as many containers as file names take, and no more', async () => {
    await refusesPickle(pickle('}'.repeat(110001), '.'), /too many containers/);
    await refusesPickle(pickle(']'.repeat(2e6), '.'), /too many containers/);
  });

  it('is never made a text of: lists that hold a list twice, over and over, have no end', async () => {
    const doubled = `U\x01z}U\x01a]q\xc8s${'U\x01a](h\xc8h\xc8eq\xc8s'.repeat(80)}`;
    const last = 'h\xc8';
    /** @param {string} from @param {string} to */
    const within = (from, to) => {
      const bytes = changed('U\x06labels', `${doubled}U\x06labels`);
      const at = bytes.indexOf(Buffer.from(from, 'latin1'));
      const rest = bytes.subarray(at + from.length);
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(to, 'latin1'), rest]);
    };
    const test = source('test_batch.bin', binaryFile(batch));
    const label = source('data_batch_1', within('K\x01K\x02', `${last}K\x02`));
    await refuses([label, test], /Record 0 of data_batch_1 has no number as its label/);
    const count = source('data_batch_1', within('K\x04M\x00\x0c', `${last}M\x00\x0c`));
    await refuses([count, test], /no array "data"/);
    const names = `}(${doubled}U\x0blabel_names](${last.repeat(10)}eu.`;
    await refuses([source('batches.meta', pickle(names)), test], /names of 10 classes/);
  });

  it('has texts for the names of the classes', async () => {
    const numbers = `}U\x0blabel_names](${'K\x07'.repeat(10)}es.`;
    const files = [source('batches.meta', pickle(numbers)), source('data_batch_1', good)];
    await refuses(files, /batches.meta does not hold the names of 10 classes/);
  });

  it('never reaches the prototype of an object', async () => {
    await refusesPickle(pickle('}U\x09__proto__}U\x04dataNss.'), /no array "data"/);
    assert.equal(/** @type {any} */ ({}).data, undefined);
  });
});

describe('the real archive', { skip: process.env.CIFAR10 ? false : 'CIFAR10 is not set' }, () => {
  it('has 50,000 and 10,000 images with the published statistics', async () => {
    const { train, test } = await openDataset(String(process.env.CIFAR10));
    assert.deepEqual([train.labels.length, test.labels.length], [50000, 10000]);
    const perClass = (/** @type {Uint16Array} */ labels) =>
      CIFAR10_CLASSES.map((_, i) => labels.filter((l) => l === i).length);
    assert.deepEqual(perClass(train.labels), new Array(10).fill(5000));
    assert.deepEqual(perClass(test.labels), new Array(10).fill(1000));
    const sums = [0, 0, 0];
    for (let i = 0; i < train.images.length; i++) sums[(i >> 10) % 3] += train.images[i];
    const means = sums.map((sum) => (sum / 255 / 50000 / 1024).toFixed(4));
    assert.deepEqual(means, ['0.4914', '0.4822', '0.4465']);
  });
});
