/** One stop of the Tab key for many buttons: arrow keys go from one to the next. */

/** @type {Record<string, number>} */
const MOVES = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
  Home: -Infinity,
  End: Infinity,
};

/** Where a key leads, among `count`; null: nowhere. @param {KeyboardEvent} event @param {number} at
 * @param {number} count */
export function moved({ key, ctrlKey, altKey, metaKey }, at, count) {
  const move = MOVES[key];
  if (move === undefined || ctrlKey || altKey || metaKey) return null;
  return Math.min(count - 1, Math.max(0, at + move));
}
