/** npm run bench: installs, builds and measures. */
import { readdir, readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { BuildError, root, run, runTool } from '../tools/process.js';
import { install, setUp } from '../tools/setup.js';
import { like } from './cases.js';
import { isPinned } from './child.js';
import { ownLines, peerLines } from './lines.js';
import { parquetImagesPerSecond } from './parquet.js';
import { printer } from './print.js';
import { tableRows } from './rows.js';

/** @typedef {import('./lines.js').Line} Line */

const HELP = `Usage: npm run bench -- [options]
Measures training and inference against the machine's own peak, and prints Markdown.

  --quick    in three minutes what the table of bench/README.md needs
  --peers    other libraries too: PyTorch if python3 has it, others from npm
  --browser  in Chromium too, and how it compares; and what the page costs
  --json     one object a line instead
  --help
`;
/** Of the last minute: building takes less. */
const BUSY = 1;

function readOptions() {
  const names = ['json', 'quick', 'peers', 'browser', 'help'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' }]));
  try {
    return parseArgs({ options: /** @type {Record<string, { type: 'boolean' }>} */ (options) })
      .values;
  } catch (error) {
    process.exitCode = 2;
    console.error(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    return null;
  }
}

/** So that stdout holds results only. @param {boolean | undefined} withPeers */
async function prepare(withPeers) {
  await setUp();
  const code = await run(process.execPath, ['tools/build.js', '--bench'], process.env, 2);
  if (code !== 0) throw new BuildError('The build failed; see above.');
  if (loadavg()[0] > BUSY) console.error('Other programs are at work: figures will be too low.');
  if (withPeers) await install('bench', ['--ignore-scripts']);
}

function machine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    node: process.versions.node,
    v8: process.versions.v8,
    pinned: isPinned ? 'pinned' : 'not pinned',
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Memory planned for training in MiB, the size of the largest module in KB, and how fast images are
 * read. */
async function sizes() {
  /** @type {typeof import('../web/lib/index.js')} */
  const { createEngine, specFromName } = await import(join(root, 'dist/node.js'));
  const engine = await createEngine({ threads: 1 });
  /** @type {Record<string, number>} */
  const memory = {};
  for (const net of ['resnet20', 'resnet56']) {
    const { width, batch } = like({});
    const { bytes } = await engine.plan({ ...specFromName(net), width }, { batchSize: batch });
    memory[net] = bytes / 2 ** 20;
  }
  engine.dispose();
  const modules = (await readdir(join(root, 'dist'))).filter((name) => name.endsWith('.wasm'));
  const packed = modules.map(async (name) => {
    return gzipSync(await readFile(join(root, 'dist', name)), { level: 9 }).length / 1000;
  });
  const largestModule = Math.max(...(await Promise.all(packed)));
  return { memory, largestModule, parquet: await parquetImagesPerSecond() };
}

await runTool(async () => {
  const options = readOptions();
  if (!options) return;
  if (options.help) return console.log(HELP);
  await prepare(options.peers);
  const print = printer(options.json);
  const pace = options.quick ? 'quick' : 'full';
  const browser = options.browser ? await (await import('./browser.js')).openBrowser() : null;
  /** @type {Line[]} */
  const lines = [];
  /** @param {AsyncIterable<Line>} measuring */
  const take = async (measuring) => {
    for await (const line of measuring) {
      lines.push(line);
      print.line(line);
    }
  };
  print.machine(machine());
  await take(ownLines(pace, browser));
  await browser?.close();
  if (options.peers) await take(peerLines(pace));
  const page = browser ? await (await import('./page.js')).pageLines() : null;
  print.rows(tableRows(lines, await sizes(), page));
});
