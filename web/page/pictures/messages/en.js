/** The texts of the panel of own pictures in English. Its keys are the keys of every language. */

/** Every how many pictures one is held out, by its share. @type {Record<string, string>} */
const NTH = { 0.1: 'tenth', 0.2: 'fifth', 0.25: 'fourth', 0.5: 'second' };
const pictures = (/** @type {string} */ n) => `${n} ${n === '1' ? 'picture' : 'pictures'}`;
const files = (/** @type {string} */ n) => `${n} ${n === '1' ? 'file' : 'files'}`;

export const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  title: 'Your own pictures',
  close: 'Close',
  intro:
    'Bring pictures of two or more classes, and train a network on them here. They stay in this browser.',

  // Sets.
  setsTitle: 'Kept in this browser',
  setFacts: ({ classes, images, testImages, size }) =>
    `${classes} classes; ${images} to train, ${testImages} to test; ${size}`,
  notKept: 'for this visit only',
  inUse: 'in use',
  use: 'Use',
  useOf: ({ name }) => `Use ${name}`,
  rename: 'Rename',
  renameOf: ({ name }) => `Rename ${name}`,
  newNameOf: ({ name }) => `New name of ${name}`,
  nameTaken: 'Another set has this name; choose one that none has.',
  remove: 'Delete',
  removeOf: ({ name }) => `Delete ${name}`,

  // The set that is used.
  setTitle: ({ name }) => `“${name}”`,
  seenText:
    'This is what the network will see: the middle square of each picture, at 32×32 pixels.',
  classCounts: ({ images, testImages }) => `${images} to train, ${testImages} to test`,
  classShown: ({ name, shown }) => `The first ${shown} of class ${name}`,
  moreClasses: ({ count }) => `and ${count} more classes`,
  looking: 'The pictures are being looked at.',
  heldOut: ({ share }) =>
    share === 0
      ? 'Nothing is held out as a test set, so there will be no test error.'
      : `${NTH[share] ? `Every ${NTH[share]} picture` : `A share of ${Math.round(share * 100)}\u202f%`} of each class is held out as the test set, since there is no test folder.`,
  ownTest: 'The set brought its own test pictures.',
  holdOut: 'held out',
  holdOutNone: 'nothing',
  skipped: ({ count }) => `${files(count)} skipped`,
  moreSkipped: ({ count }) => `and ${count} more`,
  warnFew: ({ names, least }) =>
    `There are fewer than ${least} pictures to train on in ${names}. With so few, the answers depend on chance; 20 or more of each class, in different light and from different sides, do better.`,
  warnUntested: ({ names }) =>
    `There is no test picture of ${names}, so the test error says nothing about it. Add pictures, or hold out a larger share.`,
  warnUneven: ({ most, least }) =>
    `There are far more pictures of ${most} than of ${least}; the network will answer ${most} too often.`,
  warnTooFew: ({ images, least }) =>
    `Training takes at least ${least} pictures, and there are ${images}. Add some.`,
  extend: 'Add pictures or classes',

  // Collecting.
  collect: 'Collect classes here',
  collectTitle: 'Collect classes',
  collectText:
    'Name each class. Then hold its button while the camera looks at it, or choose pictures from your files.',
  setName: 'name of the set',
  ownName: 'my pictures',
  className: 'class',
  classNumber: ({ number }) => `class ${number}`,
  addClass: 'Add a class',
  removeClass: ({ name }) => `Remove class ${name}`,
  pictures: ({ count }) => pictures(count),
  hold: 'Hold to record',
  holdOf: ({ name }) => `Hold to record pictures of ${name}`,
  addFiles: 'Add files',
  removeLast: 'Remove the last',
  startCamera: 'Use the camera',
  stopCamera: 'Stop the camera',
  cameraStarting: 'Waiting for the camera; the browser may ask you first.',
  cameraSees: 'What the camera sees',
  keep: 'Keep as a data set',
  cancel: 'Cancel',
  needClasses: 'A set needs two classes or more.',
  needNames: 'Give every class a name.',
  needOtherName: ({ name }) => `Two classes are called ${name}; rename one of them.`,
  needPictures: ({ name }) => `${name} has no pictures yet.`,
  waiting: ({ count }) => `${pictures(count)} without a class. Which class do they show?`,
  putInto: ({ name }) => `Put into ${name}`,
  newClass: 'new class',
  putIntoNew: 'Put into this class',
  lookOnly: 'Only look at one of them with a network',
  dropWaiting: 'Discard them',

  // Training.
  trainTitle: 'Train',
  fineTune: 'Fine-tune the recorded resnet20',
  fromNothing: 'Train on these from nothing',
  frozen: 'frozen stages',
  whyFew: ({ few }) =>
    `Fine-tuning starts from a network that has learnt from 50,000 photographs of CIFAR-10. There are fewer than ${few} pictures of each class here, so by default its first two stages of three stay as they are: few pictures hardly improve them, and training is faster without them.`,
  whyMany:
    'Fine-tuning starts from a network that has learnt from 50,000 photographs of CIFAR-10. There are enough pictures here for all of its weights to learn, so no stage is frozen by default.',
  training: ({ name, epoch, epochs, error }) =>
    `${name}: epoch ${epoch} of ${epochs}${error ? `, test error ${error}` : ''}`,
  showChart: 'Show the chart',
  stop: 'Stop',

  // Trying.
  trialTitle: 'Try it',
  trialNone: 'When a network has been trained on this set, it can be tried here on other pictures.',
  network: 'network',
  choosePictures: 'Choose pictures',
  orDrop: 'or drop them here',
  trialFailed: 'This network could not be tried.',
  answerOf: ({ name }) => `Answer for ${name}`,
  cameraPicture: 'the camera’s picture',
  class: 'class',
  probability: 'probability',

  // Taking it away.
  awayTitle: 'Take it away',
  saveWeights: 'Save the weights (safetensors)',
  saveOnnx: 'Save as ONNX',
  snippetText: ({ file }) =>
    `These lines use it in a page of yours. Put them beside ${file} and a copy of the package’s folder dist, called residua, on any web server.`,
  copy: 'Copy the lines',
  copied: 'Copied',

  // What is announced.
  said_kept: ({ name }) => `${name} is kept and in use.`,
  said_answer: ({ name, answer, share }) => `${name}: ${answer}, ${share}.`,
});
