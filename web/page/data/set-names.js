/** What the reader calls kept sets of images. The file of a set is named by its content and does not change, so names
 * are a setting of the page: for each set, by its id, the names that it was given, the latest first. */
import { remember, remembered } from '../settings.js';

const KEY = 'set-names';
/** Of a set. Networks that were trained under older names are not offered for it any more. */
const MOST_NAMES = 8;

/** @typedef {Record<string, string[]>} Names */

/** Where the browser stores no settings, they last until the page is closed. @type {Names} */
let names = {};

/** @returns {Names} */
function read() {
  try {
    names = JSON.parse(remembered(KEY) ?? '') ?? names;
  } catch {
    // Nothing has been stored, or somebody else has.
  }
  return names;
}

/** @param {Names} changed */
function write(changed) {
  names = changed;
  remember(KEY, JSON.stringify(names));
}

/** @param {string} id @returns {string[]} */
export function givenNames(id) {
  const given = read()[id];
  return Array.isArray(given) ? given.filter((name) => typeof name === 'string') : [];
}

/** @param {string} id @param {string} name */
export function giveName(id, name) {
  const others = givenNames(id).filter((one) => one !== name);
  write({ ...read(), [id]: [name, ...others].slice(0, MOST_NAMES) });
}

/** A set has been made from another, which it replaces. @param {string} from id @param {string} to id
 * @param {readonly string[]} all names of the other, the latest first */
export function inheritNames(from, to, all) {
  const { [from]: _, ...others } = read();
  write({ ...others, [to]: all.slice(0, MOST_NAMES) });
}

/** @param {string} id of a set that is gone */
export function forgetNames(id) {
  const { [id]: _, ...others } = read();
  write(others);
}
