/** residua completion: what a shell has to know to complete commands, flags and their values. */
import { COMMON, FLAGS, flagsOf as ownFlags, shortOf, UsageError } from './flags.js';
import { print, printText } from './output.js';

/** @typedef {import('./commands.js').Command} Command */
/** @typedef {Record<string, Command>} Commands */

/** @type {Record<string, (commands: Commands) => string>} */
const SHELLS = { bash, zsh, fish };

/** How each shell loads what is printed. */
const LOADING = {
  bash: 'source <(residua completion bash)',
  zsh: 'source <(residua completion zsh)',
  fish: 'residua completion fish | source',
};

/** @param {string[]} operands @param {Commands} commands */
export function completion([shell, ...more], commands) {
  if (more.length > 0 || !Object.hasOwn(SHELLS, shell ?? '')) {
    const known = Object.keys(SHELLS).join(', ');
    throw new UsageError(`Name a shell: ${known}; for example ${LOADING.bash}.`);
  }
  printText(SHELLS[shell](commands));
  print(`# To load it: ${LOADING[/** @type {keyof typeof LOADING} */ (shell)]}`);
}

/** @param {Command} command */
const flagsOf = (command) => [...ownFlags(command), ...COMMON];

/** @param {string} text in single quotes */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Values that a flag may have, where they can be listed. @param {string} name */
const valuesOf = (name) => FLAGS[name].choices ?? FLAGS[name].examples ?? [];

/** @param {string} name */
const isSwitch = (name) => FLAGS[name].kind === 'switch';

/** The flags of all commands, each once. @param {Commands} commands */
const allFlags = (commands) => [...new Set(Object.values(commands).flatMap(flagsOf))];

/** @param {string} name */
const spelled = (name) => [`--${name}`, ...(shortOf(name) ? [`-${shortOf(name)}`] : [])];

/** @param {Commands} commands */
function bash(commands) {
  const names = Object.keys(commands);
  const values = allFlags(commands).filter((name) => valuesOf(name).length > 0);
  const files = allFlags(commands).filter((name) => !isSwitch(name) && valuesOf(name).length === 0);
  return `_residua() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted([...names, 'help', 'version'].join(' '))} -- "$word"))
    return
  fi
  case "$before" in
${values.map((name) => `    ${spelled(name).join('|')}) COMPREPLY=($(compgen -W ${quoted(valuesOf(name).join(' '))} -- "$word")); ${name === 'data' ? '' : 'return'} ;;`).join('\n')}
    ${files.flatMap(spelled).join('|')}) return ;;
    help) COMPREPLY=($(compgen -W ${quoted(names.join(' '))} -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${Object.entries(commands)
  .map(
    ([name, command]) =>
      `    ${name}) flags=${quoted(
        flagsOf(command)
          .map((flag) => `--${flag}`)
          .join(' '),
      )} ;;`,
  )
  .join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
  esac
}
complete -o bashdefault -o default -F _residua residua`;
}

/** A text within a zsh specification. @param {string} text */
const inSpec = (text) => text.replace(/[[\]:\\]/g, '\\$&');

/** @param {string} name */
function zshSpec(name) {
  const help = `[${inSpec(FLAGS[name].help)}]`;
  const values = valuesOf(name);
  const action = values.length > 0 ? `(${values.join(' ')})` : '_files';
  const value = isSwitch(name) ? '' : `:${name}:${action}`;
  return spelled(name).map((flag) => quoted(`${flag}${help}${value}`));
}

/** @param {Commands} commands */
function zsh(commands) {
  const names = Object.entries(commands).map(([name, { summary }]) =>
    quoted(`${name}:${summary.replaceAll(':', '\\:')}`),
  );
  return `#compdef residua
_residua() {
  local -a commands
  commands=(${names.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${Object.entries(commands)
  .map(
    ([name, command]) =>
      `    ${name}) shift words; (( CURRENT-- )); _arguments ${flagsOf(command).flatMap(zshSpec).join(' ')} '*:file:_files' ;;`,
  )
  .join('\n')}
    help) _describe command commands ;;
  esac
}
compdef _residua residua`;
}

/** @param {Commands} commands */
function fish(commands) {
  const first = Object.entries(commands).map(
    ([name, { summary }]) =>
      `complete -c residua -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  const flags = allFlags(commands).map((name) => {
    const having = Object.entries(commands).filter(([, command]) =>
      flagsOf(command).includes(name),
    );
    const where = having.map(([command]) => command).join(' ');
    const short = shortOf(name) ? ` -s ${shortOf(name)}` : '';
    const values = valuesOf(name);
    const value = isSwitch(name)
      ? ''
      : values.length > 0
        ? ` -x -a ${quoted(values.join(' '))}`
        : ' -r';
    return (
      `complete -c residua -n ${quoted(`__fish_seen_subcommand_from ${where}`)}` +
      `${short} -l ${name}${value} -d ${quoted(FLAGS[name].help)}`
    );
  });
  return [...first, ...flags].join('\n');
}
