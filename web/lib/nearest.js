/** Which of some names a mistyped one is like, or means. Invariant: a name that is like none gets none. */

/** Names of one thing, here and in other programs, in lower case without marks between the words. */
const SYNONYMS = [
  'batchsize batch minibatch bs',
  'epochs epoch iterations iters',
  'steps step maxsteps totalsteps',
  'lr learningrate rate eta',
  'momentum beta mom',
  'weightdecay wd decay l2 l2regularization',
  'schedule scheduler lrschedule lrscheduler lrdecay',
  'augment augmentation augmentations aug transforms',
  'labelsmoothing smoothing smooth',
  'clip clipnorm gradclip gradientclip clipgradnorm maxnorm maxgradnorm',
  'ema emadecay averaging swa',
  'cutout cutoutsize randomerasing',
  'classweights classweight',
  'nodecaynorm nowdnorm',
  'seed randomstate randomseed rngseed',
  'depth layers numberoflayers',
  'width channels filters planes',
  'family type kind',
  'net network arch architecture',
  'shortcut skip shortcuts',
  'norm normalization normalisation batchnorm',
  'init initializer initialization initialisation',
  'classes classcount numberofclasses outputs',
  'frozenstages freeze frozen',
  'mean means',
  'std stds stddev',
  'threads workers cores jobs cpus',
  'tier backend simd instructionset',
  'images trainimages samples limit',
  'testimages testsize testsamples',
  'holdout testsplit validationsplit split',
  'validation validationdata valdata val',
  'restart reset fresh fromscratch',
  'force overwrite',
  'signal abortsignal abort',
  'onprogress progress callback',
  'optimizer optimiser state momentumstate',
  'patience earlystopping',
  'out output outputfile',
  'data dataset datadir',
  'model weights checkpoint',
  'train fit',
  'eval evaluate test score',
  'predict classify infer',
].map((line) => line.split(' '));

/** "n_epochs" and "numEpochs" as "epochs". @param {string} name */
const bare = (name) =>
  name
    .replace(/^(n|num)(?=[-_A-Z])/, '')
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');

/** The name that was probably meant, if one comes near.
 * @param {string} given @param {readonly string[]} names */
export function nearest(given, names) {
  const word = bare(given);
  const alike = SYNONYMS.find((synonyms) => synonyms.includes(word)) ?? [word];
  const same = names.find((name) => bare(name) === word);
  return same ?? names.find((name) => alike.includes(bare(name))) ?? nearestSpelt(given, names);
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
