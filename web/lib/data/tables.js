/** Tables of labels beside pictures, as Kaggle has them: `id,label`, `file;class` or the like, with any
 * header or none. Which column names pictures is found out by looking for them. */

/** @typedef {{ path: string, text: string }} Table */

const LABEL_HEADER = /^(labels?|class(_?(name|id))?|category|target|species|breed|diagnosis)$/i;
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

/** The labels that a table gives to pictures.
 * @param {Table} table @param {string[]} paths of pictures, first those that are meant if names are
 *   ambiguous
 * @returns {{ labels: Map<string, string>, rows: number } | null} null if it names none of them */
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
  const labelColumn = columnOfLabels(
    columns.filter((column) => column !== fileColumn),
    header,
    body,
  );
  if (labelColumn === null) return null;
  /** @type {Map<string, string>} */
  const labels = new Map();
  for (const row of body) {
    const picture = pictureOf(row[fileColumn]);
    if (picture && row[labelColumn]) labels.set(picture, row[labelColumn]);
  }
  return { labels, rows: body.length };
}

/** @param {number[]} columns @param {string[] | null} header @param {string[][]} body */
function columnOfLabels(columns, header, body) {
  const named = columns.find((column) => LABEL_HEADER.test(header?.[column] ?? ''));
  if (named !== undefined) return named;
  const kinds = (/** @type {number} */ column) => new Set(body.map((row) => row[column])).size;
  const isLabels = (/** @type {number} */ column) =>
    kinds(column) >= 2 && kinds(column) <= Math.min(MOST_CLASSES, body.length);
  return columns.find(isLabels) ?? null;
}
