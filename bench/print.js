/** The two ways to print: JSON lines, and Markdown that bench/README.md takes as it is. */

/** @typedef {import('./lines.js').Line} Line */
/** @typedef {import('./rows.js').Row} Row */

/** @param {unknown[]} cells */
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

/** @param {string[]} titles */
function heading(titles) {
  row(titles);
  row(titles.map(() => '---'));
}

/** To three digits, or all before the point. @param {number | null | undefined} value */
function short(value) {
  if (typeof value !== 'number') return '';
  return Math.abs(value) < 100 ? String(Number(value.toPrecision(3))) : value.toFixed(0);
}

/** @param {Row} found */
function limitCells({ measured, at_least, at_most, aim }) {
  const limit = at_least === undefined ? `at most ${at_most}` : `at least ${at_least}`;
  if (measured === null) return ['not measured', limit, aim ?? ''];
  const met = at_least === undefined ? measured <= Number(at_most) : measured >= at_least;
  return [met ? short(measured) : `**${short(measured)}**`, limit, aim ?? ''];
}

const markdown = {
  /** @param {Record<string, string | number>} machine */
  machine({ cpu, cores, node, v8, pinned, date }) {
    console.log(`${date}: ${cpu}, ${cores} cores; Node ${node} (V8 ${v8}), ${pinned}.\n`);
    const titles = ['who', 'what', 'net', 'width', 'batch', 'threads', 'tier', 'images/s'];
    heading([...titles, 'peak GFLOP/s', 'roofline', 'ratio']);
  },
  /** @param {Line} line */
  line({ runtime, peer, version, error, ...line }) {
    const who = peer ? `${peer} ${version ?? ''}`.trim() : runtime;
    const { what, net, width, batch, threads, tier, norm } = line;
    const name = norm ? `${net} without norm` : net;
    const figures = [line.images_per_s, line.peak_gflops, line.roofline, line.ratio].map(short);
    const outcome = error ? [`failed: ${error.replaceAll('|', '/')}`, '', '', ''] : figures;
    row([who, what, name, width, batch, threads, peer ? '' : tier, ...outcome]);
  },
  /** @param {Row[]} rows */
  rows(rows) {
    console.log();
    heading(['case', 'measured', 'limit', 'aim']);
    for (const found of rows) row([found.row, ...limitCells(found)]);
  },
};

/** @type {typeof markdown} */
const json = {
  machine: (machine) => console.log(JSON.stringify({ machine })),
  line: (line) => console.log(JSON.stringify(line)),
  rows: (rows) => rows.forEach((found) => void console.log(JSON.stringify(found))),
};

/** @param {boolean | undefined} asJson */
export const printer = (asJson) => (asJson ? json : markdown);
