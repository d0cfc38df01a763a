/** How strong each network is drawn: what was recorded steps back when something is trained here, and all
 * others do while one is pointed at, in the figure, in the table or in a sentence. */
import { nameOfSpec } from '../../lib/spec.js';

/** What can be pointed at: `names` are its own, and `network` is its kind, which others may share.
 * @typedef {{ names: string[], network: string, recorded: boolean }} Pointable */
/** @typedef {{ lit: boolean, opacity: number }} Emphasis */

/** Opacity of what was recorded, beside what is trained here. */
export const FADED = 0.25;
/** Of all others, while one is pointed at. */
const DIMMED = 0.3;

/** @template {Pointable} T @param {T[]} all @param {string | null} highlight what is pointed at
 * @param {boolean} live something is trained here @returns {(T & Emphasis)[]} */
export function emphasised(all, highlight, live) {
  const named = all.filter(({ names }) => highlight !== null && names.includes(highlight));
  const lit = named.length > 0 ? named : all.filter(({ network }) => network === highlight);
  return all.map((one) => {
    const faded = one.recorded && live ? FADED : 1;
    const isLit = lit.includes(one);
    const opacity = isLit ? 1 : lit.length > 0 ? Math.min(faded, DIMMED) : faded;
    return { ...one, lit: isLit, opacity };
  });
}

/** Does a word name what is pointed at: by its name or, unless that is another's name, by its kind?
 * @param {string | null} word @param {string | null} highlight what is pointed at
 * @param {Pick<import('../runs/rows.js').Row, 'name' | 'config'>[]} rows on the chart */
export function isNamed(word, highlight, rows) {
  if (word === highlight) return true;
  const pointed = rows.find(({ name }) => name === highlight);
  const isName = rows.some(({ name }) => name === word);
  return pointed !== undefined && !isName && nameOfSpec(pointed.config) === word;
}
