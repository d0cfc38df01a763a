#!/usr/bin/env node
/** The command: `residua train`, `eval` and so on. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ResiduaError } from '../lib/errors.js';
import { nearest } from '../lib/nearest.js';
import { convert } from './convert.js';
import { evaluate } from './evaluate.js';
import { exportModel } from './export.js';
import { describeFlags, readFlags, UsageError, withFlags } from './flags.js';
import { golden } from './golden.js';
import { info } from './info.js';
import { measure } from './measure.js';
import { bar, note, print, printText, Told, watchReader } from './output.js';
import { predict } from './predict.js';
import { Interrupted, train } from './train.js';

/**
 * @typedef {object} Command
 * @property {string} synopsis
 * @property {string} summary
 * @property {string[]} flags its own
 * @property {true} [writes] a file, which is worth more than what it prints
 * @property {(values: import('./flags.js').Values, operands: string[]) => Promise<void>} run
 */

/** @type {Record<string, Command>} */
const COMMANDS = {
  train: {
    synopsis: '--net NAME | --from FILE [--data PATH] [--out FILE]',
    summary: 'trains a net; without --data on made-up images',
    flags: [
      ...[
        'net',
        'width',
        'shortcut',
        'init',
        'norm',
        'data',
        'labels',
        'holdout',
        'images',
        'test-images',
      ],
      ...['epochs', 'batch', 'lr', 'momentum', 'weight-decay', 'schedule', 'augment', 'seed'],
      ...['out', 'record', 'resume', 'from', 'freeze', 'mean', 'std', 'force'],
    ],
    writes: true,
    run: train,
  },
  eval: {
    synopsis: '--model FILE --data PATH',
    summary: 'counts the test images that a trained net gets wrong',
    flags: ['model', 'data', 'labels', 'holdout', 'test-images', 'net', 'mean', 'std', 'details'],
    run: evaluate,
  },
  measure: {
    synopsis: '--model FILE --data PATH',
    summary: 'says how large the responses of each layer are, on the test images',
    flags: ['model', 'data', 'labels', 'holdout', 'test-images', 'net', 'mean', 'std'],
    run: measure,
  },
  predict: {
    synopsis: '--model FILE IMAGE|FOLDER|-...',
    summary: 'says what pictures show; - reads one from stdin',
    flags: ['model', 'top', 'csv', 'net', 'mean', 'std'],
    run: predict,
  },
  info: {
    synopsis: 'PATH...',
    summary: 'says what is in a model file or a data set',
    flags: [],
    run: info,
  },
  export: {
    synopsis: '--model FILE --out FILE.onnx',
    summary: 'makes an ONNX model of a trained net, for other runtimes',
    flags: ['model', 'out', 'net', 'mean', 'std', 'force'],
    writes: true,
    run: exportModel,
  },
  convert: {
    synopsis: 'IN OUT',
    summary: 'writes weights as .safetensors, or as .pt for PyTorch',
    flags: ['net', 'mean', 'std', 'force'],
    writes: true,
    run: convert,
  },
  golden: {
    synopsis: 'FILE...',
    summary: 'compares six training steps with values that PyTorch computed',
    flags: [],
    run: golden,
  },
};

const NAMES = [...Object.keys(COMMANDS), 'help', 'version'];

function overview() {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => {
    return `  ${name.padEnd(8)} ${summary}`;
  });
  return `Trains and runs plain and residual CIFAR networks.

Usage: residua COMMAND [flags]

${lines.join('\n')}
  help     says what the flags of a command are
  version  prints the version

Results are printed on stdout, as JSON with --json. Exit code: 0 done, 1 the input is at fault,
2 the command line is at fault, 130 stopped by Ctrl-C.`;
}

/** @param {string} name */
function helpOf(name) {
  const { synopsis, summary, flags } = COMMANDS[name];
  const usage = `Usage: residua ${name} ${synopsis} [flags]`;
  return `residua ${name} ${summary}.\n\n${usage}\n\n${describeFlags(flags)}`;
}

/** @param {string} name */
function checkName(name) {
  if (NAMES.includes(name)) return;
  const near = nearest(name, NAMES);
  throw new UsageError(`There is no command "${name}"${near ? `; did you mean ${near}?` : '.'}`);
}

function version() {
  const file = new URL('../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** @param {string[]} args */
async function run([name = '', ...args]) {
  if (name === 'version' || name === '--version') return print(version());
  if (name === 'help' || name === '--help' || name === '-h') {
    if (args.length > 0) checkName(args[0]);
    return printText(args[0] in COMMANDS ? helpOf(args[0]) : overview());
  }
  if (name === '') throw new UsageError('Which command?');
  checkName(name);
  const { flags, run: runCommand } = COMMANDS[name];
  const { values, operands } = readFlags(flags, args);
  if (values.help) return printText(helpOf(name));
  await runCommand(values, operands);
}

/** The exit code for what went wrong, which is told.
 * @param {unknown} error @param {string} [name] of the command */
function report(error, name = '') {
  bar.clear();
  if (error instanceof Interrupted) return 130;
  if (error instanceof Told) return 1;
  if (error instanceof UsageError) {
    note(
      `residua: ${error.message} See: residua help${Object.hasOwn(COMMANDS, name) ? ` ${name}` : ''}`,
    );
    return 2;
  }
  if (error instanceof ResiduaError) note(`residua: ${withFlags(error.message)}`);
  else
    for (const line of String(/** @type {any} */ (error)?.stack ?? error).split('\n')) note(line);
  return 1;
}

/** Of a program that a shell's pipe ended: 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

/** A command that writes a file finishes it; the others have nobody left to work for.
 * @param {string} [name] of the command */
function leaveReader(name = '') {
  if (!Object.hasOwn(COMMANDS, name) || !COMMANDS[name].writes) process.exit(BROKEN_PIPE);
  note(`Nobody reads what ${name} prints any more; it goes on all the same.`);
}

// Node 20 has relaxed SIMD behind a flag, which works until the first module is compiled.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}
const args = process.argv.slice(2);
watchReader(() => leaveReader(args[0]));
process.exitCode = await run(args).then(
  () => 0,
  (error) => report(error, args[0]),
);
