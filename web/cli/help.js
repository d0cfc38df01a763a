/** The text of help, no wider than a usual terminal. */
import { COMMON, FLAGS, shortOf } from './flags.js';

/** @typedef {import('./commands.js').Command} Command */

const COLUMNS = 80;
/** Flags with longer values have their help in the next line. */
const FLAG_COLUMNS = 30;

/** @param {string} text @param {number} columns */
function wrapped(text, columns) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** @param {string} left @param {string} right @param {number} columns of the left, with its margin */
function entry(left, right, columns) {
  const lines = wrapped(right, COLUMNS - columns);
  const fits = left.length + 2 <= columns;
  const head = fits ? left.padEnd(columns) + lines.shift() : left;
  return [head.trimEnd(), ...lines.map((line) => ' '.repeat(columns) + line)];
}

/** @param {string} name @param {Command['help']} [own] help of this command's flags */
function flagEntry(name, own = {}) {
  const { value, help } = { ...FLAGS[name], ...own[name] };
  const short = shortOf(name);
  const left = `  ${short ? `-${short}, ` : '    '}--${name} ${value}`.trimEnd();
  return entry(left, help, FLAG_COLUMNS);
}

/** @param {string} title @param {string[]} flags @param {Command['help']} [own] */
function section(title, flags, own) {
  return ['', `${title}:`, ...flags.flatMap((name) => flagEntry(name, own))];
}

/** @param {string} name @param {Command} command */
export function helpOf(name, { synopsis, summary, groups, help, examples = [] }) {
  const sections = Object.entries(groups).flatMap(([title, flags]) => section(title, flags, help));
  return [
    ...wrapped(`residua ${name} ${summary}.`, COLUMNS),
    '',
    `Usage: residua ${name} ${synopsis}`.trimEnd(),
    ...sections,
    ...section('Output', COMMON),
    ...(examples.length > 0 ? ['', 'Examples:', ...examples.map((line) => `  ${line}`)] : []),
  ].join('\n');
}

/** @param {Record<string, Command>} commands */
export function overviewOf(commands) {
  const names = {
    ...Object.fromEntries(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
    help: 'explains a command and lists its flags',
    version: 'prints the version',
  };
  const columns = Math.max(...Object.keys(names).map(({ length }) => length)) + 4;
  return `Trains and runs plain and residual CIFAR networks.

Usage: residua COMMAND [flags]

${Object.entries(names)
  .flatMap(([name, summary]) => entry(`  ${name}`, summary, columns))
  .join('\n')}

Results go to stdout, as JSON with --json; progress and errors go to stderr.
Exit code: 0 success, 1 an input is at fault, 2 the command line is at fault,
130 stopped by Ctrl-C, 141 the reader of stdout has gone.`;
}
