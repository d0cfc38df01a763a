/** Pictures and what they show: by the folder of each class, or by a table. The layout is decided from
 * paths alone, so that only pictures that are used are decoded; their order lets any first part of the
 * set be a balanced sample. */
import { counted } from '../counted.js';
import { pacer } from '../pacer.js';
import { badFile, OP } from './bad-file.js';
import { IMAGE_BYTES, imageMemory } from './memory.js';
import { inputOf } from './picture.js';
import { balanced, holdOut, holdOutNote, splitOfFolder, splitOfPath, trimmed } from './splits.js';
import { labelsOf } from './tables.js';

/** @typedef {import('./splits.js').Split} Split */
/** @typedef {import('./tables.js').Table} Table */
/** @typedef {import('../index.js').Images} Images */
/** @typedef {import('./open.js').Skip} Skip */

/** A picture, and the input that it makes: read when it is needed, or in memory already. It fails, with
 * a reason, if the picture cannot be read.
 * @typedef {{ path: string, input: () => Promise<Uint8Array> }} Entry */
/** A picture with what it shows. @typedef {{ entry: Entry, split: Split | null, label: string }} Labelled */

const ADVICE =
  'put the pictures of each class into a folder of its own, or add a CSV file of names and labels';
const MOST_CLASSES = 1024;
/** More unreadable ones than this share are an error. */
const MOST_UNREADABLE = 0.05;
/** From so many on, the error does not wait for the rest. */
const MANY_TRIED = 500;
/** Named in messages. */
const NAMED = 3;
/** Rows of a table that name a picture, at least, for it to decide over folders. */
const ENOUGH_ROWS = 0.9;

const PICTURE = /\.(png|apng|jpe?g|jpe|jfif|webp|gif|bmp|dib|avif)$/i;

/** @param {string} path */
export const isPictureName = (path) => PICTURE.test(path);

export class Pictures {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Table[]} */
  #tables = [];
  /** @type {{ path: string, why: string }[]} */
  #unreadable = [];
  #tried = 0;

  get isEmpty() {
    return this.#entries.length === 0;
  }

  /** @param {string} path @param {() => Promise<Uint8Array>} read gives the bytes of the file */
  add(path, read) {
    this.#entries.push({ path, input: async () => inputOf(await read()) });
  }

  /** Makes an input of a file that cannot be read later.
   * @param {string} path @param {() => Promise<Uint8Array>} read */
  async addNow(path, read) {
    try {
      const input = await inputOf(await read());
      this.#entries.push({ path, input: async () => input });
    } catch (error) {
      this.addUnreadable(path, /** @type {Error} */ (error));
    }
  }

  /** @param {string} path @param {Error} error */
  addUnreadable(path, error) {
    this.#entries.push({ path, input: () => Promise.reject(error) });
  }

  /** @param {Table} table */
  addTable(table) {
    this.#tables.push(table);
  }

  /** @param {{ holdout: number, images?: number, testImages?: number,
   *   onImage: (done: number, total: number) => void }} options
   * @returns {Promise<import('./open.js').Found>} */
  async finish({ holdout, images = Infinity, testImages = Infinity, onImage }) {
    const entries = this.#entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const layout = layoutOf(entries, this.#tables);
    const { notes, left } = layout;
    const classes = classesOf(layout.labelled);
    const name = layout.name ?? [...classes.keys()].slice(0, NAMED).join(', ');
    const parts = partsOf(layout, holdout, notes);
    const numbered = (/** @type {Labelled[]} */ part) =>
      part.map(({ entry, label }) => ({
        entry,
        label: /** @type {number} */ (classes.get(label)),
      }));
    const train = balanced(numbered(parts.train));
    const test = balanced(numbered(parts.test));
    const total = Math.min(train.length, images) + Math.min(test.length, testImages);
    let done = 0;
    const onOne = () => onImage(++done, total);
    const found = {
      ...{ name, classes: [...classes.keys()] },
      train: await this.#readSet(train, images, onOne),
      test: await this.#readSet(test, testImages, onOne),
    };
    this.#checkUnreadable();
    const unreadable = this.#unreadableText();
    const unread = this.#unreadable
      .map(({ path, why }) => ({ path, why: `it cannot be read: ${why}` }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      ...found,
      heldOut: parts.heldOut,
      skipped: [...unread, ...left],
      notes: unreadable ? [...notes, `${unreadable}; they were skipped.`] : notes,
    };
  }

  /** The first pictures that can be read, no more than `most`.
   * @param {{ entry: Entry, label: number }[]} pictures @param {number} most
   * @param {() => void} onOne @returns {Promise<Images>} */
  async #readSet(pictures, most, onOne) {
    const room = imageMemory(Math.min(pictures.length, most), OP);
    const pace = pacer();
    let count = 0;
    for (const { entry, label } of pictures) {
      if (count >= most) break;
      const input = await this.#inputOf(entry);
      if (input) {
        room.images.set(input, count * IMAGE_BYTES);
        room.labels[count++] = label;
      }
      onOne();
      await pace();
    }
    return trimmed(room, count);
  }

  /** @param {Entry} entry @returns {Promise<Uint8Array | null>} null if it cannot be read */
  async #inputOf({ path, input }) {
    this.#tried++;
    try {
      return await input();
    } catch (error) {
      this.#unreadable.push({ path, why: /** @type {Error} */ (error).message });
      if (this.#tried >= MANY_TRIED) this.#checkUnreadable();
      return null;
    }
  }

  #checkUnreadable() {
    if (this.#unreadable.length <= MOST_UNREADABLE * this.#tried) return;
    throw badFile(`${this.#unreadableText()}; remove or convert what is no picture.`);
  }

  #unreadableText() {
    const count = this.#unreadable.length;
    if (count === 0) return '';
    const some = this.#unreadable.slice(0, NAMED).map(({ path, why }) => `${path} (${why})`);
    const more = count > NAMED ? ' and others' : '';
    return `${count} of ${this.#tried} pictures cannot be read: ${some.join(', ')}${more}`;
  }
}

/**
 * @typedef {object} Layout
 * @property {string | null} name null: no folder holds them all
 * @property {Labelled[]} labelled in the order of their paths
 * @property {Skip[]} left out
 * @property {string[]} notes
 */

/** @param {Entry[]} entries @param {Table[]} tables @returns {Layout} */
function layoutOf(entries, tables) {
  const { root, inside } = rootOf(entries);
  const byTable = tables.length > 0 ? labelledByTables(root, inside, tables) : null;
  const tableName = nameOf(commonOf(root, tables));
  if (byTable?.decides) return { name: tableName, ...byTable };
  const byFolder = labelledByFolders(root, inside);
  if (byFolder) return { name: nameOf(root), ...byFolder };
  if (byTable) return { name: tableName, ...byTable };
  if (entries.length === 1) throw badFile(`${entries[0].path} is one picture; ${ADVICE}.`);
  const where = root.length > 0 ? ` in ${root.join('/')}` : '';
  throw badFile(
    `Nothing says what the ${counted(entries.length, 'picture')}${where} show; ${ADVICE}.`,
  );
}

/** What a set is called: the innermost folder that holds all of it, and is no split's.
 * @param {string[]} root @returns {string | null} null: no folder holds it all */
function nameOf(root) {
  return root.findLast((folder) => !splitOfFolder(folder)) ?? root.at(-1) ?? null;
}

/** The folders that hold pictures and tables. @param {string[]} root @param {Table[]} tables */
function commonOf(root, tables) {
  const folders = tables.map(({ path }) => path.split('/').slice(0, -1));
  const differs = root.findIndex((folder, i) => folders.some((parts) => parts[i] !== folder));
  return differs < 0 ? root : root.slice(0, differs);
}

/** A picture and the parts of its path from the root on.
 * @typedef {{ entry: Entry, parts: string[] }} Placed */

/** The folder that holds whatever tells pictures apart. Pictures that lie beside the only folder of
 * a level, such as the picture of a readme, are left out. @param {Entry[]} entries */
function rootOf(entries) {
  /** @type {string[]} */
  const root = [];
  let inside = entries.map((entry) => ({ entry, parts: entry.path.split('/') }));
  for (;;) {
    const deeper = inside.filter(({ parts }) => parts.length > 1);
    const folders = new Set(deeper.map(({ parts }) => parts[0]));
    if (folders.size !== 1) return { root, inside };
    root.push(...folders);
    inside = deeper.map(({ entry, parts }) => ({ entry, parts: parts.slice(1) }));
  }
}

/** Whether top folders are those of splits: all are called so, or those that are hold folders. Longer names, such as
 * seg_train and test_set, count if they hold folders and are both a training and another set.
 * @param {Placed[]} inside @returns {(folder: string) => Split | null} */
function splitsAmong(inside) {
  const deeper = inside.filter(({ parts }) => parts.length > 1);
  const areAll = deeper.every(({ parts }) => splitOfFolder(parts[0]));
  const withFolders = new Set(
    deeper.filter(({ parts }) => parts.length > 2).map(({ parts }) => parts[0]),
  );
  const exact = (/** @type {string} */ folder) =>
    areAll || withFolders.has(folder) ? splitOfFolder(folder) : null;
  if (deeper.some(({ parts }) => exact(parts[0]))) return exact;
  const worded = (/** @type {string} */ folder) =>
    withFolders.has(folder) ? splitOfPath(folder) : null;
  const splits = new Set([...withFolders].map(worded).filter(Boolean));
  return splits.has('train') && splits.size > 1 ? worded : () => null;
}

/** Without the folder in a split's folder that has its name, as archives unpack to: train/train/cat/1.png.
 * @param {Placed[]} inside @param {(folder: string) => Split | null} splitOf @returns {Placed[]} */
function unwrapped(inside, splitOf) {
  const isDeep = (/** @type {Placed} */ { parts }) => parts.length > 2 && splitOf(parts[0]);
  const kept = new Set(
    inside
      .filter((placed) => isDeep(placed) && placed.parts[1] !== placed.parts[0])
      .map(({ parts }) => parts[0]),
  );
  return inside.map((placed) => {
    const { entry, parts } = placed;
    const isWrapped = isDeep(placed) && !kept.has(parts[0]);
    return isWrapped ? { entry, parts: parts.toSpliced(1, 1) } : placed;
  });
}

/** @param {string[]} root @param {Placed[]} inside
 * @returns {Omit<Layout, 'name'> | null} null if there are no folders of classes */
function labelledByFolders(root, inside) {
  const splitOf = splitsAmong(inside);
  const hasSplits = inside.some(({ parts }) => parts.length > 1 && splitOf(parts[0]));
  const placed = unwrapped(inside, splitOf);
  /** @type {Labelled[]} */
  const labelled = [];
  /** @type {Skip[]} */
  const left = [];
  for (const { entry, parts } of placed) {
    const split = hasSplits && parts.length > 1 ? splitOf(parts[0]) : null;
    const folder = hasSplits ? parts[1] : parts[0];
    const isInClass = hasSplits ? split && parts.length > 2 : parts.length > 1;
    if (isInClass) labelled.push({ entry, split, label: folder });
    else left.push({ path: entry.path, why: 'it lies in no folder of a class' });
  }
  if (labelled.length === 0) return null;
  checkSplits(root, labelled);
  const outside = left.length;
  const [lie, are] = outside === 1 ? ['lies', 'is'] : ['lie', 'are'];
  const text = `${counted(outside, 'picture')} that ${lie} in no folder of a class ${are} left out.`;
  return { labelled, left, notes: outside > 0 ? [text] : [] };
}

/** @param {string[]} root @param {Labelled[]} labelled */
function checkSplits(root, labelled) {
  const train = new Set(
    labelled.filter(({ split }) => !split || split === 'train').map(({ label }) => label),
  );
  if (train.size === 0) return;
  const stray = labelled.find(({ label }) => !train.has(label));
  if (!stray) return;
  const where = `${root.join('/') || 'The set'} has a class ${stray.label}`;
  throw badFile(
    `${where} in ${stray.split}/ but not in train/; give it pictures to train on, or remove it.`,
  );
}

/** @param {string[]} root @param {Placed[]} inside @param {Table[]} tables
 * @returns {Omit<Layout, 'name'> & { decides: boolean } | null} */
function labelledByTables(root, inside, tables) {
  const splitOf = splitsAmong(inside);
  const splitOfPlaced = (/** @type {Placed} */ { parts }) =>
    parts.length > 1 ? splitOf(parts[0]) : null;
  const bySplit = new Map(inside.map((placed) => [placed.entry.path, splitOfPlaced(placed)]));
  /** @type {Map<string, { label: string, split: Split | null }>} */
  const labels = new Map();
  let rows = 0;
  /** @type {string[]} */
  const notes = [];
  for (const table of tables) {
    const split = splitOfPath(table.path.split('/').slice(root.length).join('/') || table.path);
    const found = labelsOf(table, meantBy(split, bySplit));
    if (!found) continue;
    rows += found.rows;
    notes.push(...notesOf(table, found));
    for (const [path, label] of found.labels) {
      labels.set(path, { label, split: bySplit.get(path) ?? split });
    }
  }
  if (labels.size === 0) return null;
  const labelled = inside.flatMap(({ entry }) => {
    const found = labels.get(entry.path);
    return found ? [{ entry, ...found }] : [];
  });
  const left = inside
    .filter(({ entry }) => !labels.has(entry.path))
    .map(({ entry }) => ({ path: entry.path, why: 'no table gives it a label' }));
  if (left.length > 0) {
    const count = counted(left.length, 'picture');
    const are = left.length === 1 ? 'is' : 'are';
    notes.push(`${count} without a label ${are} left out, ${left[0].path} first.`);
  }
  return { labelled, left, notes, decides: labels.size >= ENOUGH_ROWS * rows };
}

/** The pictures that a table can mean, the likeliest first. Kaggle's parts both have a 1.png: where the name of the
 * table says its part, or names come twice, it means that part alone.
 * @param {Split | null} split of the table @param {Map<string, Split | null>} bySplit of each picture
 * @returns {string[]} */
function meantBy(split, bySplit) {
  const meant = split ?? 'train';
  const paths = [...bySplit.keys()];
  const own = paths.filter((path) => bySplit.get(path) === meant);
  const others = paths.filter((path) => bySplit.get(path) !== meant);
  const fileOf = (/** @type {string} */ path) => path.split('/').at(-1);
  const names = new Set(own.map(fileOf));
  const isSure = split ? own.length > 0 : others.some((path) => names.has(fileOf(path)));
  return isSure ? own : [...own, ...others];
}

/** @param {Table} table @param {NonNullable<ReturnType<typeof labelsOf>>} found */
function notesOf({ path }, { absent, guessed }) {
  const notes = [];
  if (absent.length > 0) {
    const rows =
      absent.length === 1 ? 'row names a picture that is' : 'rows name pictures that are';
    notes.push(`${absent.length} ${rows} not there, "${absent[0]}" first (${path}).`);
  }
  if (guessed !== null) {
    notes.push(`The labels are the column "${guessed}" of ${path}; to choose, name one "label".`);
  }
  return notes;
}

/** The number of each class, in the order of their names, or of numbers.
 * @param {Labelled[]} labelled @returns {Map<string, number>} */
function classesOf(labelled) {
  const names = [...new Set(labelled.map(({ label }) => label))];
  const areNumbers = names.every((name) => /^\d{1,9}$/.test(name));
  names.sort(areNumbers ? (a, b) => Number(a) - Number(b) : undefined);
  if (names.length < 2) {
    throw badFile(
      `All pictures are of the class ${names[0]}, and two classes are the least; ${ADVICE}.`,
    );
  }
  if (names.length > MOST_CLASSES) {
    throw badFile(
      `There are ${names.length} classes, and ${MOST_CLASSES} are the most; give fewer.`,
    );
  }
  return new Map(names.map((name, i) => [name, i]));
}

/** What is for training and for the test, and a note of how that came.
 * @param {Layout} layout @param {number} holdout @param {string[]} notes */
function partsOf({ labelled }, holdout, notes) {
  const of = (/** @type {Split | null} */ split) => labelled.filter((one) => one.split === split);
  const [train, test, validation] = [of('train'), of('test'), of('validation')];
  train.push(...of(null));
  if (test.length > 0) {
    if (validation.length > 0)
      notes.push('The validation pictures are not used: there is a test set.');
    return { train, test, heldOut: null };
  }
  if (validation.length > 0) return { train, test: validation, heldOut: null };
  const numbers = holdOut(
    train.map(({ label }) => label),
    holdout,
  );
  notes.push(holdOutNote(holdout, 'picture', 'there is no test/ folder', numbers.test.length));
  return {
    train: numbers.train.map((i) => train[i]),
    test: numbers.test.map((i) => train[i]),
    heldOut: holdout,
  };
}
