#!/usr/bin/env node
/** The command: `residua train`, `eval` and so on. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ResiduaError } from '../lib/errors.js';
import { nearest } from '../lib/nearest.js';
import { COMMANDS } from './commands.js';
import { flagsOf, readFlags, UsageError, withFlags } from './flags.js';
import { Interrupted } from './follow.js';
import { helpOf, overviewOf } from './help.js';
import { bar, note, print, printText, Told, watchReader } from './output.js';

const NAMES = [...Object.keys(COMMANDS), 'help', 'version'];

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

/** @param {string} name */
const isCommand = (name) => Object.hasOwn(COMMANDS, name);

/** @param {string[]} args */
async function run([name = '', ...args]) {
  if (name === 'version' || name === '--version') return print(version());
  if (name === 'help' || name === '--help' || name === '-h') {
    const [of = ''] = args;
    if (of !== '') checkName(of);
    return printText(isCommand(of) ? helpOf(of, COMMANDS[of]) : overviewOf(COMMANDS));
  }
  if (name === '') throw new UsageError('Name a command.');
  checkName(name);
  const command = COMMANDS[name];
  const flags = flagsOf(command);
  const { values, operands } = readFlags(flags, args);
  if (values.help) return printText(helpOf(name, command));
  await command.run(values, operands, flags);
}

/** The exit code for what went wrong, which is told.
 * @param {unknown} error @param {string} [name] of the command */
function report(error, name = '') {
  bar.clear();
  if (error instanceof Interrupted) return 130;
  if (error instanceof Told) return 1;
  if (error instanceof UsageError) {
    note(`residua: ${error.message} See: residua help${isCommand(name) ? ` ${name}` : ''}`);
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
  if (!isCommand(name) || !COMMANDS[name].writes) process.exit(BROKEN_PIPE);
  note(`Nobody reads the output any more; ${name} goes on.`);
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
