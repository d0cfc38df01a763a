/** residua curve: the curve of a recorded run, on the terminal or in a file. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { stdout } from 'node:process';
import { readRun, ticksOf } from '../lib/formats/run-file.js';
import { curveFile, textCurve } from './curve.js';
import { OutputFile, readWhole } from './files.js';
import { UsageError } from './flags.js';
import { needOperands } from './inputs.js';
import { columnsOf, print } from './output.js';
import { IN_FOLDER } from './run-files.js';

const TAKES = 'the RUN.json that --record wrote, or the folder of a run';

/** @param {string} given */
const isFolder = (given) => statSync(given, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function drawCurve(values, operands) {
  needOperands(operands, 'RUN.json', TAKES);
  const [given, ...more] = operands;
  if (more.length > 0) throw new UsageError('Give one run.');
  const file = isFolder(given) ? path.join(given, IN_FOLDER.record) : given;
  const { out, force } = values;
  const write = out === undefined ? null : curveFile(out);
  const output = write && (await OutputFile.prepare(out, { force }));
  const text = new TextDecoder().decode(await readWhole(file));
  if (!/^\s*\{/.test(text)) throw new UsageError(`${file} is no run; give ${TAKES}.`);
  const run = readRun(text, file);
  const epochs = ticksOf(run).filter(({ kind }) => kind === 'epoch');
  if (epochs.length === 0) throw new UsageError(`${file} has no whole epoch to draw.`);
  const drawn = { name: run.name, data: run.data.name, epochs };
  if (output && write) await output.write(new TextEncoder().encode(write(drawn)));
  else for (const line of textCurve(drawn, columnsOf(stdout))) print(line);
}
