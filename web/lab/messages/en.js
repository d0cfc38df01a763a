/** The workbench's texts in English. Its keys are the keys of every language. */

const COUNTS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];
const networks = (/** @type {number} */ n) => `${COUNTS[n] ?? n} network${n === 1 ? '' : 's'}`;

export const en = /** @satisfies {import('../../ui/messages.js').Texts} */ ({
  // What can be pressed.
  train: ({ count }) => (count === 1 ? 'Train this network here' : `Train ${networks(count)} here`),
  trainAgain: 'Train again, same seed',
  trainOtherSeed: 'Another seed',
  trainTheseAgain: ({ names }) => `Train ${names} again`,
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  change: 'Change the experiment',
  closePanel: 'Done',
  reset: 'Back to the four networks',
  addRun: 'Add a network',
  removeRun: ({ name }) => `Take ${name} out`,
  editRun: ({ name }) => `Change ${name}`,
  locked: 'The experiment can be changed when training has ended.',

  // The figure.
  chartLabel_errors: 'Error of each network',
  chartLabel_loss: 'Loss of each network',
  chartLabel_rate: 'Learning rate of each network',
  chartDescription: ({ vertical, horizontal, series }) =>
    `Line chart. Vertical: ${vertical}. Horizontal: ${horizontal}. ${series} The table below it holds the numbers.`,
  chartSeries: ({ name, train, test }) => `${name}: training ${train}, test ${test}.`,
  axis_errors: 'error (%)',
  axis_loss: 'loss',
  axis_rate: 'learning rate',
  axis_steps: 'iteration',
  axis_epochs: 'epoch',
  axis_seconds: 'time (min:s)',
  axis_shares: 'percent of each run',
  guessing: 'guessing',
  slower: 'learning rate ÷ 10',
  waitingChart: 'The curves will appear here.',
  caption: ({ count, traits, images, testImages, data }) =>
    `Training error (thin, dashed) on ${images} ${data} images, and test error (bold) on ${testImages} other ones, of ${networks(count)}${traits}.`,
  captionLoss: ({ count, traits, images, testImages, data }) =>
    `Training loss (thin, dashed) on ${images} ${data} images, and test loss (bold) on ${testImages} other ones, of ${networks(count)}${traits}.`,
  captionRate: ({ count, traits }) => `Learning rate of ${networks(count)}${traits}.`,
  captionTraining:
    'Training errors are counted while the network trains on each epoch’s images, so early on they may lie above test errors.',
  captionNumbers: 'Beside each name: training / test.',
  captionSmoothed: ({ strength }) => `Training curves are smoothed (${strength}).`,
  captionShares: ' Runs of different lengths share the axis, each from 0 to 100\u202f% of its own.',
  captionTraits: ({ width, noNorm }) =>
    `${width === null ? '' : ` of width ${width}`}${noNorm ? ' without batch norm' : ''}`,
  figure: 'Figure.',
  figureShows: 'The figure shows',
  figureTools: 'Axes, recorded runs, saving',
  against: 'against',
  logScale: 'logarithmic',
  smoothing: 'smoothing of training curves',
  wholeFigure: 'Whole figure',
  fullScreen: 'Fill the screen',
  leaveFullScreen: 'Leave full screen',
  figure_errors: 'error',
  figure_loss: 'loss',
  figure_rate: 'learning rate',
  figure_responses: 'responses',
  figure_layers: 'layers',
  layersLabel: 'Activation and gradient of each layer of each network',
  layers_activation: 'activation, root mean square',
  layers_gradient: 'gradient of the weights, root mean square',
  layer: 'layer',
  layersSeries: ({ name, firstActivation, lastActivation, firstGradient, lastGradient }) =>
    `${name}: activation ${firstActivation} in the first layer, ${lastActivation} in the last; gradient ${firstGradient} and ${lastGradient}.`,
  captionLayers: ({ count, traits, data }) =>
    `What flows through each layer of ${networks(count)}${traits} in training on ${data} images: solid in the latest step, dotted in the first. The scale is logarithmic; ▾ and ▴ mark values beyond it.`,

  // The figure's cursor.
  cursorLabel:
    'Values of the chart: left and right move along it, up and down go from run to run, Escape leaves',
  cursorLabelZoom:
    'Values of the chart: left and right move along it, up and down go from run to run, plus looks closer, minus shows all again, Escape leaves',
  cursorKind: 'chart',
  at_steps: ({ at }) => `iteration ${at}`,
  at_epochs: ({ at }) => `epoch ${at}`,
  at_seconds: ({ at }) => `at ${at}`,
  at_shares: ({ at }) => `${at}\u202f% of the run`,
  atLayerOnly: ({ layer }) => `layer ${layer}`,
  responseShort: 'response',
  atLayer: ({ layer, step }) => `layer ${layer}, step ${step}`,
  activationShort: 'activation',
  gradientShort: 'gradient',

  // Responses of the layers.
  responsesLabel:
    'Standard deviation of the responses of each network’s layers, and what its blocks add',
  responses_order: 'standard deviation of responses, in order',
  responses_sorted: 'the same, by size',
  responses_ratio: '|F(x)| / |x| of the block that ends there',
  responsesSeries: ({ name, mean }) => `${name}: ${mean} on average over its layers.`,
  responsesSeriesRecorded: ({ name, mean }) =>
    `${name}, recorded: ${mean} on average over its layers.`,
  responsesSmaller: ({ plain, residual, plainMean, residualMean }) =>
    `The responses of ${residual} have a standard deviation of ${residualMean} on average over its layers, those of ${plain} of ${plainMean}: the residual ones are smaller.`,
  responsesLarger: ({ plain, residual, plainMean, residualMean }) =>
    `The responses of ${residual} have a standard deviation of ${residualMean} on average over its layers, those of ${plain} of ${plainMean}: here the residual ones are not smaller.`,
  captionResponses: ({ count, traits, data }) =>
    `How large the responses of the 3×3 layers are in ${networks(count)}${traits}, on ${data} test images after the latest epoch: after batch norm, before the shortcut is added and before the ReLU, as in the paper’s Figure 7. ▾ and ▴ mark values beyond the axis.`,
  captionRecordedResponses: ({ count, data, width, images, epochs, own }) =>
    `Recorded earlier: ${networks(count)}, width ${width}, trained on ${data} (${images} images, ${epochs} epochs) and measured on its 10,000 test images. To come when you train here: ${own}`,
  captionFadedResponses: ({ data, width, epochs, own }) =>
    `Trained here: ${own} Faded: another experiment, recorded on ${data} (width ${width}, ${epochs} epochs) and measured on its test images.`,

  // Recorded runs.
  recordedName: ({ name }) => `${name}, recorded`,
  recordedLonger: ({ name, epochs }) => `${name}, ${epochs} ep.`,
  paperLine: ({ name, error }) => `paper: ${name}  ${error}`,
  chartSeriesRecorded: ({ name, train, test }) =>
    `${name}, recorded: training ${train}, test ${test}.`,
  tagRecorded: ({ name }) => `recorded, ${name}`,
  tagFaded: ({ name }) => `faded: recorded, ${name}`,
  showRecordedErrors: 'recorded runs and the paper’s test errors',
  showRecorded: 'recorded runs',
  or: ' or ',
  captionMarks: ' Marks at the right: test errors in the paper’s Table 6.',
  what_errors: 'training error (dashed) and test error (solid)',
  what_loss: 'training loss (dashed) and test loss (solid)',
  what_rate: 'learning rate',
  captionRecorded: ({ what, count, data, width, images, epochs, marks, own }) =>
    `Recorded earlier on ${data}: ${what} of ${networks(count)}, width ${width}, ${images} images, ${epochs} epochs.${marks} To come when you train here: ${own}`,
  captionFaded: ({ data, width, images, epochs, marks, shares, own }) =>
    `Trained here: ${own} Faded: another experiment, recorded on ${data} (width ${width}, ${images} images, ${epochs} epochs).${shares}${marks}`,
  recordedTicks: 'The recorded numbers, epoch by epoch',
  synthetic: 'synthetic',
  syntheticData: 'synthetic data',
  synthetic_all: 'synthetic data',
  synthetic_some: 'partly synthetic data',
  seeds: ({ name, count }) => `${name} (${count} seeds)`,
  captionSeeds:
    'Of runs that differ only in their seed: the mean, and a band from the lowest to the highest.',
  caption_file: ({ runs }) => `From files: ${runs}.`,
  caption_link: ({ runs }) => `From the link, by epoch: ${runs}.`,
  caption_before: ({ runs }) => `Trained here before: ${runs}.`,
  origin: ({ name, epochs, images, data }) =>
    `${name} (${epochs} epochs of ${images} ${data} images)`,
  sharedLabel: ({ count }) => `${count} networks`,
  overSeeds: 'seeds as mean and band',
  saveSvg: 'Save as SVG',
  savePng: 'Save as PNG',
  saveCsv: 'Save the numbers as CSV',

  // The table of runs.
  runs: 'Networks in training',
  network: 'network',
  progress: 'progress',
  trainError: 'train error',
  testError: 'test error',
  speed: 'images/s',
  left: 'time left',
  timeLeft: ({ time }) => `${time} left`,
  takes: ({ time }) => `about ${time}`,
  roughSeconds: ({ count }) => `${count} s`,
  roughMinutes: ({ count }) => `${count} min`,
  roughHours: ({ count }) => `${count} h`,
  epochOf: ({ epoch, epochs }) => `epoch ${epoch} of ${epochs}`,
  state_ready: 'ready',
  state_waiting: 'waiting',
  state_hidden: 'not on the chart',
  from_file: 'from a file',
  from_link: 'from the link',
  from_before: 'from before',
  state_starting: 'starting',
  state_running: 'training',
  state_paused: 'paused',
  state_finished: 'finished',
  state_stopped: 'stopped',
  state_diverged: 'diverged',
  state_failed: 'failed',

  // What can be done with a run.
  tools: 'tools',
  toolsOf: ({ name }) => `Tools for ${name}`,
  runName: 'name',
  onChart: 'on the chart',
  saveRun: 'Save the run (JSON)',
  saveWeights: 'Save the weights (safetensors)',
  deleteRun: 'Delete',
  takeOut: 'Take out of the experiment',
  copiesOf: ({ name }) => `Copies of ${name} with one change: several values make a sweep`,
  copyField: 'change',
  copyValues: 'to',
  copySeeds: 'seeds for each',
  copyProblem: ({ value, among }) =>
    `“${value}” cannot be a value here; ${among ? `those are ${among}, separated` : 'separate values'} by commas.`,
  copiesThere: 'The experiment has this network already; choose another value.',
  copiesTooMany: ({ most }) =>
    `There is room for ${networks(most)} more; choose fewer values or seeds.`,
  addCopies: 'Add',
  addSomeCopies: ({ count }) => `Add ${networks(count)}`,
  openRuns: 'Add runs from files',
  linkUnread: 'This link has parts that this page does not know, and leaves out:',
  runRefused: ({ name }) => `${name} could not be put on the chart.`,
  runsRefused: ({ count }) =>
    `Nor could ${count === 1 ? 'one other file' : `${count} other files`}.`,
  readingRuns: ({ done, total }) => `Reading runs: ${done} of ${total} files`,
  cancel: 'Cancel',
  said_notRead: 'Reading was cancelled, and no run was added.',
  said_joined: ({ name }) => `${name} has joined the chart.`,
  runsTooMany: ({ count, most }) =>
    `The chart takes at most ${most} runs from files, and would have ${count}; add fewer, or delete some first.`,
  said_there: ({ name }) => `${name} is on the chart already.`,
  said_deleted: ({ name }) => `${name} has been deleted.`,
  said_takenOut: ({ name }) => `${name} has been taken out of the experiment. Its run is kept.`,
  said_reset: 'The experiment is the four networks again. What was trained is kept.',
  goOn: 'Go on',
  said_stopped: ({ names }) => `${names}: training was stopped.`,
  said_undone: 'Undone.',
  said_notUndone: 'This cannot be undone now, since another tab uses these runs.',
  undo: 'Undo',
  dismiss: 'Close this notice',
  said_added: ({ count }) => `${networks(count)} added.`,

  groupsCaption: 'Error in percent over n seeds: mean ± standard deviation of the sample',
  forAll: 'For all networks, set',
  said_setAll: ({ field, count }) => `“${field}” has been set for all: ${networks(count)}.`,
  presets: 'Presets:',
  preset_figure6: 'Figure 6, small',
  preset_table6: 'Table 6',
  preset_noNorm: 'No batch norm',
  preset_pictures: 'My pictures',
  preset_fast: 'A real classifier',
  preset_fastIn: ({ time }) => `A real classifier in about ${time}`,
  said_preset: ({ name }) => `The experiment is “${name}”. What was trained is kept.`,

  // Runs that have ended, by experiment.
  kept: ({ count }) => `Runs trained here: ${count}`,
  keptSize: ({ used, most }) => ` (${used} of ${most})`,
  keptNote: ({ most }) =>
    `Runs and their weights stay in this browser until you delete them. All together may take ${most}; beyond that the oldest go first.`,
  keptNoteHere: () => 'These runs stay until the page is closed.',
  keptGone: ({ names, most }) => `To stay within ${most}, the oldest have gone: ${names}.`,
  keptPress: ({ when, images, data, epochs, lr }) =>
    `${when}: ${epochs} epoch${epochs === '1' ? '' : 's'} of ${images} ${data} images, learning rate ${lr}`,
  keptOpen: 'Open this experiment',
  keptErrors: ({ train, test }) => `train ${train}, test ${test}`,
  keptNot: 'in this tab only',
  keptRun: 'Run (JSON)',
  keptWeights: 'Weights',
  renameRun: 'Rename',
  nameOf: ({ name }) => `Name of ${name}`,
  said_notRenamed: 'The new name could not be stored, since another tab uses this run.',

  // Links, and whether runs end as a link has said.
  copyLink: 'Copy a link',
  copyCurves: 'Copy link and curves',
  curvesTooLong:
    'A link with these curves would be longer than 8 KB, so the runs are saved as files; whoever opens the link can drop them on the page.',
  linkedName: ({ name }) => `${name} of the link`,
  linkCopied: 'Link copied',
  linkByHand: 'This browser does not let the page copy; here is the link.',
  linkAddress: 'link to this experiment',
  asInLink_same: 'as in the link',
  asInLink_other: 'not as in the link',
  reproduction: 'The runs of the link',
  promised:
    'The link says with which digest of all its losses each run ended. Train here to compare.',
  reproduced: ({ count }) =>
    count === 1
      ? 'The run ended as in the link: the same losses in every step, to the last bit.'
      : `All ${COUNTS[count] ?? count} runs ended as in the link: the same losses in every step, to the last bit.`,
  reproducedNot: 'Not every run ended as in the link.',
  digestSame: 'in the link and here',
  digestThere: 'link',
  digestHere: 'here',
  digestWaits: 'in the link',
  digest: ({ trajectory, tier, numerics }) =>
    `Digest of all losses: ${trajectory} (${tier}, numerics ${numerics})`,
  why_tier: ({ there, here }) =>
    `The link was made with “${there}”, this with “${here}”, which round differently; choose “${there}” under Machine to compare.`,
  why_relaxed:
    'Relaxed SIMD rounds as each machine’s hardware does; “SIMD” gives the same bits everywhere.',
  why_numerics: ({ thereVersion, hereVersion }) =>
    `Another version of Residua made the link (numerics ${thereVersion}, here ${hereVersion}).`,
  why_images: 'A link does not hold images: those that were brought here may be others.',
  why_unknown:
    'Nothing that the link says explains it: the link may have been altered, or one of the machines miscalculates.',

  // The table of ticks.
  ticks: 'The numbers, epoch by epoch',
  ticksCaption: ({ data }) => `Error in percent after each epoch, on ${data}`,
  noTicks: 'No epoch has been completed yet.',
  epoch: 'epoch',
  trainShort: 'train',
  testShort: 'test',

  // The panel.
  panel: 'The experiment',
  group_network: 'Networks',
  group_training: 'Training',
  group_data: 'Data',
  group_machine: 'Machine',
  paperHead: 'the paper’s',
  paper: 'in the paper: ',
  field_family: 'family',
  field_depth: 'depth',
  field_width: 'width',
  field_shortcut: 'shortcut',
  field_norm: 'normalisation',
  field_init: 'initial weights',
  field_sigma: 'standard deviation',
  field_seed: 'seed',
  field_from: 'starts from',
  field_frozenStages: 'frozen stages',
  field_mean: 'input mean',
  field_std: 'input deviation',
  field_orderSeed: 'seed of the order',
  field_nesterov: 'Nesterov’s momentum',
  field_noDecayNorm: 'no decay of norm and biases',
  field_labelSmoothing: 'label smoothing',
  field_clip: 'largest gradient norm',
  field_ema: 'averaged weights (EMA)',
  field_mixup: 'mixup',
  field_cutout: 'cutout',
  field_augmentSeed: 'seed of the augmentation',
  field_classWeights: 'class weights',
  field_epochs: 'epochs',
  field_lr: 'learning rate',
  field_schedule: 'schedule',
  field_batchSize: 'batch',
  field_augment: 'augmentation',
  field_weightDecay: 'weight decay',
  field_momentum: 'momentum',
  field_data: 'data set',
  field_images: 'training set',
  field_testImages: 'test set',
  field_tier: 'instructions',
  field_threads: 'threads each',
  unit_depth: 'layers',
  unit_width: 'channels',
  unit_batchSize: 'images',
  unit_images: 'images',
  unit_testImages: 'images',
  family_plain: 'plain',
  family_residual: 'residual',
  shortcut_A: 'A: zero padding',
  shortcut_B: 'B: projection to grow',
  shortcut_C: 'C: projections only',
  norm_batch: 'batch norm',
  norm_none: 'none',
  init_he: 'He',
  init_xavier: 'Xavier',
  init_gaussian: 'Gaussian',
  schedule_step: 'one step',
  schedule_paper: 'two steps',
  schedule_cosine: 'cosine',
  schedule_constant: 'constant',
  schedule_triangle: 'triangle',
  augment_none: 'none',
  augment_flip: 'flip',
  'augment_crop-flip': 'crop and flip',
  'augment_shift-flip': 'shift and flip',
  data_synthetic: 'synthetic',
  data_cifar10: 'CIFAR-10',
  switch_on: 'on',
  switch_off: 'off',
  tier_auto: 'fastest',
  tier_scalar: 'no SIMD',
  tier_simd128: 'SIMD',
  tier_relaxed: 'relaxed SIMD',
  threads_auto: 'share the cores',
  syntheticNote:
    'Synthetic images are drawn by a program, in ten classes. They are not photographs, and their errors are not the paper’s.',
  noCifar:
    'This experiment is on CIFAR-10, which is not here yet. Get it, drop its files on the page, or choose the synthetic images.',
  tooFewImages: ({ images, testImages }) =>
    `The data set has ${images} images for training and ${testImages} for the test; ask for no more.`,
  batchTooLarge: ({ batch, images }) =>
    `A batch of ${batch} is larger than the training set of ${images}; make one of them fit.`,
  wrongValue: ({ field, name, problem }) =>
    `Training cannot start: “${field}”${name ? ` of ${name}` : ''} has no value that works. ${problem}`,
  showProblem: 'Show it',
  problem_number: 'Please write a number.',
  problem_integer: 'Please write a whole number.',
  problem_name: 'Please write the name of weights, such as resnet20.',
  problem_choice: 'Please choose one of the list.',
  problem_list: 'Please write numbers with commas between them.',
  problem_range: ({ min, max }) => `From ${min} to ${max}.`,
  memory: ({ total, networks: nets, images }) =>
    `Memory planned: ${total} (networks ${nets}, images ${images})`,
  memoryUnknown: 'Memory planned: being worked out',
  engine: ({ tier, threads }) => `${tier}, ${threads} thread${threads === 1 ? '' : 's'} a network`,
  engineMissing: 'no engine',
  enginePending: 'engine is loading',
  noThreads: 'Threads need a cross-origin isolated page; here each network has one.',

  // The planner.
  group_planner: 'What fits',
  plan_minutes: 'time',
  plan_mebibytes: 'memory',
  unit_minutes: 'minutes',
  unit_mebibytes: 'MiB',
  measureMachine: 'Measure this machine',
  measureAgain: 'Measure again',
  measuring: 'Measuring: small networks train for a few seconds.',
  said_measured: 'Measured.',
  measureFailed: 'The measurement failed.',
  planCaption: ({ count, images }) =>
    `Epochs of ${images} images that fit, ${count === 1 ? 'for one network' : `for ${networks(count)} together`}, and their memory. Press one to set the experiment so.`,
  planDepth: 'layers',
  planWidth: ({ width }) => `width ${width}`,
  planCell: ({ depth, width }) => `${depth} layers, width ${width}:`,
  planEpochs: 'epochs,',
  planLacks_memory: 'too large',
  planLacks_time: 'too slow',
  planNote: ({ spread }) =>
    `Speed was measured on networks of 14 layers, of each width, with this batch, and varied by up to ±${spread} meanwhile. For other depths it is estimated from their multiplications. The networks share the cores, and the test after each epoch is counted. Memory is exact.`,

  // What is announced, and what went wrong.
  said_started: ({ count }) => `Training of ${networks(count)} has started.`,
  said_paused: 'Paused.',
  said_resumed: 'Training goes on.',
  said_finished: ({ name, train, test }) =>
    `${name} has finished: training error ${train}, test error ${test}.`,
  leadDiverged: ({ name }) =>
    `${name} diverged: its numbers grew beyond all bounds, and it was stopped. A smaller learning rate, or batch norm, usually helps.`,
  leadMemory: ({ name }) => `${name} did not fit in memory. The other networks are not affected.`,
  leadFailed: ({ name }) => `${name} could not go on.`,
  failed_engine: 'The engine did not start.',
  failed_plan: 'This experiment cannot be trained.',
  failed_resume:
    'These are not the images that the interrupted runs were trained on, so they cannot go on here. Bring the same images, or discard the runs.',
  failed_images: 'Could not load the images.',
  noSimdTitle: 'This browser cannot run it yet',
  noSimd:
    'Training here needs WebAssembly SIMD, which browsers have had since 2021 (Chrome 91, Firefox 89) and Safari since 16.4. Please update the browser or open the page in another one. Some browsers switch it off in a lockdown or high-security mode.',
  tryScalar: 'Try it slowly, without SIMD',

  // Runs that are kept while they are trained.
  interrupted: ({ when }) => `Training was interrupted here on ${when}:`,
  interruptedAt: ({ name, epoch, epochs }) => `${name} at epoch ${epoch} of ${epochs}`,
  interruptedEnded: ({ name }) => `${name} had ended`,
  interruptedNew: ({ name }) => `${name} begins anew`,
  interruptedImages: 'It was on CIFAR-10, which is not here: bring it, and this can go on.',
  resumeRuns: 'Resume',
  discardRuns: 'Discard',
  said_discarded: 'The interrupted runs have been discarded.',
  said_notDiscarded:
    'The runs could not be removed, since another tab uses them or the browser refuses. Close other tabs of this page and try again.',
  unreadableRuns: ({ when }) =>
    `Runs that were kept in this browser on ${when} cannot be read: a file of theirs is missing, damaged, or of another version of this page. They take up storage until you remove them.`,
  removeRuns: 'Remove',
  elsewhere: ({ names }) => `In training in another tab of this browser: ${names}.`,
  otherArithmetic: ({ names }) =>
    `Resumed with other arithmetic than before (instructions, convolution or version): ${names}. Training goes on, but not bit for bit as it would have.`,
  notKept_missing: 'This browser has no place to keep runs, so they are lost when the tab closes.',
  notKept_denied:
    'This browser does not let the page keep runs, so they are lost when the tab closes.',
  notKept_full:
    'There is not enough storage left to keep the runs, so what is trained from here on is lost when the tab closes. Delete runs below, or files of other sites, to make room.',

  // What happened, under the chart.
  happenedTitle: 'What happened here',
  pairWorse: ({ deep, shallow, deepError, shallowError }) =>
    `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: the deeper network fits even the training set worse, so this is not overfitting.`,
  pairBetter: ({ deep, shallow, deepError, shallowError }) =>
    `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: here the deeper network fits better.`,
  pairEqual: ({ deep, shallow, deepError, shallowError }) =>
    `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: the difference is within chance.`,
  pairSame: ({ deep, shallow, deepError }) =>
    `${deep} and ${shallow} both ended at ${deepError} training error.`,
  pairLess: ({ deep, shallow, deepError, shallowError, less, more }) =>
    `With shortcuts, ${deep} ended at ${deepError} and ${shallow} at ${shallowError}: depth cost ${less} points instead of ${more}.`,
  shortcutsAtDepth: ({ depth, plainError, residualError }) =>
    `At ${depth} layers, shortcuts took the training error from ${plainError} to ${residualError}.`,
  shortcutsNot: ({ depth, plainError, residualError }) =>
    `At ${depth} layers, the training error is ${plainError} without shortcuts and ${residualError} with them: they did not lower it by more than chance.`,
  optionsAlike: ({ depth, errors }) =>
    `At ${depth} layers, the options ended within chance of each other: ${errors}.`,
  optionsApart: ({ depth, errors }) =>
    `At ${depth} layers, the options ended further apart than by chance: ${errors}.`,
  notShown:
    'These runs do not show all that the paper found. “Another seed” helps to tell whether that is chance.',
  activationRatios: ({ ratios }) =>
    `The last layer’s activations divided by the first one’s, in the first step: ${ratios}.`,
  gradientRatios: ({ ratios }) =>
    `The first layer’s gradient divided by the last one’s, in the first step: ${ratios}.`,
  ratioIn: ({ name, ratio }) => `${ratio} in ${name}`,
  endedAt: ({ name, train, test }) =>
    `${name} ended at ${train} training error and ${test} test error.`,
  divergedOnes: ({ names }) =>
    `Diverged: ${names}. A smaller learning rate, or batch norm, usually helps.`,
  stoppedEarly: ({ names }) =>
    `Stopped before the end: ${names}. What was trained so far stays on the chart.`,
  caveatSynthetic:
    'This is one run of small networks on synthetic images; another seed moves the errors by some points, those of deep plain networks by more.',
  caveatSeedsSynthetic:
    'These are means over the seeds shown, on synthetic images with small networks.',
  caveatSeeds: 'These are means over the seeds shown, of small networks.',
  caveat: 'This is one run of small networks; another seed moves the errors by some points.',
});
