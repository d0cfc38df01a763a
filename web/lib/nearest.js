/** Which of some names a mistyped one is like, or means. Invariant: a name that is like none gets none. */

/** What other programs call it, in lower case without marks between the words, and the name here.
 * @type {Record<string, string>} */
const SYNONYMS = {
  learningrate: 'lr',
  decay: 'weightdecay',
  workers: 'threads',
  cores: 'threads',
  layers: 'depth',
  channels: 'width',
  reset: 'restart',
};

/** "n_epochs" and "numEpochs" as "epochs". @param {string} name */
const bare = (name) =>
  name
    .replace(/^(n|num)(?=[-_A-Z])/, '')
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');

/** The name that was probably meant, if one comes near: it is spelt almost so, begins so, or is a beginning.
 * @param {string} given @param {readonly string[]} names */
export function nearest(given, names) {
  const word = SYNONYMS[bare(given)] ?? bare(given);
  const begins = (/** @type {string} */ name) =>
    bare(name).length > 3 &&
    word.length > 3 &&
    (bare(name).startsWith(word) || word.startsWith(bare(name)));
  const same = names.find((name) => bare(name) === word);
  return same ?? nearestSpelt(given, names) ?? names.find(begins) ?? null;
}

/** @param {string} given @param {readonly string[]} names */
function nearestSpelt(given, names) {
  const distances = names.map((name) => ({ name, distance: editDistance(given, name) }));
  distances.sort((a, b) => a.distance - b.distance);
  const [best] = distances;
  const shorter = Math.min(given.length, best.name.length);
  return best.distance <= (shorter > 3 ? 2 : 1) ? best.name : null;
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
