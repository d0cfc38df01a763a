/** The texts of the page around the elements in English. Its keys are the keys of every language. */

export const en = /** @satisfies {import('../../ui/messages.js').Texts} */ ({
  skip: 'To the experiment',
  chapters: 'Chapters',
  tagline: 'Train plain and residual networks in this tab, in a minute or two.',
  next: 'Next chapter:',
  unknownChapter: ({ name }) =>
    `The link names a chapter “${name}”, which this page does not have; this is the first one.`,
  isTraining: 'training',
  keptNetwork: ({ name, chapter, when }) => `${name} (${chapter}, ${when})`,
  interruptedIn: 'Training was interrupted in another chapter:',
  lookFor: 'What to look for',

  // Recorded runs beside the paper's.
  recorded_caption: ({ data }) =>
    `Error in percent of runs recorded on ${data}, beside the test error in the paper’s Table 6`,
  recorded_network: 'Network',
  recorded_epochs: 'Epochs',
  recorded_train: 'Train',
  recorded_test: 'Test',
  recorded_paper: 'Paper',
  recorded_difference: 'Diff.',
  recorded_differs: ({ epochs, steps }) =>
    `Runs of ${epochs} epochs (${steps} iterations) are shorter than the paper’s of 64,000 iterations, so their errors are higher.`,
  recorded_step:
    'The learning rate rises over the first 20 iterations and is divided by 10 once, at 70\u202f% of the run; in the paper twice, at 50\u202f% and 75\u202f%.',
  recorded_paper_schedule:
    'As in the paper, the learning rate is divided by 10 at 50\u202f% and 75\u202f% of the run.',
  recorded_cosine:
    'The learning rate falls along a cosine; in the paper it is divided by 10 twice, at 50\u202f% and 75\u202f%.',
  recorded_rest:
    'One seed each, without a validation set; width and batch are the paper’s, weight decay and augmentation too where nothing else is said. Table 6 has no plain networks.',
  recorded_longer: ({ names, epochs, steps }) =>
    `In the runs of ${epochs} epochs (${steps} iterations) of ${names} the learning rate is divided by 10 at 50\u202f% and 75\u202f%, as in the paper.`,
  recorded_other: ({ name, epochs, steps, settings }) =>
    `The ${name} of ${epochs} epochs (${steps} iterations) has a recipe of its own: ${settings}.`,
  recorded_failed: 'The recorded runs could not be fetched; reload the page to try again.',

  // Chapter: deeper should not be worse.
  depth_name: 'Depth',
  depth_title: 'Deeper should not be worse',
  depth_text1:
    'A deeper network can do all that a shallower one does: its extra layers need only pass their input on.',
  depth_text2:
    'Yet when He, Zhang, Ren and Sun trained networks of plain layers, 56 of them did worse than 20, and on the training images too, so it was not overfitting.',
  depth_text3:
    'With a shortcut around every two layers, depth stopped hurting. Train four small networks here, on your own machine, and see whether they agree.',
  depth_look1:
    'The thin dashed lines are training error. Where plain56 stays above plain20 there too, it cannot even fit what it has seen.',
  depth_look2: 'Does resnet56 end near resnet20, or near plain56?',
  try_between: 'Add 32 and 44 layers',

  // Chapter: vanishing and exploding gradients.
  signals_name: 'Gradients',
  signals_title: 'Was it the gradients?',
  signals_text1:
    'There was an old suspect. On its way back through many layers a gradient is multiplied again and again, as the activations are on their way forward. If the weights are drawn too small, both vanish; too large, and they explode.',
  signals_text2:
    'He initialisation draws weights so that every layer passes on as much as it gets. Batch normalisation does the same in every step, however the weights were drawn.',
  signals_text3:
    'With both, no gradient vanishes, and yet 56 plain layers do worse than 20 in the paper: so it is not vanishing gradients that makes depth hurt. That is the paper’s argument. Gradients are not alike in all layers, though. In the first step of plain56 the gradient of the first layer was more than five hundred times that of the last in every seed that we recorded, because batch norm makes it a little larger in each layer on its way back (Yang et al. 2019, “A Mean Field Theory of Batch Normalization”). In resnet56 it was less than a hundred times.',
  signals_look1:
    'A straight line on this scale is a constant factor from layer to layer. In the first step, dotted, the factor of the activations was, in every seed that we recorded, below 1 for small weights (σ0.05), above 1 for large ones (σ0.5), and near 1 for He.',
  signals_look2:
    'With batch norm the activations of all four lay together in the first step of every recorded seed, and no gradient vanished on its way back.',
  try_normed: 'The same with batch norm',
  try_unnormed: 'Without batch norm',
  try_healthy: '20 and 56 layers, He and batch norm',

  // Chapter: a shortcut.
  shortcut_name: 'Shortcuts',
  shortcut_title: 'A shortcut changes the question',
  shortcut_text1:
    'Two plain layers must learn the whole mapping H(x), even where the best thing to do is nothing. That is hard: passing x on unchanged through two layers of weights takes very particular weights.',
  shortcut_text2:
    'A shortcut adds x to what the layers give. Now they learn only the difference F(x) = H(x) − x, and to do nothing, weights near zero will do.',
  shortcut_text3:
    'On the way back the gradient takes the shortcut too, past every pair of layers, and reaches the first ones undiminished.',
  shortcut_look1: 'The same 56 layers, with and without shortcuts: nothing else differs.',
  shortcut_look2:
    'Options A, B and C, at 20 layers and at 56. In every seed that we recorded, their training errors lay within a quarter of each other at 20 layers; at 56, that of C was more than a third above those of A and B. C has a projection in every block, so at 56 layers there is no path left on which x passes unchanged (He et al. 2016, “Identity Mappings in Deep Residual Networks”, section 3).',
  try_options: 'Compare options A, B and C at 20 and 56 layers',
  try_deepest: '110 layers, with the paper’s warm-up',

  // Chapter: what the residual branches learn.
  branches_name: 'Branches',
  branches_title: 'What the residual branches learn',
  branches_text1:
    'If the best that two layers can do is close to passing x on, then F(x) = H(x) − x is small. To find a small correction is easier than to build x again and correct it at once: small weights do it.',
  branches_text2:
    'A shortcut changes nothing of what a network can compute, only where its training starts: near the identity, if that is near the answer. Mathematicians call this preconditioning: the same problem, put so that small steps lead to it.',
  branches_text3:
    'Is the answer near the identity? The paper looked at what each trained layer puts out after batch norm, before the shortcut is added and before the ReLU. In residual networks these responses are smaller than in plain ones, and the deeper the network, the smaller: each block changes its input less.',
  branches_look1:
    'In the networks that we recorded on CIFAR-10, sorted by size, the blue lines (residual) lie below the orange ones (plain) of the same depth, but for the largest response at 20 layers.',
  branches_look2:
    'Below: how much a block adds, beside what it adds it to. At 1 they are equal; most blocks of the recorded resnet56 stay well below. It jumps where the channels double, since the shortcut brings less there.',
  branches_look3: 'While networks train, the lines are measured again after each epoch.',
  try_deeperBranches: '20, 56 and 110 residual layers',
  try_families: 'Plain and residual',
  block_alt:
    'Two blocks side by side. Left: x goes through two weight layers and becomes H(x); the gradient comes back through both. Right: a shortcut carries x around the two layers, where it is added to F(x); the gradient also comes back along the shortcut, past both layers.',
  block_layer: 'weight layer',
  block_data: 'data',
  block_gradient: 'gradient',
  options_caption: ({ depth, width }) =>
    `What to do where the channels double, in resnet${depth} of the paper’s width ${width}`,
  options_option: 'Option',
  options_where: 'Shortcut',
  options_parameters: 'Parameters',
  options_A: 'x itself; zeros for the new channels',
  options_B: 'a 1×1 projection where channels double',
  options_C: 'a 1×1 projection in every block',

  // Chapter: your own image.
  image_name: 'Your image',
  image_title: 'Your own image',
  image_text1:
    'Show a network a picture of your own. A square of it is shrunk to 32×32 pixels, the only size that these networks know, and one of the classes that the network was trained on has to be the answer: “none of these” is not among them.',
  image_text2:
    'Then follow it through the layers: from filters that look for edges and colours to maps that only say where something is, and on to one number for each class.',
  image_look1:
    'The probabilities add up to 100\u202f% even for a picture of none of its classes. How sure the network sounds says little about whether it knows.',
  image_look2:
    'In the confusion matrix, cells that stand out off the diagonal: two classes that look alike at this size.',
  image_wait: 'The chapter is loading.',
  image_offline:
    'This part of the page has not been opened in this browser before, and the device is offline. It comes as soon as there is a connection.',
  image_failed:
    'This part of the page could not be loaded. Check the connection; the page keeps trying.',
  insideTitle: 'Look inside a network',
  insideFailed:
    'This part of the page could not be loaded. Check the connection and load the page again.',
  bringShort: 'Real photographs are one press away.',
  bringDrop: 'If you have the CIFAR-10 archive, drop it anywhere on this page.',
  bringMore: 'How to bring it',
  settings: 'Settings',
  language: 'Language',
  theme: 'Theme',
  theme_auto: 'theme: auto',
  theme_light: 'theme: light',
  theme_dark: 'theme: dark',
  thisMachine: 'this machine',
  menu: 'Data, machine and settings',
  chipArriving: ({ share }) => `Images arriving${share}`,
  footPaper: 'After He, Zhang, Ren and Sun, “Deep Residual Learning for Image Recognition”, 2015.',
  footLicence: 'Residua is free software under the MIT licence.',
  footReference: 'The library’s reference',
  footPrivacy:
    'Nothing leaves this tab: everything is computed here, and no other server is asked for anything, unless you press Get CIFAR-10.',

  // Getting CIFAR-10, or bringing images.
  get: ({ title, size, host }) => `Get ${title} (${size}, from ${host})`,
  thisSite: 'this site',
  fetchingOf: ({ name, share, done, total, left }) =>
    `Fetching ${name}: ${total ? `${share}, ${done} of ${total}` : done}${left ? `, ${left} left` : ''}`,
  startedAgain: 'The connection was cut, so this file started again from its beginning.',
  failed_fetch:
    'CIFAR-10 has not arrived. Press the button to try again, or bring the files yourself. Nothing that was here is lost.',
  failed_offline:
    'CIFAR-10 has not arrived, because this device is offline. Connect it and press the button again, or bring the files yourself. Nothing that was here is lost.',
  bring:
    'Bring CIFAR-10 or CIFAR-100 (the archives, or Parquet files from Hugging Face), arrays (.npz, IDX), or pictures of your own in a folder for each class, as a folder, zip or tar. They are read here and sent nowhere.',
  choose: 'Choose files',
  chooseFolder: 'Choose a folder',
  orDrop: 'or drop them anywhere on the page',
  ownPictures: 'Your own pictures',
  orDropPictures: 'or drop a folder, a zip or pictures anywhere on the page',
  pictures_wait: 'The panel of your pictures is loading.',
  dropNow: 'Drop CIFAR-10, a folder of pictures, a run for the chart, or a picture of your own',
  looking: 'Looking for images kept from last time',
  readingOf: ({ name, done, total }) => `Reading ${name}: ${done}${total ? ` of ${total}` : ''}`,
  decodingOf: ({ name, done, total }) => `Reading the pictures of ${name}: ${done} of ${total}`,
  keeping: 'Keeping the images for your next visit',
  cancel: 'Cancel',
  isHere: ({ name, images, testImages }) =>
    `${name} is here: ${images} images for training, ${testImages} for the test.`,
  kept: ({ size }) => `It is kept in this browser for your next visit (${size}).`,
  notKept_denied: 'This browser does not let the page keep it, so bring it again next time.',
  notKept_full: 'There is not enough storage left to keep it, so bring it again next time.',
  remove: 'Delete the images from this browser',
  forget: 'Forget the images',

  // Threads.
  threads_possible: 'They can be switched on here; a network may then use several cores.',
  threadsOn: 'Switch threads on',
  threads_chosen: 'Threads are on because you switched them on in this browser.',
  threads_ineffective:
    'Threads were switched on, but this browser does not give the page what they need, so each network uses one thread.',
  threadsImpossible:
    'Threads cannot be switched on here: they need a service worker, which this browser does not allow for this page (in a private window, for instance). Open the page in a normal window; here each network uses one thread.',
  threadsOff: 'Switch threads off',
  threadsReload: 'Switching reloads the page once, which clears the curves; the choice is kept.',
  failed_look: 'Could not look for images that were kept.',
  failed_read: 'This could not be read.',
  failed_remove: 'The images could not be deleted.',
  images_removedElsewhere:
    'The images were deleted in another tab of this page. Bring them again to train on them.',
  images_lost:
    'The images were in memory only and are lost, since the worker that held them has stopped. Bring them again.',
  alsoKept: 'Also kept in this browser:',
  keptSet: ({ name, images, testImages, size }) =>
    `${name}: ${images} images for training, ${testImages} for the test (${size})`,
  useSet: 'Use',
  removeSet: 'Delete',
  useWhenDone: 'It can be chosen as the data set when training has ended.',
});
