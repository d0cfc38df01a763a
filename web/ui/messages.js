/** Texts in every language. Each language has the same keys, and a text takes values in all of them
 * or in none. Values that are text may be names from files, and are made inert. */
import { inert } from '../lib/inert.js';

/** @typedef {'en' | 'ko'} Lang */
/** @typedef {string | ((values: any) => string)} Text */
/** @typedef {Record<string, Text>} Texts by key */
/** What another language has to say: the same keys, with values where the original takes some.
 * @template T
 * @typedef {{ [K in keyof T]: T[K] extends string ? string : (values: any) => string }} Translation */
/** @typedef {ReturnType<typeof translator>} Translate */

export const LANGS = /** @type {const} */ (['en', 'ko']);

/** The language of a tag such as "ko-KR": English unless it is Korean.
 * @param {string | undefined} tag @returns {Lang} */
export function langOf(tag) {
  return tag?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** @param {any} values of a text, of which names from files are some */
function inertValues(values) {
  if (typeof values !== 'object' || values === null) return values;
  const parts = Object.entries(values).map(([key, value]) => {
    return [key, typeof value === 'string' ? inert(value) : value];
  });
  return Object.fromEntries(parts);
}

/** @param {Record<Lang, Texts>} messages @param {string} lang */
export function translator(messages, lang) {
  const texts = messages[langOf(lang)];
  /** @param {string} key @param {any} [values] @returns {string} */
  return (key, values) => {
    const text = texts[key];
    return typeof text === 'function' ? text(inertValues(values)) : text;
  };
}
