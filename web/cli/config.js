/** Configurations: flags in a JSON file, by their names without the dashes, and named recipes. What stands on the
 * command line goes before what stands in the file, and both before a recipe; the effective configuration of a run
 * is such a file again. */
import { nameOfSpec, RECIPES } from '../lib/spec.js';
import { readWhole } from './files.js';
import { readValue, UsageError, unknownFlag } from './flags.js';
import { RECIPE_FLAGS } from './resume.js';

/** @typedef {import('./flags.js').Values} Values */

/**
 * What a run is, as far as a configuration says it.
 * @typedef {object} Effective
 * @property {Values} values as they were given, with the images, tier and convolution that the run has
 * @property {import('../lib/index.js').Net} net
 * @property {import('../lib/spec.js').FullRecipe} recipe
 */

/** Flags that say what a run is and have no value of their own in its net or recipe. */
const AS_GIVEN = [
  ...['data', 'labels', 'holdout', 'images', 'test-images', 'validation', 'patience'],
  ...['from', 'freeze', 'tier', 'conv'],
];
/** Flags that are of one call and not of a run. */
const NOT_IN_FILES = ['config', 'resume', 'extend', 'help'];

/** The flags in a file. @param {string} file @param {string[]} names that the command has
 * @returns {Promise<Values>} */
export async function readConfig(file, names) {
  const text = new TextDecoder().decode(await readWhole(file));
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(
      `${file} is not JSON; write {"net": "resnet20", "epochs": 12} or the like.`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`${file} is no JSON object of flags, such as {"net": "resnet20"}.`);
  }
  const allowed = names.filter((name) => !NOT_IN_FILES.includes(name));
  /** @type {Values} */
  const values = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (!allowed.includes(name)) throw inFile(file, unknownFlag(`--${name}`, allowed));
    const read = flagValue(file, name, value);
    if (read !== undefined) values[name] = read;
  }
  return values;
}

/** @param {string} file @param {string} name @param {unknown} value */
function flagValue(file, name, value) {
  if (value === null || value === false) return undefined;
  if (value === true) return readValue(name, undefined, false);
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new UsageError(`${file}: "${name}" is neither text, a number, true nor false.`);
  }
  try {
    return readValue(name, String(value), true);
  } catch (error) {
    throw inFile(file, /** @type {Error} */ (error));
  }
}

/** @param {string} file @param {Error} error */
const inFile = (file, { message }) => new UsageError(`${file}: ${message}`);

/** @param {import('./files.js').OutputFile} file @param {Effective} effective */
export async function writeConfig(file, effective) {
  await file.write(new TextEncoder().encode(`${JSON.stringify(configOf(effective), null, 2)}\n`));
}

/** Seeds above 2^53 as text, since JSON has no such numbers. @param {Record<string, any>} recipe */
const recipeFlags = (recipe) =>
  Object.fromEntries(
    Object.entries(RECIPE_FLAGS).map(([part, flag]) => {
      const value = recipe[part];
      return [flag, typeof value === 'bigint' ? String(value) : value];
    }),
  );

/** The flags that --recipe stands for; weights to start from have a network of their own. @param {Values} values
 * @returns {Values} */
export function flagsOfRecipe({ recipe: name, from }) {
  if (name === undefined) return {};
  const { spec, recipe } = RECIPES[/** @type {keyof typeof RECIPES} */ (name)];
  const network = from === undefined ? { net: nameOfSpec(spec), width: spec.width } : {};
  return { ...network, ...recipeFlags(recipe) };
}

/** As text, since JSON has no numbers above 2^53. @param {number | bigint} weights
 * @param {number | bigint} order */
const seedsOf = (weights, order) =>
  weights === order
    ? { seed: String(weights) }
    : { 'seed-weights': String(weights), 'seed-order': String(order) };

/** All that the run depends on, defaults too. @param {Effective} effective @returns {Values} */
export function configOf({ values, net, recipe }) {
  const { spec, name } = net;
  const given = AS_GIVEN.filter((flag) => values[flag] !== undefined);
  const own = Object.fromEntries(given.map((flag) => [flag, values[flag]]));
  const made =
    values.from === undefined
      ? { width: spec.width, shortcut: spec.shortcut, init: spec.init, norm: spec.norm }
      : {};
  return {
    net: name,
    ...made,
    ...own,
    mean: spec.mean.join(','),
    std: spec.std.join(','),
    ...recipeFlags(recipe),
    ...seedsOf(spec.seed, recipe.seed),
  };
}
