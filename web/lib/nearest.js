/** Which of some names a mistyped one is like. Invariant: a name that is like none gets none. */

/** The name that was probably meant, if one comes near.
 * @param {string} given @param {readonly string[]} names */
export function nearest(given, names) {
  const distances = names.map((name) => ({ name, distance: editDistance(given, name) }));
  distances.sort((a, b) => a.distance - b.distance);
  const [best] = distances;
  return best.distance <= (best.name.length > 3 ? 2 : 1) ? best.name : null;
}

/** Letters to change, add or leave out. @param {string} a @param {string} b */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
