/** Images of one's own, in Node: a folder with a folder of PNG and JPEG images for each class. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Dataset, IMAGE_BYTES } from '../dataset.js';
import { ResiduaError } from '../errors.js';
import { sizeText } from './bytes.js';
import { decodePicture } from './decode.js';
import { resizeToInput } from './resize.js';

/** Where there is no folder for the test, every fifth image of each class is for it. */
const TEST_EVERY = 5;
const LAYOUT = 'give each class a folder of PNG or JPEG images, in the folder itself or in train/';
/** Of a file; photographs have far less. */
const MOST_BYTES = 100e6;
const IMAGE = /\.(png|jpe?g)$/i;

/** @typedef {{ file: string, label: number }} Entry */

/** @param {string} message */
const badFile = (message) => new ResiduaError('BAD_FILE', 'readImageFolder', message);

/** Does the folder hold folders of images? @param {string} folder */
export async function isImageFolder(folder) {
  const classes = await classesOf(await rootOf(folder));
  return classes.some(({ files }) => files.length > 0);
}

/** @param {string} folder with train/CLASS/ and perhaps test/CLASS/, or with CLASS/
 * @param {{ onProgress?: (progress: { images: number, total: number }) => void,
 *   signal?: AbortSignal }} [options] */
export async function readImageFolder(folder, { onProgress, signal } = {}) {
  const root = await rootOf(folder);
  const classes = await classesOf(root);
  checkClasses(folder, classes);
  const names = classes.map(({ name }) => name);
  const entries = classes.flatMap(({ files }, label) => files.map((file) => ({ file, label })));
  const { train, test } =
    root === folder
      ? splitByFifths(classes)
      : { train: entries, test: await testOf(folder, names) };
  const total = train.length + test.length;
  let done = 0;
  const onImage = () => {
    signal?.throwIfAborted();
    onProgress?.({ images: ++done, total });
  };
  return new Dataset({
    name: path.basename(path.resolve(folder)),
    classes: names,
    train: await readImages(train, onImage),
    test: await readImages(test, onImage),
  });
}

/** Where the classes of the training images are. @param {string} folder */
async function rootOf(folder) {
  const inner = path.join(folder, 'train');
  return (await foldersIn(inner)).length > 0 ? inner : folder;
}

/** @param {string} folder which need not be there */
async function foldersIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** In the order of their names, the same everywhere. @param {string} root */
async function classesOf(root) {
  const names = (await foldersIn(root)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name) => {
      const files = (await readdir(path.join(root, name))).filter((file) => IMAGE.test(file));
      return { name, files: files.sort().map((file) => path.join(root, name, file)) };
    }),
  );
}

/** @param {string} folder @param {Awaited<ReturnType<typeof classesOf>>} classes */
function checkClasses(folder, classes) {
  const empty = classes.find(({ files }) => files.length === 0);
  if (classes.length >= 2 && !empty) return;
  const problem = empty
    ? `The class ${empty.name} in ${folder} has no images`
    : `${folder} has ${classes.length} folders of images, and two classes are the least`;
  throw badFile(`${problem}; ${LAYOUT}.`);
}

/** @param {Awaited<ReturnType<typeof classesOf>>} classes */
function splitByFifths(classes) {
  /** @type {Record<'train' | 'test', Entry[]>} */
  const split = { train: [], test: [] };
  classes.forEach(({ files }, label) => {
    files.forEach((file, i) => {
      split[i % TEST_EVERY === TEST_EVERY - 1 ? 'test' : 'train'].push({ file, label });
    });
  });
  return split;
}

/** @param {string} folder @param {string[]} names of the classes @returns {Promise<Entry[]>} */
async function testOf(folder, names) {
  const classes = await classesOf(path.join(folder, 'test'));
  return classes.flatMap(({ name, files }) => {
    const label = names.indexOf(name);
    if (label < 0) throw badFile(`${folder} has a class ${name} in test/ but not in train/.`);
    return files.map((file) => ({ file, label }));
  });
}

/** @param {Entry[]} entries @param {() => void} onImage */
async function readImages(entries, onImage) {
  const images = new Uint8Array(entries.length * IMAGE_BYTES);
  for (const [i, { file }] of entries.entries()) {
    const picture = decodePicture('readImageFolder', file, await readImage(file));
    images.set(resizeToInput(picture), i * IMAGE_BYTES);
    onImage();
  }
  return { images, labels: Uint16Array.from(entries, ({ label }) => label) };
}

/** The bytes of an image's file. Its size and kind are looked at first: a pipe or a device may be
 * called cat.png, and reading it need not end. @param {string} file */
async function readImage(file) {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new Error('it is no file');
    if (facts.size > MOST_BYTES) throw new Error(`it has ${sizeText(facts.size)}`);
    return await readFile(file);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw badFile(`${file} cannot be read (${message}); give a PNG or JPEG image.`);
  }
}
