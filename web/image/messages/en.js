/** The texts of <residua-image> in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../ui/messages.js').Texts} */ ({
  // The network.
  network: 'Network',
  noNetwork: 'none yet',
  from_page: 'Trained on this page',
  from_kept: 'Kept in this browser',
  from_recorded: 'Recorded',
  from_file: 'From a file',
  chooseNetwork: 'Open a file of weights',
  networkFacts: ({ family, depth, width, parameters, memory }) =>
    `${family === 'plain' ? 'Plain' : 'Residual'}, ${depth} layers, width ${width}, ${parameters} parameters; takes ${memory} of memory in a test.`,
  trainedOn: ({ images, data }) => `Trained on ${images} ${data} images.`,
  trainedOnSet: ({ data }) => `Trained on ${data} images.`,
  trainedUnknown: 'The file does not say what it was trained on.',
  synthetic: 'synthetic',
  knows_shapes:
    'All it knows are ten drawn shapes, so whatever you show it, it answers with a shape.',
  knows_cifar10: 'It knows the ten classes of CIFAR-10.',
  knowsNamed: ({ names }) => `It knows: ${names}.`,
  knows_numbers: ({ count }) => `It has ${count} classes, whose names the file does not hold.`,
  normalisationQuestion: 'The file does not say how its images were normalised; taken as',
  normalisation_cifar10: ({ numbers }) => `CIFAR-10 (${numbers})`,
  'normalisation_cifar10-popular': ({ numbers }) => `CIFAR-10, as often copied (${numbers})`,
  normalisation_cifar100: ({ numbers }) => `CIFAR-100 (${numbers})`,
  normalisation_imagenet: ({ numbers }) => `ImageNet (${numbers})`,
  normalisation_half: ({ numbers }) => `from -1 to 1 (${numbers})`,
  kindQuestion: 'Its classes are',
  kind_cifar10: 'those of CIFAR-10',
  kind_shapes: 'the synthetic shapes',
  kind_numbers: 'others (numbered)',
  firstPress:
    'A network is needed to look at your picture. Open a file of weights, or let a small one learn ten synthetic shapes here, in less than a minute.',
  trainSmall: 'Train a small network here',
  training: ({ share }) => `Training on synthetic shapes: ${share}`,
  loading: 'The network is loading.',
  stop: 'Stop',
  cancel: 'Cancel',

  // The picture.
  picture: 'Picture',
  choosePicture: 'Choose a picture',
  useCamera: 'Use the camera',
  orDrop: 'or drop or paste one (Ctrl+V)',
  private:
    'Your picture never leaves this tab: it is shrunk and looked at here, and stored nowhere.',
  viewfinder: 'What the camera sees',
  cameraStarting: 'Waiting for the camera; the browser may ask you first.',
  shoot: 'Take the picture',
  fromCamera: 'the camera’s picture',
  camera_denied:
    'The camera may not be used here. Allow it for this page in the browser’s settings (beside the address), or choose a picture instead.',
  camera_absent: 'No camera was found. Connect one and try again, or choose a picture instead.',
  camera_taken:
    'The camera does not answer; another program may be using it. Close that program and try again, or choose a picture instead.',
  noPicture: 'Choose, drop or paste a picture: what the network makes of it will appear here.',
  refused_empty: ({ name }) =>
    `${name} is empty (0 bytes). The copy may have been cut off; please fetch it again.`,
  refused_tooManyBytes: ({ name, there, most }) =>
    `${name} has ${there} MB, and at most ${most} MB are read. Save it smaller and try again.`,
  refused_tooManyPixels: ({ name, there, most }) =>
    `${name} has ${there} megapixels, and at most ${most} are decoded, to spare the memory of this tab. Save it smaller and try again.`,
  refused_svg: ({ name }) =>
    `${name} is an SVG drawing, which has no pixels of its own. Export it as PNG and choose that.`,
  refused_otherKind: ({ name, kind }) =>
    `${name} is a ${kind} file; only PNG, JPEG, WebP, GIF, BMP and AVIF are read here. Save it as one of them and try again.`,
  refused_noPicture: ({ name }) =>
    `${name} is not a picture. Choose a PNG, JPEG, WebP, GIF, BMP or AVIF file.`,
  refused_animated: ({ name }) =>
    `${name} moves, and a network looks at one picture. Save a single frame of it.`,
  refused_worker: ({ name }) =>
    `${name} could not be read, since a part of this page is missing or has stopped.`,
  refused_broken: ({ name }) =>
    `${name} cannot be decoded: the file is damaged or cut off. Please fetch it again.`,
  failed_engine: 'The engine did not start.',
  failed_network: 'This network could not be opened.',
  failed_look: 'The network could not look at the picture.',
  failed_test: 'The test could not go on.',
  failed_train: 'The network could not be trained.',

  // The answer.
  figure: 'Figure.',
  seen: 'The picture as the network sees it, 32 by 32 pixels',
  captionOwn: ({ picture }) => `The square of ${picture} at 32×32 pixels, as the network sees it,`,
  captionSample: ({ sample }) =>
    `The square of the photograph “${sample}” at 32×32 pixels, as the network sees it,`,
  credit: ({ author, licence }) => `Photograph: ${author}, ${licence}, from scikit-image.`,
  licence_cc0: 'CC0',
  licence_publicDomain: 'public domain',
  original: 'The whole picture',
  square: ({ x, y }) =>
    `The square that the network sees, ${x} from the left and ${y} from the top`,
  squareSize: 'Size of the square',
  squareKeys: 'Drag the square, or move it with the arrow keys; + and − change its size.',
  pixels: ({ count }) => `${count} pixels`,
  captionTest: ({ data, given }) => `A ${data} test image, labelled ${given},`,
  captionAnswer: ({ network }) => `and the probability that ${network} gives to each class.`,
  barsCaption: 'Probability of each class',
  class: 'class',
  probability: 'probability',
  given: '(label)',
  photographs: 'Or a photograph:',
  sample_cat: 'cat',
  sample_rocket: 'rocket',
  samples: 'Or a test image:',
  samplesSynthetic: 'Or a synthetic test image:',
  sample: ({ number, given }) => `Test image ${number}, labelled ${given}`,

  // Inside.
  filtersTitle: 'What the first layer looks for',
  filtersText: ({ count }) =>
    `The ${count} filters of the first layer look at red, green and blue, 3×3 pixels at a time, so each can be drawn as a tiny colour picture: light against dark is an edge, one colour against another a change of hue.`,
  filtersScale: ({ largest }) =>
    `One scale for all: mid-grey is 0, full colour ±${largest}, the largest weight.`,
  filtersDead: ({ count }) =>
    `${count === 1 ? 'One filter is dead: it is' : `${count} filters are dead: they are`} grey all over. In training, what such a filter gave fell below 0 for nearly every picture. The ReLU made 0 of it, so no gradient came back to change the weights; only weight decay acted, and it shrinks weights towards 0. The network works without them.`,
  dead: ({ number }) => `${number}, dead`,
  filtersLabel: ({ count, largest, dead }) =>
    `${count} filters of 3 by 3 pixels in colour, ${dead} of them dead; grey is 0, the largest weight ${largest}`,
  mapsTitle: 'What a layer answers',
  mapsText:
    'An activation map shows where in the picture one channel of a layer responds. Go deeper, and the maps have fewer pixels and grow in number. Press a map to follow its channel below.',
  layer: 'Layer',
  stageOption: ({ number, size }) => `Stage ${number}, ${size}×${size}`,
  layerOption: ({ number, name, width, height, channels }) =>
    `${number}: ${name} (${channels} of ${width}×${height})`,
  mapsScale: ({ width, height, channels, largest }) =>
    `${channels} maps of ${width}×${height}, after the ReLU, the strongest on average first. All are on one scale: black is 0, white is ${largest}, the largest of this layer, and greys between follow the square root.`,
  mapsFirst: ({ count }) => `The strongest ${count} are shown.`,
  mapsSilent: ({ count }) =>
    count === 1
      ? 'One map is 0 everywhere: of this picture nothing comes through its ReLU.'
      : `${count} maps are 0 everywhere: of this picture nothing comes through their ReLU.`,
  channel: ({ number }) => `Channel ${number}`,
  partsFailed:
    'A part of this page could not be loaded. Check the connection and load the page again.',
  mapsLabel: ({ name, channels, width, height, largest }) =>
    `Activation maps of ${name}: ${channels} channels of ${width} by ${height} pixels, from 0 to ${largest}`,
  mapsNone: 'They will appear with a picture.',

  // The test.
  testTitle: 'Where it errs',
  testText:
    'On labelled images that the network was not trained on, count which class it takes for which.',
  test: ({ count, data }) => `Test it on ${count} ${data} images`,
  testing: ({ count, data }) => `Testing on ${count} ${data} images`,
  testNeeds: 'This needs CIFAR-10, which is not here yet: get it below, or bring its files.',
  testNone: 'There are no test images here for these classes.',
  testResult: ({ wrong, total, error, data }) =>
    `${wrong} of ${total} ${data} test images wrong: ${error}.`,
  matrix: 'Confusion matrix',
  matrixCaption:
    'Images by label (rows) and answer (columns). The fuller its colour, the larger a share of its row.',
  classError: 'error',
  mistakesTitle: 'The most confident mistakes',
  mistakesText: 'Its wrong answers, the most probable first. Press one to look at it above.',
  mistakesNone: 'It has made none.',
  mistakesSynthetic: 'These are synthetic images, drawn by a program.',
  mistake: ({ number }) => `Look at test image ${number}. Answer:`,
  labelled: ({ label }) => `label: ${label}`,

  // What is announced.
  said_network: ({ name }) => `${name} is loaded.`,
  said_training: 'Training of a small network has started.',
  said_answer: ({ answer, probability }) => `The answer is ${answer}, ${probability}.`,
  said_tested: ({ wrong, total, error }) => `Tested: ${wrong} of ${total} wrong, ${error}.`,
});
