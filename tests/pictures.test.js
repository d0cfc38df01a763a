/** Sets of pictures in every layout in which people have them: folders, zip, tar, tables of labels. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { PNG } from 'pngjs';
import { openDataset } from '../web/lib/index.js';
import { fileOf, source, tar } from './data/fixtures.js';
import { largestArray } from './data/memory.js';
import { skipWithout } from './skip.js';

/** A picture of one grey level, by which it is known again. @param {number} level */
function picture(level, side = 32) {
  const png = new PNG({ width: side, height: side });
  png.data = Buffer.alloc(4 * side * side, Buffer.from([level, level, level, 255]));
  return PNG.sync.write(png);
}

/** @typedef {import('./data/fixtures.js').File[]} Files */
/** @typedef {Parameters<typeof openDataset>[0]} Input */
/** @typedef {import('residua').OpenOptions} Options */

/** Files of pictures by path, each of another level. @param {string[]} paths @returns {Files} */
const filesOf = (...paths) => paths.map((name, i) => [name, picture(i + 1)]);
const sourcesOf = (/** @type {Files} */ files) =>
  files.map(([name, bytes]) => {
    const file = fileOf(path.basename(name), bytes);
    return {
      name,
      size: file.size,
      stream: () => file.stream(),
      slice: (/** @type {number} */ start, /** @type {number} */ end) => file.slice(start, end),
    };
  });
const asTar = async (/** @type {Files} */ files, name = 'x.tar') =>
  source(name, await tar(files), 5000);

/** What a set holds: the levels of its pictures, sorted, by class. @param {import('residua').Dataset} dataset */
function levelsOf({ train, test, classes }) {
  const sorted = (/** @type {import('residua').Images} */ { images, labels }) => {
    /** @type {Record<string, number[]>} */
    const found = Object.fromEntries(classes.map((name) => [name, []]));
    for (const [i, label] of labels.entries()) found[classes[label]].push(images[3072 * i]);
    for (const levels of Object.values(found)) levels.sort((a, b) => a - b);
    return found;
  };
  return { train: sorted(train), test: sorted(test) };
}

/** @param {Input} input @param {RegExp} pattern @param {Options} [options] */
const refuses = (input, pattern, options) =>
  assert.rejects(openDataset(input, options), (/** @type {any} */ error) => {
    assert.equal(error.code, 'BAD_FILE', String(error.stack));
    assert.match(error.message, pattern);
    assert.match(error.message, /\.$/);
    return true;
  });

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
});
after(() => rm(folder, { recursive: true }));

/** Writes files into a folder and returns its path. @param {string} name @param {Files} files */
async function written(name, files) {
  const root = path.join(folder, name);
  await rm(root, { recursive: true, force: true });
  for (const [file, bytes] of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), bytes);
  }
  return root;
}

/** Opens the same files as folder, as sources and as tar; all give the same set.
 * @param {string} name @param {Files} files @param {Options} [options] */
async function openAll(name, files, options) {
  const data = await openDataset(await written(name, files), options);
  /** @type {Files} */
  const inFolder = files.map(([file, bytes]) => [`${name}/${file}`, bytes]);
  for (const other of [sourcesOf(inFolder), await asTar(files, `${name}.tar`)]) {
    const same = await openDataset(other, options);
    assert.deepEqual(levelsOf(same), levelsOf(data));
    assert.deepEqual(same.train.images, data.train.images);
    assert.deepEqual([same.name, same.notes], [data.name, data.notes]);
  }
  return data;
}

describe('folders of classes', () => {
  it('have every fifth picture held out where there is no test/', async () => {
    const names = Array.from({ length: 10 }, (_, i) => ['cat', 'dog'].map((c) => `${c}/${i}.png`));
    const data = await openAll('pets', filesOf(...names.flat().sort()));
    assert.deepEqual([data.name, ...data.classes], ['pets', 'cat', 'dog']);
    assert.deepEqual(levelsOf(data), {
      train: { cat: [1, 2, 3, 4, 6, 7, 8, 9], dog: [11, 12, 13, 14, 16, 17, 18, 19] },
      test: { cat: [5, 10], dog: [15, 20] },
    });
    assert.deepEqual(data.notes, [
      'Every fifth picture of each class is the test set: there is no test/ folder.',
    ]);
    assert.deepEqual([data.heldOut, data.skipped], [0.2, { count: 0, named: [] }]);
    const half = await openDataset(path.join(folder, 'pets'), { holdout: 0.5 });
    assert.deepEqual(levelsOf(half).test.cat, [2, 4, 6, 8, 10]);
    const none = await openDataset(path.join(folder, 'pets'), { holdout: 0 });
    assert.deepEqual([none.train.labels.length, none.test.labels.length], [20, 0]);
    const all = await openDataset(path.join(folder, 'pets'), { holdout: 1 });
    assert.deepEqual([all.train.labels.length, all.test.labels.length], [0, 20]);
    assert.match(all.notes[0], /^All pictures are for the test/);
  });

  it('lie in train/, test/ and val/ in any case', async () => {
    for (const [train, test] of [
      ['train', 'test'],
      ['Training', 'TEST'],
      ['TRAIN', 'valid'],
      ['train', 'Validation'],
    ]) {
      const files = filesOf(`${train}/a/1.png`, `${train}/b/2.png`, `${test}/b/3.png`);
      const data = await openAll('split', files);
      assert.deepEqual(levelsOf(data), {
        train: { a: [1], b: [2] },
        test: { a: [], b: [3] },
      });
      assert.deepEqual(data.notes, []);
    }
    const three = filesOf('train/a/1.png', 'train/b/2.png', 'test/a/3.png', 'val/a/4.png');
    const data = await openAll('three', three);
    assert.deepEqual(levelsOf(data).test.a, [3]);
    assert.equal(data.heldOut, null);
    assert.deepEqual(data.notes, ['The validation pictures are not used: there is a test set.']);
    const stray = filesOf('train/a/1.png', 'train/b/2.png', 'test/c/3.png');
    await refuses(sourcesOf(stray), /a class c in test\/ but not in train\//);
    const onlyTest = await openAll('t', filesOf('test/a/1.png', 'test/b/2.png'), { holdout: 1 });
    assert.equal(onlyTest.test.labels.length, 2);
  });

  it('may be called train, among others, and are the top ones', async () => {
    const files = filesOf('car/1.png', 'train/2.png', 'truck/new/red/3.png', 'truck/4.png');
    const data = await openAll('wheels', files, { holdout: 0 });
    assert.deepEqual(levelsOf(data).train, { car: [1], train: [2], truck: [3, 4] });
  });

  it('may lie in a folder in a folder, beside the picture of a readme', async () => {
    const files = filesOf('data/v1/a/1.png', 'data/v1/b/2.png', 'logo.png');
    files.push(['data/readme.md', Buffer.from('# Read me')]);
    files.push(['data/v1/a/notes.txt', Buffer.from('x')]);
    const data = await openAll('nested', files, { holdout: 0 });
    assert.deepEqual(levelsOf(data).train, { a: [1], b: [2] });
    assert.equal(data.name, 'v1');
    const beside = await openAll('beside', filesOf('a/1.png', 'b/2.png', 'c.png'), { holdout: 0 });
    assert.match(beside.notes[0], /^1 picture that lies in no folder of a class/);
    assert.deepEqual(beside.skipped.named, [
      { path: 'beside/c.png', why: 'it lies in no folder of a class' },
    ]);
  });

  it('are compared in one form of Unicode, and what systems leave behind is ignored', async () => {
    const files = filesOf('train/e\u0301/1.png', 'train/b/2.png', 'test/\u00e9/3.png');
    for (const name of [
      '.DS_Store',
      'train/._b/1.png',
      '__MACOSX/train/x/1.png',
      'train/b/Thumbs.db',
    ]) {
      files.push([name, Buffer.from('junk')]);
    }
    files.push(['train/b/._2.png', Buffer.from('junk')]);
    const data = await openAll('forms', files);
    assert.deepEqual(data.classes, ['b', '\u00e9']);
    assert.deepEqual(levelsOf(data).test['\u00e9'], [3]);
  });

  it('may be links, followed once each', async () => {
    const root = await written('links', filesOf('a/1.png', 'elsewhere-b/2.png'));
    const set = path.join(folder, 'set');
    await mkdir(set);
    await symlink(path.join(root, 'a'), path.join(set, 'a'));
    await symlink(path.join(root, 'elsewhere-b'), path.join(set, 'b'));
    await symlink(path.join(root, 'a', '1.png'), path.join(root, 'elsewhere-b', '3.png'));
    await symlink(set, path.join(root, 'a', 'loop'));
    const data = await openDataset(set, { holdout: 0 });
    assert.deepEqual(levelsOf(data).train, { a: [1], b: [1, 2] });
  });

  it('side by side, alone or of one class are refused with the reason', async () => {
    const flat = await written('flat', filesOf('1.png', '2.png', '3.png'));
    await refuses(
      flat,
      /^Nothing says what the 3 pictures in flat show; put the pictures of each class/,
    );
    const kaggle = await written('kaggle', filesOf('train/1.png', 'train/2.png', 'test/1.png'));
    await refuses(kaggle, /^Nothing says what the 3 pictures in kaggle show/);
    await refuses(fileOf('cat.png', picture(1)), /^cat.png is one picture; put/);
    const two = filesOf('train/a/1.png', 'train/a/2.png', 'test/a/1.png');
    await refuses(
      sourcesOf(two),
      /^All pictures are of the class a, and two classes are the least/,
    );
  });

  it('are up to 1,024', async () => {
    /** @type {Files} */
    const names = Array.from({ length: 1025 }, (_, i) => [`c${i}/1.png`, picture(i % 256)]);
    const data = await openDataset(sourcesOf(names.slice(1)), { holdout: 0 });
    assert.equal(data.classes.length, 1024);
    await refuses(sourcesOf(names), /^There are 1025 classes, and 1024 are the most/);
  });
});

describe('folders as Kaggle’s archives unpack', () => {
  const expected = { train: { cat: [1, 2], dog: [3] }, test: { cat: [4], dog: [5] } };
  for (const [train, test] of [
    ['seg_train/seg_train', 'seg_test/seg_test'],
    ['training_set/training_set', 'test_set/test_set'],
    ['train/train', 'test/test'],
    ['my_train', 'my-val'],
  ]) {
    it(`${train}/cat/1.png`, async () => {
      const files = filesOf(
        ...[`${train}/cat/1.png`, `${train}/cat/2.png`, `${train}/dog/1.png`],
        ...[`${test}/cat/1.png`, `${test}/dog/1.png`, 'seg_pred/seg_pred/1.png'],
      );
      const data = await openAll('scenes', files);
      assert.deepEqual(levelsOf(data), expected);
      assert.deepEqual(data.notes, ['1 picture that lies in no folder of a class is left out.']);
    });
  }

  it('but classes may be called so', async () => {
    for (const names of [
      ['steam_train/1.png', 'test_tube/1.png'],
      ['steam_train/a/1.png', 'car/a/1.png'],
      ['train/1.png', 'car/1.png'],
      ['train/train/1.png', 'train/test/1.png', 'test/train/1.png', 'test/test/1.png'],
    ]) {
      const { classes } = await openAll('vehicles', filesOf(...names), { holdout: 0 });
      const wanted = names[0].startsWith('train/train')
        ? ['test', 'train']
        : names.map((n) => n.split('/')[0]).sort();
      assert.deepEqual(classes, wanted);
    }
  });

  it('with the archive beside them are read once', async () => {
    const files = filesOf('a/1.png', 'b/1.png');
    const inFolder = files.map(
      ([name, bytes]) => /** @type {Files[number]} */ ([`pets/${name}`, bytes]),
    );
    /** @type {Files} */
    const both = [...inFolder, ['pets.tar.gz', gzipSync(await tar(files))]];
    const data = await openDataset(await written('twice', both), { holdout: 0 });
    assert.deepEqual(levelsOf(data).train, { a: [1], b: [2] });
    const why = 'what is in it lies unpacked beside it';
    assert.match(data.notes[0], new RegExp(`^twice/pets.tar.gz is left out, since ${why}\\.$`));
    assert.deepEqual(data.skipped.named, [{ path: 'twice/pets.tar.gz', why }]);
  });

  it('keep their training pictures if no test pictures are wanted', async () => {
    const names = Array.from({ length: 10 }, (_, i) =>
      ['a', 'b'].map((c) => `train/${c}/${i}.png`),
    );
    const sources = sourcesOf(filesOf(...names.flat(), 'test/a/1.png', 'test/b/1.png'));
    const data = await openDataset(sources, { testImages: 0 });
    assert.deepEqual([data.train.labels.length, data.test.labels.length], [20, 0]);
  });

  it('with too few pictures to hold one out have no test set, and that is said', async () => {
    const { test, notes } = await openAll('few', filesOf('a/1.png', 'b/1.png'));
    assert.equal(test.labels.length, 0);
    assert.deepEqual(notes, [
      'There are no test pictures: there is no test/ folder, and each class has too few to share.',
    ]);
  });
});

describe('a sample of pictures', () => {
  it('is balanced, always the same, and all that is read', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${['a', 'b', 'b', 'b'][i % 4]}/${i}.png`);
    const sources = sourcesOf(filesOf(...names));
    let read = 0;
    for (const one of sources) {
      const { slice } = one;
      one.slice = (/** @type {[number, number]} */ ...range) => {
        read++;
        return slice(...range);
      };
    }
    const data = await openDataset(sources, { images: 8, testImages: 2 });
    assert.equal(read, 10);
    assert.deepEqual([...data.train.labels].sort(), [0, 0, 0, 0, 1, 1, 1, 1]);
    assert.deepEqual([...data.test.labels].sort(), [0, 1]);
    const whole = await openDataset(sources);
    assert.deepEqual(whole.take({ images: 8, testImages: 2 }).train, data.train);
    const shown = Array.from({ length: 8 }, (_, i) => data.train.images[3072 * i]);
    assert.notDeepEqual(
      shown,
      shown.toSorted((a, b) => a - b),
      'mixed within a class',
    );
    await assert.rejects(
      openDataset(sources, { images: 100 }),
      /100 training images were asked for/,
    );
  });
});

describe('pictures that cannot be read', () => {
  const many = (/** @type {number[]} */ bad) => {
    const files = filesOf(...Array.from({ length: 100 }, (_, i) => `${'ab'[i % 2]}/${i}.png`));
    for (const i of bad) files[i][1] = Buffer.from('<html>404</html>');
    return files;
  };

  it('are skipped, counted and named', async () => {
    const data = await openAll('few', many([3, 40, 41, 99]), { holdout: 0 });
    assert.equal(data.train.labels.length, 96);
    const [, text] = data.notes;
    assert.match(text, /^4 of 100 pictures cannot be read: /);
    assert.match(text, /few\/b\/3.png \(it is no picture\).* and others; they were skipped\.$/);
    assert.equal(data.skipped.count, 4);
    const why = 'it cannot be read: it is no picture';
    assert.deepEqual(data.skipped.named[0], { path: 'few/a/40.png', why });
    assert.deepEqual(data.take({ images: 5 }).skipped, data.skipped);
  });

  it('are an error if they are more than one in twenty', async () => {
    await refuses(
      sourcesOf(many([1, 2, 3, 4, 5, 6])),
      /^6 of 100 pictures cannot be read: .*; remove or convert/,
    );
    await refuses(
      await asTar(many([1, 2, 3, 4, 5, 6])),
      /^6 of 100 pictures cannot be read: .*; remove or convert/,
    );
  });

  it('have names of pictures and are something else', async () => {
    const root = await written('odd', filesOf('a/1.png', 'b/1.png'));
    const odd = path.join(root, 'b', '2.png');
    const check = async (/** @type {() => unknown} */ make, /** @type {RegExp} */ pattern) => {
      await make();
      await refuses(root, pattern);
      await rm(odd, { recursive: true });
    };
    await check(() => symlink('nowhere', odd), /odd\/b\/2\.png \(it leads nowhere\)/);
    await check(async () => {
      await writeFile(odd, '');
      await truncate(odd, 5e9);
    }, /2\.png \(it has 5000\.0 MB\)/);
    if (process.platform === 'win32') return;
    await check(() => execFileSync('mkfifo', [odd]), /2\.png \(it is no file\)/);
  });
});

describe('tables of labels', () => {
  /** @param {string} name @param {string[]} lines @returns {import('./data/fixtures.js').File} */
  const csv = (name, ...lines) => [name, Buffer.from(lines.join('\r\n'))];

  it('are Kaggle’s: numbers of pictures, and a test set without labels', async () => {
    const files = filesOf('test/1.png', 'test/2.png', 'train/1.png', 'train/2.png', 'train/3.png');
    files.push(csv('trainLabels.csv', 'id,label', '1,frog', '2,truck', '3,frog'));
    files.push(csv('sampleSubmission.csv', 'id,label', '1,cat', '2,cat'));
    const data = await openAll('kaggle', files, { holdout: 0 });
    assert.deepEqual(data.classes, ['frog', 'truck']);
    assert.deepEqual(levelsOf(data).train, { frog: [3, 5], truck: [4] });
    assert.match(
      data.notes[0],
      /^2 pictures without a label are left out, kaggle\/test\/1.png first\.$/,
    );
  });

  it('never give a test picture the label of a training picture that is missing', async () => {
    for (const table of ['trainLabels.csv', 'labels.csv']) {
      const files = filesOf('test/1.png', 'test/2.png', 'train/2.png', 'train/3.png');
      files.push(csv(table, 'id,label', '1,frog', '2,truck', '3,frog', '4,truck'));
      const data = await openAll('gone', files, { holdout: 0 });
      assert.deepEqual(levelsOf(data).train, { frog: [4], truck: [3] });
      assert.equal(data.test.labels.length, 0);
      assert.equal(
        data.notes[0],
        `2 rows name pictures that are not there, "1" first (gone/${table}).`,
      );
    }
  });

  it('have a column for each class, with a 1 in one of them', async () => {
    const files = filesOf('images/1.png', 'images/2.png', 'images/3.png');
    files.push(
      csv('train.csv', 'image_id,healthy,rust,scab', '1,0,1,0', '2,1,0,0', '3,0.0,1.0,0.0'),
    );
    const data = await openAll('leaves', files, { holdout: 0 });
    assert.deepEqual(levelsOf(data).train, { healthy: [2], rust: [1, 3] });
    assert.equal(data.name, 'leaves');
  });

  it('have names of classes before their numbers, and a column that is guessed is said', async () => {
    const files = filesOf('1.png', '2.png');
    const named = csv('x.csv', 'file,class_id,class_name', '1,0,cat', '2,1,dog');
    assert.deepEqual((await openAll('named', [...files, named], { holdout: 0 })).classes, [
      'cat',
      'dog',
    ]);
    const open = csv('x.csv', 'file,colour,kind', '1,red,cat', '2,blue,dog');
    const { classes, notes } = await openAll('open', [...files, open], { holdout: 0 });
    assert.deepEqual(classes, ['blue', 'red']);
    assert.equal(
      notes[0],
      'The labels are the column "colour" of open/x.csv; to choose, name one "label".',
    );
  });

  it('have any header or none, any separator, paths and quotes', async () => {
    const tables = [
      ['file,label', 'images/1.png,a', 'images/2.png,b', 'images/3.png,a'],
      ['1.png;a', '2.png;b', '3.png;a'],
      ['size\tkind\tfile_name', '5\ta\t1.png', '5\tb\t2.png', '5\ta\t3.png'],
      [
        '"file","class","note"',
        '"1.png","a","one, two"',
        '"2.png","b",""',
        '"3.png","a","say ""x"""',
      ],
      ['\uFEFFimage_id,height,species', '1,9,a', '2,8,b', '3,7,a'],
    ];
    for (const lines of tables) {
      const files = [
        ...filesOf('images/1.png', 'images/2.png', 'images/3.png'),
        csv('x.csv', ...lines),
      ];
      const data = await openAll('tables', files, { holdout: 0 });
      assert.deepEqual(levelsOf(data).train, { a: [1, 3], b: [2] }, lines[0]);
    }
  });

  it('for each part have names of their own, and numbers in their order', async () => {
    const files = filesOf('1.png', '2.png', '3.png', '4.png');
    files.push(csv('train.csv', 'name,target', '1.png,10', '2.png,9'));
    files.push(csv('test.csv', 'name,target', '3.png,9', '4.png,10'));
    const data = await openAll('parts', files);
    assert.deepEqual(data.classes, ['9', '10']);
    assert.deepEqual(levelsOf(data), { train: { 9: [2], 10: [1] }, test: { 9: [3], 10: [4] } });
  });

  it('that name no pictures leave the folders to decide', async () => {
    const files = [...filesOf('a/1.png', 'b/2.png'), csv('x.csv', 'year,price', '1,2', '3,4')];
    assert.deepEqual((await openAll('other', files, { holdout: 0 })).classes, ['a', 'b']);
  });
});

describe('a zip archive', () => {
  const zip = promisify(execFile);
  const skip = skipWithout(
    ['/usr/bin/zip', '/bin/zip'].some((file) => {
      try {
        execFileSync(file, ['-v'], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    }),
    "Debian's zip",
    true,
  );
  const files = filesOf('a/1.png', 'a/2.png', 'b/\ud55c\uae00.png');
  /** @param {string[]} flags */
  const zipped = async (flags, list = files) => {
    const root = await written('zipped', list);
    const file = path.join(folder, 'pets.zip');
    await rm(file, { force: true });
    await zip('zip', ['-q', '-r', ...flags, file, '.'], { cwd: root });
    return file;
  };
  const LEVELS = { a: [1, 2], b: [3] };

  it('is read as zip writes it: packed, stored, large, as a stream', { skip }, async () => {
    for (const flags of [['-9'], ['-0'], ['-fz'], ['-D'], ['-X']]) {
      const file = await zipped(flags);
      const data = await openDataset(file, { holdout: 0 });
      assert.deepEqual(levelsOf(data).train, LEVELS, String(flags));
      assert.equal(data.name, 'pets');
      const stream = source('pets.zip', await readFile(file), 999);
      assert.deepEqual(levelsOf(await openDataset(stream, { holdout: 0 })).train, LEVELS);
    }
  });

  it('may hold tables, archives and other kinds', { skip }, async () => {
    /** @type {import('./data/fixtures.js').File} */
    const labels = ['l.csv', Buffer.from('file,label\n1.png,x\n2.png,y\n')];
    const byTable = await zipped([], [...filesOf('1.png', '2.png'), labels]);
    assert.deepEqual(levelsOf(await openDataset(byTable, { holdout: 0 })).train, {
      x: [1],
      y: [2],
    });
    const inner = await readFile(await zipped([]));
    const outer = await zipped(
      [],
      [
        ['train.zip', inner],
        ['test.zip', inner],
        ['x.txt', Buffer.from('x')],
      ],
    );
    const data = await openDataset(outer);
    assert.deepEqual(levelsOf(data), { train: LEVELS, test: LEVELS });
    /** @type {Files} */
    const both = [
      ['train.tar.gz', gzipSync(await tar(files))],
      ['test.tar', await tar(files)],
    ];
    assert.deepEqual(levelsOf(await openDataset(await zipped([], both))), {
      train: LEVELS,
      test: LEVELS,
    });
  });

  it('with a password, cut off or damaged is refused', { skip }, async () => {
    await refuses(
      await zipped(['-P', 'secret']),
      /has a password; unpack it and give what was in it/,
    );
    const whole = await readFile(await zipped(['-9', '-D']));
    const of = (/** @type {Uint8Array} */ bytes) => fileOf('x.zip', bytes);
    await refuses(
      of(whole.subarray(0, whole.length - 30)),
      /^x.zip is a zip archive that stops making sense/,
    );
    const wrong = Buffer.from(whole);
    wrong[30 + wrong.readUInt16LE(26) + wrong.readUInt16LE(28) + 40] ^= 1;
    await refuses(of(wrong), /^1 of 3 pictures cannot be read: x\/\S+ \(\S/);
    await refuses(of(whole.subarray(whole.length - 22)), /its directory is not in it/);
  });

  /** A zip archive made by hand, with lies. @param {any[]} entries */
  function made(entries) {
    /** @type {Uint8Array[]} */
    const locals = [];
    /** @type {Uint8Array[]} */
    const directory = [];
    let at = 0;
    for (const { name, content = Buffer.alloc(0), method = 8, mode = 0, ...lies } of entries) {
      const packed = method === 8 ? deflateRawSync(content) : content;
      const fields = { crc: crc32(content), packed: packed.length, size: content.length, ...lies };
      const path = Buffer.from(name);
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50, 0);
      local.writeUInt16LE(path.length, 26);
      const entry = Buffer.alloc(46);
      entry.writeUInt32LE(0x02014b50, 0);
      entry.writeUInt8(3, 5);
      entry.writeUInt16LE(method, 10);
      entry.writeUInt32LE(fields.crc, 16);
      entry.writeUInt32LE(fields.packed, 20);
      entry.writeUInt32LE(fields.size, 24);
      entry.writeUInt16LE(path.length, 28);
      entry.writeUInt32LE((mode << 16) >>> 0, 38);
      entry.writeUInt32LE(fields.offset ?? at, 42);
      locals.push(local, path, packed);
      directory.push(entry, path);
      at += 30 + path.length + packed.length;
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 10);
    const table = Buffer.concat(directory);
    end.writeUInt32LE(table.length, 12);
    end.writeUInt32LE(at, 16);
    return new File([Buffer.concat([...locals, table, end])], 'x.zip');
  }
  const good = [
    { name: 'a/1.png', content: picture(1) },
    { name: 'b/1.png', content: picture(2) },
  ];

  it('of pictures that could not be packed further is read to its end', async () => {
    // Deflate stores such in blocks of 16,383 bytes and a header, of which the first piece holds no whole one.
    const noise = new PNG({ width: 120, height: 120 });
    let state = 1;
    for (let i = 0; i < noise.data.length; i++) {
      state = Math.imul(state, 69069) + 1;
      noise.data[i] = state >>> 24;
    }
    const content = PNG.sync.write(noise);
    assert.ok(deflateRawSync(content).length > content.length);
    const data = await openDataset(
      made([...good, { name: 'a/2.png', content }, { name: 'b/2.png', content }]),
      { holdout: 0 },
    );
    assert.equal(data.train.labels.length, 4);
  });

  it('that lies about sizes or places takes no memory', async () => {
    const bomb = Buffer.alloc(20e6);
    /** @type {[any[], RegExp][]} */
    const cases = [
      [[...good, { name: 'b/2.png', content: bomb, size: 4e9 }], /b\/2.png \(it has 4000.0 MB\)/],
      [
        [...good, { name: 'b/2.png', content: bomb, size: 100 }],
        /b\/2.png \(its (size|checksum) is wrong/,
      ],
      [[...good, { name: 'b/2.png', packed: 1e9, size: 1e9, method: 0 }], /its files overlap/],
      [
        [...good, { name: 'b/2.png', offset: 7 }],
        /b\/2.png \(it is not where the directory says\)/,
      ],
    ];
    for (const [entries, pattern] of cases) {
      const file = made(entries);
      const largest = await largestArray(() => refuses(file, pattern));
      assert.ok(largest < 1e6, `${largest}`);
    }
    const stranger = made([...good, { name: 'b/2.txt', content: bomb, size: 4e9 }]);
    const largest = await largestArray(() => openDataset(stranger));
    assert.ok(largest <= 20e6, `${largest}: no more than a piece unpacks to`);
  });

  it('is refused for paths that lead out of it, links, and other methods', async () => {
    for (const name of ['../a/1.png', '/a/1.png', 'a\\..\\..\\1.png', 'C:\\1.png']) {
      await refuses(made([...good, { name }]), /holds the path ".*", which leads out of it/);
    }
    await refuses(made([...good, { name: 'l', mode: 0xa1ff }]), /holds a link \(l\)/);
    await refuses(
      made([...good, { name: 'a/3.png', method: 93 }]),
      /packed by method 93; unpack it/,
    );
    assert.equal((await openDataset(made(good), { holdout: 0 })).train.labels.length, 2);
  });
});

describe('a tar archive of pictures', () => {
  it('of macOS has files beside files, which are ignored', async () => {
    /** @type {Files} */
    const files = [...filesOf('a/1.png', 'b/2.png'), ['a/._1.png', Buffer.from('Mac OS X')]];
    const data = await openDataset(source('x.tgz', gzipSync(await tar(files)), 999), {
      holdout: 0,
    });
    assert.deepEqual(levelsOf(data).train, { a: [1], b: [2] });
  });

  it('of a large file reads no more than pictures have', async () => {
    const entries = filesOf('a/1.png', 'b/2.png').map(([name, body]) => ({
      header: { name, size: body.length, type: 'file' },
      body: Uint8Array.from(body),
    }));
    const large = {
      header: { name: 'a/3.png', size: 120e6, type: 'file' },
      body: new Uint8Array(120e6),
    };
    const all = /** @type {import('modern-tar').TarEntry[]} */ ([...entries, large]);
    const file = source('x.tar', Buffer.from(await packTar(all)), 1e6);
    await refuses(
      file,
      /^1 of 3 pictures cannot be read: x\/a\/3.png \(it has more than 100.0 MB\)/,
    );
  });
});
