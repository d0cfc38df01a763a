/** How strong each network is drawn: what was recorded steps back when something is trained here, and all
 * others do while one is pointed at, in the figure, in the table or in a sentence. */

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
