/** Tables of labels beside pictures, as Kaggle has them: `id,label`, `file;class` or the like, with any
 * header or none. Which column names pictures is found out by looking for them. */

/** @typedef {{ path: string, text: string }} Table */

/** Columns that say what a picture shows, names before numbers. */
const LABEL_HEADERS = [
  /^(labels?|class(_?name)?|category(_?name)?|target|species|breed|diagnosis)$/i,
  /^(class|label|category)_?id$/i,
];
const MOST_CLASSES = 1024;

/** @param {string} path */
export function isTable(path) {
  return /\.(csv|tsv)$/i.test(path) && !/submission/i.test(path);
}

/** Rows of cells; cells may stand in quotes. The separator is the first that the first line has.
 * @param {string} text */
function rowsOf(text) {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const separator = ['\t', ';', ','].find((one) => first.includes(one)) ?? ',';
  /** @type {string[][]} */
  const rows = [];
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`,
    'y',
  );
  let row = [];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) break;
    row.push((found[1]?.replaceAll('""', '"') ?? found[2]).trim().normalize('NFC'));
    if (found[3] === separator) continue;
    if (row.some((value) => value !== '')) rows.push(row);
    row = [];
    if (found[0] === '') break;
  }
  if (row.some((value) => value !== '')) rows.push(row);
  return rows;
}

/** What a table may call a picture: its path from any folder on, with or without its ending.
 * @param {string} path */
function namesOf(path) {
  const parts = path.split('/');
  const tails = parts.map((_, i) => parts.slice(i).join('/'));
  return tails.flatMap((tail) => [tail, tail.replace(/\.\w+$/, '')]);
}

/** Pictures by what a table may call them. The first of a name counts, so those that are more likely
 * meant come first. @param {string[]} paths */
function indexOf(paths) {
  /** @type {Map<string, string>} */
  const index = new Map();
  for (const path of paths) {
    for (const name of namesOf(path)) if (!index.has(name)) index.set(name, path);
  }
  return index;
}

/**
 * What a table says.
 * @typedef {object} Labels
 * @property {Map<string, string>} labels of pictures, by their paths
 * @property {number} rows
 * @property {string[]} absent what rows call pictures that are not there
 * @property {string | null} guessed the column of labels, if others could be it too
 */

/** The labels that a table gives to pictures.
 * @param {Table} table @param {string[]} paths of pictures, first those that are meant if names are
 *   ambiguous
 * @returns {Labels | null} null if it names none of them */
export function labelsOf({ text }, paths) {
  const index = indexOf(paths);
  const rows = rowsOf(text.replace(/^\uFEFF/, ''));
  const width = Math.max(0, ...rows.slice(0, 10).map(({ length }) => length));
  const columns = Array.from({ length: width }, (_, column) => column);
  const pictureOf = (/** @type {string} */ cell = '') => index.get(cell.replace(/^\.?\//, ''));
  const hits = columns.map((column) => rows.filter((row) => pictureOf(row[column])).length);
  const most = Math.max(0, ...hits);
  if (most === 0) return null;
  const fileColumn = hits.indexOf(most);
  const header = pictureOf(rows[0][fileColumn]) ? null : rows[0];
  const body = header ? rows.slice(1) : rows;
  const others = columns.filter((column) => column !== fileColumn);
  const found = namedColumn(others, header) ?? oneHot(others, header, body) ?? guess(others, body);
  if (!found) return null;
  /** @type {Map<string, string>} */
  const labels = new Map();
  const absent = [];
  for (const row of body) {
    const picture = pictureOf(row[fileColumn]);
    const label = found.labelOf(row);
    if (!picture) absent.push(row[fileColumn] ?? '');
    else if (label) labels.set(picture, label);
  }
  const { guessed } = found;
  const column = guessed === undefined ? null : (header?.[guessed] ?? String(guessed + 1));
  return { labels, rows: body.length, absent, guessed: column };
}

/** Where labels stand; `guessed` is a column that others might be too.
 * @typedef {{ labelOf: (row: string[]) => string | undefined, guessed?: number }} Source */

/** @param {number[]} columns @param {string[] | null} header @returns {Source | null} */
function namedColumn(columns, header) {
  for (const pattern of LABEL_HEADERS) {
    const named = columns.find((column) => pattern.test(header?.[column] ?? ''));
    if (named !== undefined) return { labelOf: (row) => row[named] };
  }
  return null;
}

/** A column for each class, with a 1 in one of them. @param {number[]} columns
 * @param {string[] | null} header @param {string[][]} body @returns {Source | null} */
function oneHot(columns, header, body) {
  const isFlag = (/** @type {number} */ column) =>
    body.every((row) => /^[01](\.0*)?$/.test(row[column]));
  const flags = header ? columns.filter(isFlag) : [];
  const ones = (/** @type {string[]} */ row) => flags.filter((column) => Number(row[column]) === 1);
  if (flags.length < 2 || !body.every((row) => ones(row).length === 1)) return null;
  return { labelOf: (row) => header?.[ones(row)[0]] };
}

/** The first column with two values or more. @param {number[]} columns @param {string[][]} body
 * @returns {Source | null} */
function guess(columns, body) {
  const kinds = (/** @type {number} */ column) => new Set(body.map((row) => row[column])).size;
  const isLabels = (/** @type {number} */ column) =>
    kinds(column) >= 2 && kinds(column) <= Math.min(MOST_CLASSES, body.length);
  const [first, ...more] = columns.filter(isLabels);
  if (first === undefined) return null;
  return { labelOf: (row) => row[first], ...(more.length > 0 && { guessed: first }) };
}
