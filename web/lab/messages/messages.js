/** Every word of the workbench and of the page, in every language, side by side. */

/** @typedef {'en' | 'ko'} Lang */
/** @typedef {string | ((args: any) => string)} Text */
/** @typedef {Record<string, Record<Lang, Text>>} Table */

export const LANGS = /** @type {const} */ (['en', 'ko']);

/** @param {string | undefined} tag @returns {Lang} */
export function langOf(tag) {
  return tag?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

/** @param {Table} table @param {string} lang */
export function translator(table, lang) {
  /** @param {string} key @param {any} [args] @returns {string} */
  return (key, args) => {
    const text = table[key][langOf(lang)];
    return typeof text === 'function' ? text(args) : text;
  };
}

/** @typedef {ReturnType<typeof translator>} Translate */

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
const KO_COUNTS = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열'];
const networks = (/** @type {number} */ n) => `${COUNTS[n] ?? n} network${n === 1 ? '' : 's'}`;
const koNetworks = (/** @type {number} */ n) => `신경망 ${KO_COUNTS[n] ? `${KO_COUNTS[n]} ` : n}개`;

/** Of the element. @type {Table} */
export const LAB = {
  // What can be pressed.
  train: {
    en: ({ count }) => (count === 1 ? 'Train this network here' : `Train ${networks(count)} here`),
    ko: ({ count }) => `여기서 ${koNetworks(count)} 학습시키기`,
  },
  trainAgain: { en: 'Train again', ko: '다시 학습시키기' },
  pause: { en: 'Pause', ko: '일시정지' },
  resume: { en: 'Resume', ko: '이어서 학습' },
  stop: { en: 'Stop', ko: '중지' },
  change: { en: 'Change the experiment', ko: '실험 바꾸기' },
  closePanel: { en: 'Done', ko: '완료' },
  reset: { en: 'Back to the four networks', ko: '처음의 네 신경망으로' },
  addRun: { en: 'Add a network', ko: '신경망 추가' },
  removeRun: { en: ({ name }) => `Remove ${name}`, ko: ({ name }) => `${name} 삭제` },
  editRun: { en: ({ name }) => `Change ${name}`, ko: ({ name }) => `${name} 바꾸기` },
  locked: {
    en: 'The experiment can be changed when training has ended.',
    ko: '학습이 끝나면 실험을 바꿀 수 있습니다.',
  },

  // The figure.
  chartLabel: {
    en: 'Error of each network against iteration',
    ko: '반복에 따른 각 신경망의 오류율',
  },
  chartDescription: {
    en: ({ series }) =>
      `Line chart. Vertical: error in percent. Horizontal: iteration. ${series} The table below it holds the numbers.`,
    ko: ({ series }) =>
      `선 그래프. 세로축은 오류율(%), 가로축은 반복입니다. ${series} 수치는 아래 표에 있습니다.`,
  },
  chartSeries: {
    en: ({ name, train, test }) => `${name}: training ${train}, test ${test}.`,
    ko: ({ name, train, test }) => `${name}: 훈련 ${train}, 테스트 ${test}.`,
  },
  error: { en: 'error (%)', ko: '오류율 (%)' },
  iteration: { en: 'iteration', ko: '반복' },
  guessing: { en: 'guessing', ko: '찍었을 때' },
  slower: { en: 'learning rate ÷ 10', ko: '학습률 ÷ 10' },
  waitingChart: { en: 'The curves will appear here.', ko: '여기에 곡선이 그려집니다.' },
  trainLine: { en: ({ name }) => `${name} train`, ko: ({ name }) => `${name} 훈련` },
  testLine: { en: ({ name }) => `${name} test`, ko: ({ name }) => `${name} 테스트` },
  caption: {
    en: ({ count, widths, images, testImages, data }) =>
      `Training error (thin, dashed) and test error (bold) of ${networks(count)}${widths} on ${images} ${data} images; test: ${testImages} others.`,
    ko: ({ count, widths, images, testImages, data }) =>
      `${koNetworks(count)}${widths}의 훈련 오류율(가는 점선)과 테스트 오류율(굵은 실선). ${data} 이미지 ${images}장으로 학습하고 다른 ${testImages}장으로 테스트.`,
  },
  captionWidth: { en: ({ width }) => `, width ${width},`, ko: ({ width }) => `(너비 ${width})` },
  figure: { en: 'Figure.', ko: '그림.' },
  figureShows: { en: 'The figure shows', ko: '그림에 보일 것' },
  figure_errors: { en: 'errors', ko: '오류율' },
  figure_responses: { en: 'responses', ko: '층별 반응' },
  figure_layers: { en: 'layers', ko: '층별 신호' },
  layersLabel: {
    en: 'Activation and gradient of each layer of each network',
    ko: '각 신경망의 층별 활성값과 기울기',
  },
  layers_activation: { en: 'activation, root mean square', ko: '활성값의 제곱평균제곱근' },
  layers_gradient: {
    en: 'gradient of the weights, root mean square',
    ko: '가중치 기울기의 제곱평균제곱근',
  },
  layer: { en: 'layer', ko: '층' },
  layersSeries: {
    en: ({ name, firstActivation, lastActivation, firstGradient, lastGradient }) =>
      `${name}: activation ${firstActivation} in the first layer, ${lastActivation} in the last; gradient ${firstGradient} and ${lastGradient}.`,
    ko: ({ name, firstActivation, lastActivation, firstGradient, lastGradient }) =>
      `${name}: 활성값은 첫 층 ${firstActivation}, 마지막 층 ${lastActivation}; 기울기는 ${firstGradient}, ${lastGradient}.`,
  },
  captionLayers: {
    en: ({ count, widths, data }) =>
      `What flows through each layer of ${networks(count)}${widths} in training on ${data} images, on a log scale: in the latest step (solid) and the first (dotted).`,
    ko: ({ count, widths, data }) =>
      `${koNetworks(count)}${widths}를 ${data} 이미지로 학습할 때 층마다 흐르는 신호(로그 눈금). 실선은 최근 단계, 점선은 첫 단계.`,
  },
  // The figure's cursor.
  cursorLabel: {
    en: 'Values of the chart: left and right move along it, up and down go from run to run, Escape leaves',
    ko: '그래프의 값: 왼쪽·오른쪽 화살표로 따라가고, 위·아래 화살표로 실행을 바꾸고, Esc로 나갑니다',
  },
  cursorKind: { en: 'chart', ko: '그래프' },
  atIteration: { en: ({ step }) => `iteration ${step}`, ko: ({ step }) => `반복 ${step}` },
  atLayer: {
    en: ({ layer, step }) => `layer ${layer}, step ${step}`,
    ko: ({ layer, step }) => `${layer}번째 층, ${step}단계`,
  },
  activationShort: { en: 'activation', ko: '활성값' },
  gradientShort: { en: 'gradient', ko: '기울기' },

  // Responses of the layers.
  responsesLabel: {
    en: 'Standard deviation of the responses of each network’s layers, and what its blocks add',
    ko: '각 신경망의 층별 반응의 표준편차와 블록이 더하는 값의 크기',
  },
  responses_order: {
    en: 'standard deviation of responses, in order',
    ko: '반응의 표준편차, 층 순서대로',
  },
  responses_sorted: { en: 'the same, by size', ko: '반응의 표준편차, 큰 순서대로' },
  responses_ratio: {
    en: '|F(x)| / |x| of the block that ends there',
    ko: '그 층에서 끝나는 블록의 |F(x)| / |x|',
  },
  responsesSeries: {
    en: ({ name, mean }) => `${name}: ${mean} on average over its layers.`,
    ko: ({ name, mean }) => `${name}: 층 평균 ${mean}.`,
  },
  responsesSeriesRecorded: {
    en: ({ name, mean }) => `${name}, recorded: ${mean} on average over its layers.`,
    ko: ({ name, mean }) => `${name}(기록): 층 평균 ${mean}.`,
  },
  responsesSmaller: {
    en: ({ plain, residual, plainMean, residualMean }) =>
      `The responses of ${residual} have a standard deviation of ${residualMean} on average over its layers, those of ${plain} of ${plainMean}: the residual ones are smaller.`,
    ko: ({ plain, residual, plainMean, residualMean }) =>
      `반응의 표준편차는 층 평균으로 ${residual} ${residualMean}, ${plain} ${plainMean}입니다. 잔차 신경망의 반응이 더 작습니다.`,
  },
  responsesLarger: {
    en: ({ plain, residual, plainMean, residualMean }) =>
      `The responses of ${residual} have a standard deviation of ${residualMean} on average over its layers, those of ${plain} of ${plainMean}: here the residual ones are not smaller.`,
    ko: ({ plain, residual, plainMean, residualMean }) =>
      `반응의 표준편차는 층 평균으로 ${residual} ${residualMean}, ${plain} ${plainMean}입니다. 여기서는 잔차 신경망의 반응이 더 작지 않습니다.`,
  },
  captionResponses: {
    en: ({ count, widths, data }) =>
      `How large the responses of the 3×3 layers are in ${networks(count)}${widths.replace(/,$/, '')}, on ${data} test images after the latest epoch: after batch norm, before the shortcut is added and before the ReLU, as in the paper’s Figure 7; log scale.`,
    ko: ({ count, widths, data }) =>
      `${koNetworks(count)}${widths}의 3×3 층 반응의 크기. 최근 에폭 뒤 ${data} 테스트 이미지로 측정. 논문 그림 7처럼 배치 정규화 뒤, 지름길을 더하고 ReLU를 거치기 전의 값(로그 눈금).`,
  },
  captionRecordedResponses: {
    en: ({ count, data, width, images, epochs, own }) =>
      `Recorded earlier: ${networks(count)}, width ${width}, trained on ${data} (${images} images, ${epochs} epochs) and measured on its 10,000 test images. Still to be trained here: ${own}`,
    ko: ({ count, data, width, images, epochs, own }) =>
      `미리 기록한 것: ${data} 이미지 ${images}장으로 ${epochs}에폭 학습하고 테스트 이미지 10,000장으로 측정한 ${koNetworks(count)}(너비 ${width}). 이제 여기서 학습할 것: ${own}`,
  },
  captionFadedResponses: {
    en: ({ data, width, epochs, own }) =>
      `Trained here: ${own} Faded: recorded on ${data}, a task of its own (width ${width}, ${epochs} epochs), and measured on its test images.`,
    ko: ({ data, width, epochs, own }) =>
      `여기서 학습한 것: ${own} 흐린 선은 ${data}에서 미리 기록한 별개의 실행(너비 ${width}, ${epochs}에폭)으로, 그 테스트 이미지로 측정.`,
  },

  // Recorded runs.
  shareOfRun: { en: 'percent of each run', ko: '각 실행의 진행률 (%)' },
  recordedName: { en: ({ name }) => `${name}, recorded`, ko: ({ name }) => `${name}(기록)` },
  atShare: {
    en: ({ share }) => `${share} of the run`,
    ko: ({ share }) => `실행의 ${share}`,
  },
  recordedLine: {
    en: ({ name, error }) => `${name} recorded  ${error}`,
    ko: ({ name, error }) => `${name} 기록  ${error}`,
  },
  recordedLonger: {
    en: ({ name, epochs }) => `${name}, ${epochs} ep.`,
    ko: ({ name, epochs }) => `${name}, ${epochs}에폭`,
  },
  paperLine: {
    en: ({ name, error }) => `paper: ${name}  ${error}`,
    ko: ({ name, error }) => `논문: ${name}  ${error}`,
  },
  chartSeriesRecorded: {
    en: ({ name, train, test }) => `${name}, recorded: training ${train}, test ${test}.`,
    ko: ({ name, train, test }) => `${name}(기록): 훈련 ${train}, 테스트 ${test}.`,
  },
  tagRecorded: { en: ({ name }) => `recorded, ${name}`, ko: ({ name }) => `기록, ${name}` },
  tagFaded: {
    en: ({ name }) => `faded: recorded, ${name}`,
    ko: ({ name }) => `흐린 선: 기록, ${name}`,
  },
  showRecordedErrors: {
    en: 'recorded runs and the paper’s test errors',
    ko: '기록된 실행과 논문의 테스트 오류율',
  },
  showRecorded: { en: 'recorded runs', ko: '기록된 실행' },
  or: { en: ' or ', ko: ' 또는 ' },
  captionMarks: {
    en: ' Marks at the right: test errors in the paper’s Table 6.',
    ko: ' 오른쪽 눈금은 논문 표 6의 테스트 오류율.',
  },
  captionRecorded: {
    en: ({ count, data, width, images, epochs, marks, own }) =>
      `Recorded earlier on ${data}: training error (dashed) and test error (solid) of ${networks(count)}, width ${width}, ${images} images, ${epochs} epochs.${marks} Still to be trained here: ${own}`,
    ko: ({ count, data, width, images, epochs, marks, own }) =>
      `${data}에서 미리 기록한 ${koNetworks(count)}(너비 ${width}, 이미지 ${images}장, ${epochs}에폭)의 훈련 오류율(점선)과 테스트 오류율(실선).${marks} 이제 여기서 학습할 것: ${own}`,
  },
  captionFaded: {
    en: ({ data, width, images, epochs, marks, own }) =>
      `Trained here: ${own} Faded: recorded on ${data}, a task of its own (width ${width}, ${images} images, ${epochs} epochs). Runs of different lengths share the axis, each from 0 to 100 % of its own.${marks}`,
    ko: ({ data, width, images, epochs, marks, own }) =>
      `여기서 학습한 것: ${own} 흐린 선은 ${data}에서 미리 기록한 별개의 실행(너비 ${width}, 이미지 ${images}장, ${epochs}에폭). 길이가 다른 실행은 저마다 0~100 %로 나타냄.${marks}`,
  },
  recordedTicks: {
    en: 'The recorded numbers, epoch by epoch',
    ko: '기록된 에폭별 수치',
  },

  synthetic: { en: 'synthetic', ko: '합성' },
  syntheticData: { en: 'synthetic data', ko: '합성 데이터' },
  synthetic_all: { en: 'synthetic data', ko: '합성 데이터' },
  synthetic_some: { en: 'partly synthetic data', ko: '일부 합성 데이터' },
  seeds: {
    en: ({ name, count }) => `${name}, ${count} seeds`,
    ko: ({ name, count }) => `${name}, 시드 ${count}개`,
  },
  captionSeeds: {
    en: 'Of runs that differ only in their seed: the mean, and a band from the lowest to the highest.',
    ko: '시드만 다른 실행은 평균과 최저·최고 사이의 띠로 나타냄.',
  },
  captionFiles: {
    en: ({ runs }) => `From files: ${runs}.`,
    ko: ({ runs }) => `파일에서 가져옴: ${runs}.`,
  },
  origin: {
    en: ({ name, epochs, images, data }) =>
      `${name} (${epochs} epochs of ${images} ${data} images)`,
    ko: ({ name, epochs, images, data }) => `${name}(${data} 이미지 ${images}장, ${epochs}에폭)`,
  },
  overSeeds: { en: 'seeds as mean and band', ko: '시드를 평균과 띠로' },
  saveSvg: { en: 'Save as SVG', ko: 'SVG로 저장' },
  savePng: { en: 'Save as PNG', ko: 'PNG로 저장' },
  saveCsv: { en: 'Save the numbers as CSV', ko: '수치를 CSV로 저장' },

  // The table of runs.
  runs: { en: 'Networks in training', ko: '학습하는 신경망' },
  network: { en: 'network', ko: '신경망' },
  progress: { en: 'progress', ko: '진행' },
  trainError: { en: 'train error', ko: '훈련 오류율' },
  testError: { en: 'test error', ko: '테스트 오류율' },
  speed: { en: 'images/s', ko: '장/초' },
  left: { en: 'time left', ko: '남은 시간' },
  timeLeft: { en: ({ time }) => `${time} left`, ko: ({ time }) => `${time} 남음` },
  epochOf: {
    en: ({ epoch, epochs }) => `epoch ${epoch} of ${epochs}`,
    ko: ({ epoch, epochs }) => `에폭 ${epoch}/${epochs}`,
  },
  state_ready: { en: 'ready', ko: '대기' },
  state_waiting: { en: 'waiting', ko: '차례를 기다리는 중' },
  state_hidden: { en: 'not on the chart', ko: '그래프에서 숨김' },
  fromFile: { en: 'from a file', ko: '파일' },
  state_starting: { en: 'starting', ko: '시작하는 중' },
  state_running: { en: 'training', ko: '학습 중' },
  state_paused: { en: 'paused', ko: '일시정지' },
  state_finished: { en: 'finished', ko: '완료' },
  state_stopped: { en: 'stopped', ko: '중지됨' },
  state_diverged: { en: 'diverged', ko: '발산' },
  state_failed: { en: 'failed', ko: '실패' },

  // What can be done with a run.
  tools: { en: 'tools', ko: '도구' },
  toolsOf: { en: ({ name }) => `Tools for ${name}`, ko: ({ name }) => `${name} 도구` },
  runName: { en: 'name', ko: '이름' },
  onChart: { en: 'on the chart', ko: '그래프에 표시' },
  saveRun: { en: 'Save the run (JSON)', ko: '실행 저장(JSON)' },
  saveWeights: { en: 'Save the weights (safetensors)', ko: '가중치 저장(safetensors)' },
  deleteRun: { en: 'Delete', ko: '삭제' },
  copiesOf: {
    en: ({ name }) => `Copies of ${name} with one change: several values make a sweep`,
    ko: ({ name }) => `한 가지만 바꾼 ${name} 복사본(값이 여럿이면 스윕)`,
  },
  copyField: { en: 'change', ko: '바꿀 항목' },
  copyValues: { en: 'to', ko: '값' },
  copySeeds: { en: 'seeds for each', ko: '값마다 시드 수' },
  copyProblem: {
    en: ({ value }) => `“${value}” cannot be a value here; separate values by commas.`,
    ko: ({ value }) => `“${value}”: 쓸 수 없는 값입니다. 값은 쉼표로 나누십시오.`,
  },
  copiesThere: {
    en: 'The experiment has this network already; choose another value.',
    ko: '이미 실험에 있는 신경망입니다. 다른 값을 고르십시오.',
  },
  copiesTooMany: {
    en: ({ most }) => `There is room for ${networks(most)} more; choose fewer values or seeds.`,
    ko: ({ most }) => `${koNetworks(most)}까지 더할 수 있습니다. 값이나 시드를 줄이십시오.`,
  },
  addCopies: { en: 'Add', ko: '추가' },
  addSomeCopies: {
    en: ({ count }) => `Add ${networks(count)}`,
    ko: ({ count }) => `${koNetworks(count)} 추가`,
  },
  openRuns: { en: 'Add runs from files', ko: '파일에서 실행 추가' },
  runRefused: {
    en: ({ name }) => `${name} could not be put on the chart.`,
    ko: ({ name }) => `${name}: 그래프에 넣을 수 없습니다.`,
  },
  said_joined: {
    en: ({ name }) => `${name} has joined the chart.`,
    ko: ({ name }) => `${name}: 그래프에 더했습니다.`,
  },
  said_there: {
    en: ({ name }) => `${name} is on the chart already.`,
    ko: ({ name }) => `${name}: 이미 그래프에 있습니다.`,
  },
  said_deleted: {
    en: ({ name }) => `${name} has been deleted.`,
    ko: ({ name }) => `${name}: 삭제했습니다.`,
  },
  said_added: {
    en: ({ count }) => `${networks(count)} added.`,
    ko: ({ count }) => `${koNetworks(count)}를 추가했습니다.`,
  },

  // Links, and whether runs end as a link has said.
  copyLink: { en: 'Copy a link', ko: '링크 복사' },
  linkCopied: { en: 'Link copied', ko: '링크를 복사했습니다' },
  linkByHand: {
    en: 'This browser does not let the page copy; here is the link.',
    ko: '이 브라우저에서는 페이지가 복사할 수 없습니다. 링크는 다음과 같습니다.',
  },
  linkAddress: { en: 'link to this experiment', ko: '이 실험의 링크' },
  asInLink_same: { en: 'as in the link', ko: '링크와 같음' },
  asInLink_other: { en: 'not as in the link', ko: '링크와 다름' },
  reproduction: { en: 'The runs of the link', ko: '링크의 실행' },
  promised: {
    en: 'The link says with which digest of all its losses each run ended. Train here to compare.',
    ko: '링크에는 실행마다 모든 손실값의 다이제스트가 들어 있습니다. 여기서 학습시켜 비교해 보십시오.',
  },
  reproduced: {
    en: ({ count }) =>
      count === 1
        ? 'The run ended as in the link: the same losses in every step, to the last bit.'
        : `All ${COUNTS[count] ?? count} runs ended as in the link: the same losses in every step, to the last bit.`,
    ko: ({ count }) =>
      count === 1
        ? '실행이 링크와 똑같이 끝났습니다. 모든 단계의 손실값이 비트까지 같습니다.'
        : `실행 ${KO_COUNTS[count] ?? count}${KO_COUNTS[count] ? ' ' : ''}개가 모두 링크와 똑같이 끝났습니다. 모든 단계의 손실값이 비트까지 같습니다.`,
  },
  reproducedNot: {
    en: 'Not every run ended as in the link.',
    ko: '링크와 다르게 끝난 실행이 있습니다.',
  },
  digestSame: { en: 'in the link and here', ko: '링크와 여기가 같음' },
  digestThere: { en: 'link', ko: '링크' },
  digestHere: { en: 'here', ko: '여기' },
  digestWaits: { en: 'in the link', ko: '링크' },
  digest: {
    en: ({ trajectory, tier, numerics }) =>
      `Digest of all losses: ${trajectory} (${tier}, numerics ${numerics})`,
    ko: ({ trajectory, tier, numerics }) =>
      `모든 손실값의 다이제스트: ${trajectory} (${tier}, 수치 버전 ${numerics})`,
  },
  why_tier: {
    en: ({ there, here }) =>
      `The link was made with “${there}”, this with “${here}”, which round differently; choose “${there}” under Machine to compare.`,
    ko: ({ there, here }) =>
      `링크는 ‘${there}’, 여기는 ‘${here}’로 계산해 반올림이 다릅니다. 비교하려면 기기에서 ‘${there}’를 고르십시오.`,
  },
  why_relaxed: {
    en: 'Relaxed SIMD rounds as each machine’s hardware does; “SIMD” gives the same bits everywhere.',
    ko: 'relaxed SIMD는 기기의 하드웨어에 따라 반올림이 다릅니다. ‘SIMD’는 어디서나 비트까지 같습니다.',
  },
  why_numerics: {
    en: ({ thereVersion, hereVersion }) =>
      `Another version of Residua made the link (numerics ${thereVersion}, here ${hereVersion}).`,
    ko: ({ thereVersion, hereVersion }) =>
      `링크는 Residua의 다른 버전에서 만들었습니다(수치 버전 ${thereVersion}, 여기는 ${hereVersion}).`,
  },
  why_images: {
    en: 'A link does not hold images: those that were brought here may be others.',
    ko: '링크에는 이미지가 들어 있지 않으므로, 여기서 쓴 이미지가 다를 수 있습니다.',
  },
  why_unknown: {
    en: 'Nothing that the link says explains it: the link may have been altered, or one of the machines miscalculates.',
    ko: '링크의 내용으로는 까닭을 알 수 없습니다. 링크가 고쳐졌거나 어느 한쪽 기기의 계산이 틀렸을 수 있습니다.',
  },

  // The table of ticks.
  ticks: { en: 'The numbers, epoch by epoch', ko: '에폭별 수치' },
  ticksCaption: {
    en: ({ data }) => `Error in percent after each epoch, on ${data}`,
    ko: ({ data }) => `각 에폭 뒤의 오류율(%), ${data}`,
  },
  noTicks: { en: 'No epoch has been completed yet.', ko: '아직 끝난 에폭이 없습니다.' },
  epoch: { en: 'epoch', ko: '에폭' },
  trainShort: { en: 'train', ko: '훈련' },
  testShort: { en: 'test', ko: '테스트' },

  // The panel.
  panel: { en: 'The experiment', ko: '실험' },
  group_network: { en: 'Networks', ko: '신경망' },
  group_training: { en: 'Training', ko: '학습' },
  group_data: { en: 'Data', ko: '데이터' },
  group_machine: { en: 'Machine', ko: '기기' },
  paperHead: { en: 'the paper’s', ko: '논문의 값' },
  paper: { en: 'in the paper: ', ko: '논문: ' },
  field_family: { en: 'family', ko: '종류' },
  field_depth: { en: 'depth', ko: '깊이' },
  field_width: { en: 'width', ko: '너비' },
  field_shortcut: { en: 'shortcut', ko: '지름길' },
  field_norm: { en: 'normalisation', ko: '정규화' },
  field_init: { en: 'initial weights', ko: '가중치 초기화' },
  field_sigma: { en: 'standard deviation', ko: '표준편차' },
  field_seed: { en: 'seed', ko: '시드' },
  field_epochs: { en: 'epochs', ko: '에폭' },
  field_lr: { en: 'learning rate', ko: '학습률' },
  field_schedule: { en: 'schedule', ko: '학습률 일정' },
  field_batchSize: { en: 'batch', ko: '배치' },
  field_augment: { en: 'augmentation', ko: '데이터 증강' },
  field_weightDecay: { en: 'weight decay', ko: '가중치 감쇠' },
  field_momentum: { en: 'momentum', ko: '모멘텀' },
  field_data: { en: 'data set', ko: '데이터 집합' },
  field_images: { en: 'training set', ko: '훈련 집합' },
  field_testImages: { en: 'test set', ko: '테스트 집합' },
  field_tier: { en: 'instructions', ko: '명령어 집합' },
  field_threads: { en: 'threads each', ko: '신경망별 스레드' },
  unit_depth: { en: 'layers', ko: '층' },
  unit_width: { en: 'channels', ko: '채널' },
  unit_batchSize: { en: 'images', ko: '장' },
  unit_images: { en: 'images', ko: '장' },
  unit_testImages: { en: 'images', ko: '장' },
  family_plain: { en: 'plain', ko: 'plain (지름길 없음)' },
  family_residual: { en: 'residual', ko: 'residual (잔차)' },
  shortcut_A: { en: 'A: zero padding', ko: 'A: 0으로 채움' },
  shortcut_B: { en: 'B: projection to grow', ko: 'B: 커질 때 투영' },
  shortcut_C: { en: 'C: projections only', ko: 'C: 모두 투영' },
  norm_batch: { en: 'batch norm', ko: '배치 정규화' },
  norm_none: { en: 'none', ko: '없음' },
  init_he: { en: 'He', ko: 'He' },
  init_xavier: { en: 'Xavier', ko: 'Xavier' },
  init_gaussian: { en: 'Gaussian', ko: '가우스' },
  schedule_step: { en: 'one step', ko: '한 번 낮춤' },
  schedule_paper: { en: 'two steps', ko: '두 번 낮춤' },
  schedule_cosine: { en: 'cosine', ko: '코사인' },
  schedule_constant: { en: 'constant', ko: '고정' },
  augment_none: { en: 'none', ko: '없음' },
  augment_flip: { en: 'flip', ko: '좌우 뒤집기' },
  'augment_crop-flip': { en: 'crop and flip', ko: '자르기와 뒤집기' },
  data_synthetic: { en: 'synthetic', ko: '합성' },
  data_cifar10: { en: 'CIFAR-10', ko: 'CIFAR-10' },
  tier_auto: { en: 'fastest', ko: '가장 빠른 것' },
  tier_scalar: { en: 'no SIMD', ko: 'SIMD 없음' },
  tier_simd128: { en: 'SIMD', ko: 'SIMD' },
  tier_relaxed: { en: 'relaxed SIMD', ko: 'relaxed SIMD' },
  threads_auto: { en: 'share the cores', ko: '코어를 나눔' },
  syntheticNote: {
    en: 'Synthetic images are drawn by a program, in ten classes. They are not photographs, and their errors are not the paper’s.',
    ko: '합성 이미지는 프로그램이 그린 열 가지 그림입니다. 사진이 아니며, 그 오류율은 논문의 값과 다릅니다.',
  },
  noCifar: {
    en: 'This experiment is on CIFAR-10, which is not here yet. Drop the archive on the page, or choose the synthetic images.',
    ko: '이 실험에는 CIFAR-10이 필요한데 아직 없습니다. 압축 파일을 페이지에 놓거나 합성 이미지를 고르십시오.',
  },
  tooFewImages: {
    en: ({ images, testImages }) =>
      `The data set has ${images} images for training and ${testImages} for the test; ask for no more.`,
    ko: ({ images, testImages }) =>
      `이 데이터 집합에는 훈련 이미지 ${images}장과 테스트 이미지 ${testImages}장이 있습니다. 더 많이 쓸 수 없습니다.`,
  },
  batchTooLarge: {
    en: ({ batch, images }) =>
      `A batch of ${batch} is larger than the training set of ${images}; make one of them fit.`,
    ko: ({ batch, images }) =>
      `배치 ${batch}장이 훈련 집합 ${images}장보다 큽니다. 둘 중 하나를 바꾸십시오.`,
  },
  problem_number: { en: 'Please write a number.', ko: '수를 쓰십시오.' },
  problem_integer: { en: 'Please write a whole number.', ko: '정수를 쓰십시오.' },
  problem_choice: { en: 'Please choose one of the list.', ko: '목록에서 고르십시오.' },
  problem_range: {
    en: ({ min, max }) => `From ${min} to ${max}.`,
    ko: ({ min, max }) => `${min}에서 ${max}까지.`,
  },
  memory: {
    en: ({ total, networks: nets, images }) =>
      `Memory planned: ${total} (networks ${nets}, images ${images})`,
    ko: ({ total, networks: nets, images }) =>
      `필요한 메모리: ${total} (신경망 ${nets}, 이미지 ${images})`,
  },
  memoryUnknown: { en: 'Memory planned: being worked out', ko: '필요한 메모리: 계산하는 중' },
  engine: {
    en: ({ tier, threads }) => `${tier}, ${threads} thread${threads === 1 ? '' : 's'} a network`,
    ko: ({ tier, threads }) => `${tier}, 신경망마다 스레드 ${threads}개`,
  },
  engineMissing: { en: 'no engine', ko: '엔진 없음' },
  enginePending: { en: 'engine is loading', ko: '엔진을 불러오는 중' },
  noThreads: {
    en: 'Threads need a cross-origin isolated page; here each network has one.',
    ko: '이 페이지에서는 스레드를 나눌 수 없어 신경망마다 하나만 씁니다.',
  },

  // The planner.
  group_planner: { en: 'What fits', ko: '얼마나 가능한가' },
  plan_minutes: { en: 'time', ko: '시간' },
  plan_mebibytes: { en: 'memory', ko: '메모리' },
  unit_minutes: { en: 'minutes', ko: '분' },
  unit_mebibytes: { en: 'MiB', ko: 'MiB' },
  measureMachine: { en: 'Measure this machine', ko: '이 기기 재기' },
  measureAgain: { en: 'Measure again', ko: '다시 재기' },
  measuring: {
    en: 'Measuring: small networks train for a few seconds.',
    ko: '재는 중: 작은 신경망을 몇 초 동안 학습시킵니다.',
  },
  said_measured: { en: 'Measured.', ko: '다 재었습니다.' },
  measureFailed: { en: 'The measurement failed.', ko: '재지 못했습니다.' },
  planCaption: {
    en: ({ count, images }) =>
      `Epochs of ${images} images that fit, ${count === 1 ? 'for one network' : `for ${networks(count)} together`}, and their memory. Press one to set the experiment so.`,
    ko: ({ count, images }) =>
      `${koNetworks(count)}${count === 1 ? '로' : '를 함께'} 이미지 ${images}장을 학습시킬 때 가능한 에폭 수와 메모리. 누르면 실험을 그렇게 바꿉니다.`,
  },
  planDepth: { en: 'layers', ko: '층' },
  planWidth: { en: ({ width }) => `width ${width}`, ko: ({ width }) => `너비 ${width}` },
  planCell: {
    en: ({ depth, width }) => `${depth} layers, width ${width}:`,
    ko: ({ depth, width }) => `${depth}층, 너비 ${width}:`,
  },
  planEpochs: { en: 'epochs,', ko: '에폭,' },
  planLacks_memory: { en: 'too large', ko: '메모리 부족' },
  planLacks_time: { en: 'too slow', ko: '시간 부족' },
  planNote: {
    en: 'Speed was measured in 14 layers of each width with this batch, reckoned for other depths by their multiplications, with the cores shared among networks and the test after each epoch counted; it may be a third off. Memory is exact.',
    ko: '속도는 이 배치로 너비마다 14층 신경망에서 재었고, 다른 깊이는 곱셈 수로 어림했습니다. 신경망들이 코어를 나누는 것과 에폭마다 하는 테스트도 셈에 넣었습니다. 3분의 1쯤 어긋날 수 있습니다. 메모리는 정확한 값입니다.',
  },

  // What is announced, and what went wrong.
  said_started: {
    en: ({ count }) => `Training of ${networks(count)} has started.`,
    ko: ({ count }) => `${koNetworks(count)}의 학습을 시작했습니다.`,
  },
  said_paused: { en: 'Paused.', ko: '일시정지했습니다.' },
  said_resumed: { en: 'Training goes on.', ko: '학습을 이어 갑니다.' },
  said_finished: {
    en: ({ name, train, test }) =>
      `${name} has finished: training error ${train}, test error ${test}.`,
    ko: ({ name, train, test }) => `${name} 완료: 훈련 오류율 ${train}, 테스트 오류율 ${test}.`,
  },
  leadDiverged: {
    en: ({ name }) =>
      `${name} diverged: its numbers grew beyond all bounds, and it was stopped. A smaller learning rate, or batch norm, usually helps.`,
    ko: ({ name }) =>
      `${name}: 값이 한없이 커져(발산) 학습을 멈췄습니다. 학습률을 낮추거나 배치 정규화를 쓰면 대개 나아집니다.`,
  },
  leadMemory: {
    en: ({ name }) => `${name} did not fit in memory. The other networks are not affected.`,
    ko: ({ name }) => `${name}: 메모리가 모자랍니다. 다른 신경망에는 영향이 없습니다.`,
  },
  leadFailed: {
    en: ({ name }) => `${name} could not go on.`,
    ko: ({ name }) => `${name}: 학습을 계속할 수 없습니다.`,
  },
  failed_engine: { en: 'The engine did not start.', ko: '엔진이 시작되지 않았습니다.' },
  failed_plan: { en: 'This experiment cannot be trained.', ko: '이 실험은 학습할 수 없습니다.' },
  failed_resume: {
    en: 'These are not the images that the interrupted runs were trained on, so they cannot go on here. Bring the same images, or discard the runs.',
    ko: '중단된 실행을 학습시키던 이미지와 다른 이미지여서 이어 갈 수 없습니다. 같은 이미지를 가져오거나 실행을 버리십시오.',
  },
  failed_images: { en: 'The images could not be had.', ko: '이미지를 가져오지 못했습니다.' },
  noSimdTitle: {
    en: 'This browser cannot run it yet',
    ko: '이 브라우저에서는 아직 실행할 수 없습니다',
  },
  noSimd: {
    en: 'Training here needs WebAssembly SIMD, which browsers have had since 2021 (Chrome 91, Firefox 89) and Safari since 16.4. Please update the browser or open the page in another one. Some browsers switch it off in a lockdown or high-security mode.',
    ko: '여기서 학습하려면 WebAssembly SIMD가 필요합니다. Chrome 91, Firefox 89, Safari 16.4부터 있는 기능입니다. 브라우저를 업데이트하거나 다른 브라우저로 열어 주십시오. 잠금(lockdown)이나 고보안 모드에서는 꺼져 있을 수 있습니다.',
  },
  tryScalar: { en: 'Try it slowly, without SIMD', ko: 'SIMD 없이 느리게 해 보기' },

  // Runs that are kept while they are trained.
  interrupted: {
    en: ({ when }) => `Training was interrupted here on ${when}:`,
    ko: ({ when }) => `${when}에 여기서 학습이 중단되었습니다.`,
  },
  interruptedAt: {
    en: ({ name, epoch, epochs }) => `${name} at epoch ${epoch} of ${epochs}`,
    ko: ({ name, epoch, epochs }) => `${name} 에폭 ${epoch}/${epochs}`,
  },
  interruptedEnded: {
    en: ({ name }) => `${name} had ended`,
    ko: ({ name }) => `${name} 끝남`,
  },
  interruptedNew: {
    en: ({ name }) => `${name} had not begun`,
    ko: ({ name }) => `${name} 시작 전`,
  },
  interruptedImages: {
    en: 'It was on CIFAR-10, which is not here: bring it, and this can go on.',
    ko: 'CIFAR-10으로 학습하던 것인데 지금은 없습니다. 다시 가져오면 이어 갈 수 있습니다.',
  },
  resumeRuns: { en: 'Resume', ko: '이어서 학습' },
  discardRuns: { en: 'Discard', ko: '버리기' },
  said_discarded: {
    en: 'The interrupted runs have been discarded.',
    ko: '중단된 실행을 버렸습니다.',
  },
  elsewhere: {
    en: ({ names }) => `In training in another tab of this browser: ${names}.`,
    ko: ({ names }) => `이 브라우저의 다른 탭에서 학습 중: ${names}.`,
  },
  otherArithmetic: {
    en: ({ names }) =>
      `Resumed with other arithmetic than before (instructions, convolution or version): ${names}. Training goes on, but not bit for bit as it would have.`,
    ko: ({ names }) =>
      `이전과 다른 연산(명령어, 합성곱 방식 또는 버전)으로 이어 감: ${names}. 학습은 이어지지만 중단되지 않았을 때와 비트까지 같지는 않습니다.`,
  },
  notKept_missing: {
    en: 'This browser has no place to keep runs, so they are lost if the tab closes before they end.',
    ko: '이 브라우저에는 실행을 보관할 곳이 없어, 끝나기 전에 탭이 닫히면 사라집니다.',
  },
  notKept_denied: {
    en: 'This browser does not let the page keep runs, so they are lost if the tab closes before they end.',
    ko: '이 브라우저에서는 실행을 보관할 수 없어, 끝나기 전에 탭이 닫히면 사라집니다.',
  },
  notKept_full: {
    en: 'There is not enough storage left to keep the runs, so what is trained from here on is lost if the tab closes before they end.',
    ko: '저장 공간이 모자라 실행을 더 보관하지 못합니다. 끝나기 전에 탭이 닫히면 지금부터 학습한 것은 사라집니다.',
  },

  // What happened, under the chart.
  happenedTitle: { en: 'What happened here', ko: '여기서 일어난 일' },
  pairWorse: {
    en: ({ deep, shallow, deepError, shallowError }) =>
      `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: the deeper network fits even the training set worse, so this is not overfitting.`,
    ko: ({ deep, shallow, deepError, shallowError }) =>
      `훈련 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}입니다. 더 깊은 신경망이 훈련 집합조차 더 못 맞추므로, 과적합이 아닙니다.`,
  },
  pairBetter: {
    en: ({ deep, shallow, deepError, shallowError }) =>
      `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: here the deeper network fits better.`,
    ko: ({ deep, shallow, deepError, shallowError }) =>
      `훈련 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}입니다. 여기서는 더 깊은 신경망이 더 잘 맞춥니다.`,
  },
  pairEqual: {
    en: ({ deep, shallow, deepError, shallowError }) =>
      `${deep} ended at ${deepError} training error, ${shallow} at ${shallowError}: no more apart than by chance.`,
    ko: ({ deep, shallow, deepError, shallowError }) =>
      `훈련 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}로, 우연이라 할 만한 차이입니다.`,
  },
  pairLess: {
    en: ({ deep, shallow, deepError, shallowError, less, more }) =>
      `With shortcuts, ${deep} ended at ${deepError} and ${shallow} at ${shallowError}: depth cost ${less} points instead of ${more}.`,
    ko: ({ deep, shallow, deepError, shallowError, less, more }) =>
      `지름길이 있으면 ${deep} ${deepError}, ${shallow} ${shallowError}로, 깊어지며 오른 오류율이 ${more}%p가 아니라 ${less}%p입니다.`,
  },
  shortcutsAtDepth: {
    en: ({ depth, plainError, residualError }) =>
      `At ${depth} layers, shortcuts brought the training error from ${plainError} to ${residualError}.`,
    ko: ({ depth, plainError, residualError }) =>
      `${depth}층에서 지름길은 훈련 오류율을 ${plainError}에서 ${residualError}로 낮췄습니다.`,
  },
  endedAt: {
    en: ({ name, train, test }) =>
      `${name} ended at ${train} training error and ${test} test error.`,
    ko: ({ name, train, test }) => `${name}: 훈련 오류율 ${train}, 테스트 오류율 ${test}.`,
  },
  stoppedEarly: {
    en: ({ names }) =>
      `Stopped before the end: ${names}. What was trained so far stays on the chart.`,
    ko: ({ names }) => `끝나기 전에 중지됨: ${names}. 그때까지의 곡선은 남아 있습니다.`,
  },
  caveatSynthetic: {
    en: 'This is one run on synthetic images with small networks; another seed gives somewhat other numbers.',
    ko: '합성 이미지와 작은 신경망으로 한 번 학습한 결과이며, 시드를 바꾸면 수치가 조금 달라집니다.',
  },
  caveatSeedsSynthetic: {
    en: 'These are means over the seeds shown, on synthetic images with small networks.',
    ko: '합성 이미지와 작은 신경망으로 얻은, 위 시드들의 평균입니다.',
  },
  caveatSeeds: {
    en: 'These are means over the seeds shown, of small networks.',
    ko: '작은 신경망으로 얻은, 위 시드들의 평균입니다.',
  },
  caveat: {
    en: 'This is one run of small networks; another seed gives somewhat other numbers.',
    ko: '작은 신경망으로 한 번 학습한 결과이며, 시드를 바꾸면 수치가 조금 달라집니다.',
  },
};

/** Of the page around it. @type {Table} */
export const PAGE = {
  skip: { en: 'To the experiment', ko: '실험으로 건너뛰기' },
  chapters: { en: 'Chapters', ko: '장' },
  next: { en: 'Next chapter:', ko: '다음 장:' },
  interruptedIn: {
    en: 'Training was interrupted in another chapter:',
    ko: '다른 장에서 학습이 중단되었습니다:',
  },
  lookFor: { en: 'What to look for', ko: '눈여겨볼 것' },

  // Recorded runs beside the paper's.
  recorded_caption: {
    en: ({ data }) => `Recorded on ${data}, beside the paper’s: error in percent`,
    ko: ({ data }) => `${data}에서 기록한 오류율(%)과 논문의 값`,
  },
  recorded_network: { en: 'Network', ko: '신경망' },
  recorded_epochs: { en: 'Epochs', ko: '에폭' },
  recorded_train: { en: 'Train', ko: '훈련' },
  recorded_test: { en: 'Test', ko: '테스트' },
  recorded_paper: { en: 'Paper, test', ko: '논문, 테스트' },
  recorded_differs: {
    en: ({ epochs, steps }) =>
      `Runs of ${epochs} epochs (${steps} iterations) are shorter than the paper’s of 64,000 iterations, so their errors are higher.`,
    ko: ({ epochs, steps }) =>
      `${epochs}에폭(반복 ${steps}번) 실행은 64,000번 반복한 논문보다 짧으므로 오류율이 더 높습니다.`,
  },
  recorded_step: {
    en: 'The learning rate rises over the first 20 and is divided by 10 once, at 70 % of the run; in the paper twice, at 50 % and 75 %.',
    ko: '학습률은 처음 20번 동안 올라가고 전체의 70 %에서 한 번 10분의 1로 줄어듭니다(논문: 50 %와 75 %에서 두 번).',
  },
  recorded_paper_schedule: {
    en: 'As in the paper, the learning rate is divided by 10 at 50 % and 75 % of the run.',
    ko: '학습률은 논문처럼 전체의 50 %와 75 %에서 10분의 1로 줄어듭니다.',
  },
  recorded_cosine: {
    en: 'The learning rate falls along a cosine; in the paper it is divided by 10 twice, at 50 % and 75 %.',
    ko: '학습률은 코사인을 따라 줄어듭니다(논문: 50 %와 75 %에서 두 번 10분의 1로).',
  },
  recorded_rest: {
    en: 'One seed each, without a validation set; width, batch, weight decay and augmentation are the paper’s. Table 6 has no plain networks.',
    ko: '시드는 하나씩이고 검증 집합은 없습니다. 너비, 배치, 가중치 감쇠, 데이터 증강은 논문과 같습니다. 표 6에는 plain 신경망이 없습니다.',
  },
  recorded_other: {
    en: ({ name, epochs, steps, schedule, lr, decay }) =>
      `The ${name} of ${epochs} epochs (${steps} iterations) has a recipe of its own: schedule ${schedule}, learning rate ${lr}, weight decay ${decay}.`,
    ko: ({ name, epochs, steps, schedule, lr, decay }) =>
      `${epochs}에폭(반복 ${steps}번) ${name}은 설정이 다릅니다. 스케줄 ${schedule}, 학습률 ${lr}, 가중치 감쇠 ${decay}입니다.`,
  },
  recorded_failed: {
    en: 'The recorded runs could not be fetched; reload the page to try again.',
    ko: '기록된 실행을 가져오지 못했습니다. 페이지를 새로 고쳐 다시 시도하십시오.',
  },

  // Chapter: deeper should not be worse.
  depth_name: { en: 'Depth', ko: '깊이' },
  depth_title: { en: 'Deeper should not be worse', ko: '깊다고 나빠질 이유는 없다' },
  depth_text1: {
    en: 'A deeper network can do all that a shallower one does: its extra layers need only pass their input on.',
    ko: '더 깊은 신경망은 얕은 신경망이 하는 일을 모두 할 수 있습니다. 늘어난 층은 입력을 그대로 넘기기만 하면 되니까요.',
  },
  depth_text2: {
    en: 'Yet when He, Zhang, Ren and Sun trained networks of plain layers, 56 of them did worse than 20, and on the training images too, so it was not overfitting.',
    ko: '그런데 He, Zhang, Ren, Sun이 평범한(plain) 층만 쌓아 학습시켜 보니 56층이 20층보다 나빴습니다. 훈련 이미지에서도 그랬으니 과적합 때문이 아니었습니다.',
  },
  depth_text3: {
    en: 'With a shortcut around every two layers, depth stops hurting: four small networks show it here, on your own machine, while you watch.',
    ko: '두 층마다 지름길(shortcut)을 내면 깊이가 더는 해가 되지 않습니다. 작은 신경망 네 개를 여러분의 기기에서 학습시키며 지켜보십시오.',
  },
  depth_look1: {
    en: 'The thin dashed lines are training error. Plain-56 stays above plain-20 there too: it cannot even fit what it has seen.',
    ko: '가는 점선이 훈련 오류율입니다. plain-56은 여기서도 plain-20보다 높습니다. 이미 본 이미지조차 맞추지 못하는 것입니다.',
  },
  depth_look2: {
    en: 'Resnet-56 lies close to resnet-20, far below plain-56.',
    ko: 'resnet-56은 resnet-20 가까이에, plain-56보다는 훨씬 아래에 있습니다.',
  },
  try_between: { en: 'Add 32 and 44 layers', ko: '32층과 44층 추가' },

  // Chapter: vanishing and exploding gradients.
  signals_name: { en: 'Gradients', ko: '기울기' },
  signals_title: { en: 'Was it the gradients?', ko: '기울기 때문이었을까' },
  signals_text1: {
    en: 'There was an old suspect. On its way back through many layers a gradient is multiplied again and again, as the activations are on their way forward. If the weights are drawn too small, both vanish; too large, and they explode.',
    ko: '오래된 용의자가 있었습니다. 기울기는 여러 층을 거꾸로 지나며 거듭 곱해지고, 활성값도 앞으로 나아가며 그렇습니다. 가중치를 너무 작게 뽑으면 둘 다 사라지고(vanishing), 너무 크게 뽑으면 폭발합니다(exploding).',
  },
  signals_text2: {
    en: 'He initialisation draws weights so that every layer passes on as much as it gets. Batch normalisation sees to that anew in each step, however the weights were drawn.',
    ko: 'He 초기화는 층마다 받은 만큼 내보내도록 가중치를 뽑습니다. 배치 정규화는 가중치를 어떻게 뽑았든 매 단계 그렇게 되도록 맞춥니다.',
  },
  signals_text3: {
    en: 'With these, gradients are healthy at every depth. Yet 56 plain layers still do worse than 20. So the gradients are not what makes depth hurt: that is the paper’s argument.',
    ko: '이렇게 하면 어느 깊이에서나 기울기가 건강합니다. 그런데도 평범한 56층은 20층보다 나쁩니다. 그러니 깊이가 해가 되는 까닭은 기울기가 아닙니다. 이것이 논문의 논지입니다.',
  },
  signals_look1: {
    en: 'A straight line on this scale is a constant factor from layer to layer: below 1 for small weights (σ0.05), above 1 for large ones (σ0.5), close to 1 for He.',
    ko: '이 눈금에서 직선은 층마다 같은 배율이라는 뜻입니다. 작은 가중치(σ0.05)는 1보다 작고, 큰 가중치(σ0.5)는 1보다 크며, He는 1에 가깝습니다.',
  },
  signals_look2: {
    en: 'With batch norm the activations of all four lie together, and no gradient vanishes.',
    ko: '배치 정규화를 쓰면 네 활성값이 한데 모이고, 어느 기울기도 사라지지 않습니다.',
  },
  try_normed: { en: 'The same with batch norm', ko: '배치 정규화를 넣어서' },
  try_unnormed: { en: 'Without batch norm', ko: '배치 정규화 없이' },
  try_healthy: {
    en: '20 and 56 layers, He and batch norm',
    ko: 'He와 배치 정규화로 20층과 56층',
  },

  // Chapter: a shortcut.
  shortcut_name: { en: 'Shortcuts', ko: '지름길' },
  shortcut_title: { en: 'A shortcut changes the question', ko: '지름길이 문제를 바꾼다' },
  shortcut_text1: {
    en: 'Two plain layers must learn the whole mapping H(x), even where the best thing to do is nothing. That is hard: passing x on unchanged through two layers of weights takes very particular weights.',
    ko: '평범한 두 층은 사상 H(x)를 통째로 배워야 합니다. 아무것도 하지 않는 것이 가장 좋을 때도 그렇습니다. 두 층의 가중치를 거쳐 x를 그대로 내보내려면 가중치가 아주 특별해야 하므로 쉽지 않습니다.',
  },
  shortcut_text2: {
    en: 'A shortcut adds x to what the layers give. Now they learn only the difference F(x) = H(x) − x, and to do nothing, weights near zero will do.',
    ko: '지름길은 층이 내놓은 값에 x를 더합니다. 그러면 층은 차이 F(x) = H(x) − x만 배우면 되고, 아무것도 하지 않으려면 가중치가 0에 가까우면 됩니다.',
  },
  shortcut_text3: {
    en: 'On the way back the gradient takes the shortcut too, past every pair of layers, and reaches the first ones undiminished.',
    ko: '되돌아올 때는 기울기(gradient)도 지름길로 두 층씩 건너뛰어, 처음 층까지 줄어들지 않고 닿습니다.',
  },
  shortcut_look1: {
    en: 'The same 56 layers, with and without shortcuts: nothing else differs.',
    ko: '똑같은 56층을 지름길이 있을 때와 없을 때로 비교합니다. 다른 것은 모두 같습니다.',
  },
  shortcut_look2: {
    en: 'Options A, B and C come out alike: what counts is that x gets past, not that a projection learns.',
    ko: '옵션 A, B, C의 결과는 비슷합니다. 투영이 무엇을 배우느냐보다 x가 지나간다는 것이 중요합니다.',
  },
  try_options: { en: 'Compare options A, B and C', ko: '옵션 A, B, C 비교' },
  try_deepest: {
    en: '110 layers, with the paper’s warm-up',
    ko: '논문의 준비 단계(warm-up)로 110층까지',
  },

  // Chapter: what the residual branches learn.
  branches_name: { en: 'Branches', ko: '잔차 가지' },
  branches_title: {
    en: 'What the residual branches learn',
    ko: '잔차 가지는 무엇을 배우는가',
  },
  branches_text1: {
    en: 'If the best that two layers can do is close to passing x on, then F(x) = H(x) − x is small. To find a small correction is easier than to build x anew and correct it at once: small weights do it.',
    ko: '두 층이 할 수 있는 최선이 x를 거의 그대로 넘기는 것이라면 F(x) = H(x) − x는 작습니다. 작은 수정을 찾는 일은 x를 새로 만들면서 수정까지 하는 일보다 쉽습니다. 작은 가중치로 충분하니까요.',
  },
  branches_text2: {
    en: 'A shortcut changes nothing of what a network can compute, only where its training starts: near the identity, if that is near the answer. Mathematicians call this preconditioning: the same problem, put so that small steps lead to it.',
    ko: '지름길은 신경망이 계산할 수 있는 것을 바꾸지 않습니다. 학습이 출발하는 곳만 바꿉니다. 답이 항등 사상에 가깝다면 그 가까이에서 출발하는 것입니다. 같은 문제를 작은 걸음으로 풀 수 있게 고쳐 놓는 일을 수학에서는 전처리(preconditioning)라고 합니다.',
  },
  branches_text3: {
    en: 'Is the answer near the identity? The paper looked at what each trained layer puts out after batch norm, before the shortcut is added and before the ReLU. In residual networks these responses are smaller than in plain ones, and the deeper the network, the smaller: each block changes its input less.',
    ko: '답은 정말 항등 사상에 가까울까요? 논문은 학습된 층마다 배치 정규화 뒤, 지름길을 더하고 ReLU를 거치기 전의 반응을 살폈습니다. 잔차 신경망의 반응은 평범한 신경망보다 작았고, 깊을수록 더 작았습니다. 블록마다 입력을 덜 바꾸는 것입니다.',
  },
  branches_look1: {
    en: 'Sorted by size, the blue lines (residual) lie below the orange ones (plain) of the same depth.',
    ko: '큰 순서로 늘어놓으면 파란 선(잔차)이 같은 깊이의 주황 선(plain)보다 아래에 있습니다.',
  },
  branches_look2: {
    en: 'Below: how much a block adds, beside what it adds it to. At 1 they are equal; most blocks of the deeper network stay well below. It jumps where the channels double, since the shortcut brings less there.',
    ko: '맨 아래는 블록이 더하는 값과 원래 값의 비율입니다. 1이면 둘이 같고, 깊은 신경망의 블록은 대부분 1보다 훨씬 작습니다. 채널이 두 배가 되는 곳에서는 지름길로 오는 값이 적어 비율이 뛰어오릅니다.',
  },
  branches_look3: {
    en: 'While networks train, the lines are measured anew after each epoch.',
    ko: '학습하는 동안에는 에폭이 끝날 때마다 다시 측정합니다.',
  },
  try_deeperBranches: { en: '20, 56 and 110 residual layers', ko: '잔차 신경망 20, 56, 110층' },
  try_families: { en: 'Plain and residual', ko: 'plain과 residual' },
  block_alt: {
    en: 'Two blocks side by side. Left: x goes through two weight layers and becomes H(x); the gradient comes back through both. Right: a shortcut carries x around the two layers, where it is added to F(x); the gradient also comes back along the shortcut, past both layers.',
    ko: '나란히 놓인 두 블록. 왼쪽에서는 x가 가중치 층 둘을 지나 H(x)가 되고, 기울기도 두 층을 거쳐 돌아옵니다. 오른쪽에서는 지름길이 x를 두 층 밖으로 날라 F(x)에 더하고, 기울기도 지름길로 두 층을 건너뛰어 돌아옵니다.',
  },
  block_layer: { en: 'weight layer', ko: '가중치 층' },
  block_data: { en: 'data', ko: '데이터' },
  block_gradient: { en: 'gradient', ko: '기울기' },
  options_caption: {
    en: ({ depth, width }) =>
      `What to do where the channels double, in resnet-${depth} of the paper’s width ${width}`,
    ko: ({ depth, width }) =>
      `채널이 두 배가 되는 곳의 지름길(논문의 너비 ${width}, resnet-${depth})`,
  },
  options_option: { en: 'Option', ko: '옵션' },
  options_where: { en: 'Shortcut', ko: '지름길' },
  options_parameters: { en: 'Parameters', ko: '매개변수' },
  options_A: { en: 'x itself; zeros for the new channels', ko: 'x 그대로, 새 채널은 0' },
  options_B: {
    en: 'a 1×1 projection where channels double',
    ko: '채널이 두 배가 될 때만 1×1 투영',
  },
  options_C: { en: 'a 1×1 projection in every block', ko: '모든 블록에서 1×1 투영' },
  // Chapter: your own image.
  image_name: { en: 'Your image', ko: '내 이미지' },
  image_title: { en: 'Your own image', ko: '내 이미지를 보여 주면' },
  image_text1: {
    en: 'Show a network a picture of your own. Its middle square is shrunk to 32×32 pixels, the only size that these networks know, and one of ten classes has to be the answer: “none of these” is not among them.',
    ko: '신경망에 직접 고른 이미지를 보여 주십시오. 가운데 정사각형을 이 신경망들이 아는 유일한 크기인 32×32픽셀로 줄이면, 신경망은 열 클래스 가운데 하나로 답해야 합니다. “이 가운데 없음”이라는 답은 없습니다.',
  },
  image_text2: {
    en: 'Then follow it through the layers: from filters that look for edges and colours to maps that only say where something is, and on to one number for each class.',
    ko: '그다음 층을 따라가 보십시오. 경계와 색을 찾는 필터에서, 무언가 있는 자리를 알리는 맵을 거쳐, 클래스마다 숫자 하나에 이릅니다.',
  },
  image_look1: {
    en: 'The probabilities add up to 100 % even for a picture of none of the ten. How sure the network sounds says little about whether it knows.',
    ko: '열 클래스에 없는 이미지라도 확률의 합은 100 %입니다. 자신 있게 답한다고 해서 아는 것은 아닙니다.',
  },
  image_look2: {
    en: 'In the confusion matrix, cells that stand out off the diagonal: two classes that look alike at this size.',
    ko: '혼동 행렬에서 대각선 밖의 두드러진 칸은 이 크기에서 서로 닮아 보이는 두 클래스입니다.',
  },
  image_wait: { en: 'The chapter is loading.', ko: '장을 불러오는 중입니다.' },
  image_failed: {
    en: 'This part of the page could not be loaded. Check the connection and load the page again.',
    ko: '페이지의 이 부분을 불러오지 못했습니다. 연결을 확인하고 페이지를 새로 고치십시오.',
  },
  bringShort: {
    en: 'Drop the CIFAR-10 archive anywhere on this page to train on real photographs.',
    ko: 'CIFAR-10 압축 파일을 이 페이지 아무 곳에나 놓으면 실제 사진으로 학습합니다.',
  },
  bringMore: { en: 'How to bring it', ko: '가져오는 방법' },
  settings: { en: 'Settings', ko: '설정' },
  language: { en: 'Language', ko: '언어' },
  theme: { en: 'Theme', ko: '테마' },
  theme_auto: { en: 'theme: auto', ko: '테마: 자동' },
  theme_light: { en: 'theme: light', ko: '테마: 밝게' },
  theme_dark: { en: 'theme: dark', ko: '테마: 어둡게' },
  chipEngine: {
    en: ({ tier, threads }) => `${tier}, ${threads} thread${threads === 1 ? '' : 's'}`,
    ko: ({ tier, threads }) => `${tier}, 스레드 ${threads}개`,
  },
  chipArriving: {
    en: ({ share }) => `CIFAR-10 arriving${share}`,
    ko: ({ share }) => `CIFAR-10 읽는 중${share}`,
  },
  footPaper: {
    en: 'After He, Zhang, Ren and Sun, “Deep Residual Learning for Image Recognition”, 2015.',
    ko: '원논문: He, Zhang, Ren, Sun, “Deep Residual Learning for Image Recognition”, 2015.',
  },
  footLicence: {
    en: 'Residua is free software under the MIT licence.',
    ko: 'Residua는 MIT 라이선스의 자유 소프트웨어입니다.',
  },
  footPrivacy: {
    en: 'Nothing leaves this tab: everything is computed here, and no other server is asked for anything.',
    ko: '아무것도 이 탭 밖으로 나가지 않습니다. 모든 계산은 여기서 하며, 다른 서버에 아무것도 요청하지 않습니다.',
  },

  // Bringing CIFAR-10.
  bring: {
    en: 'Bring the official CIFAR-10 archive (cifar-10-binary.tar.gz or cifar-10-python.tar.gz, about 170 MB, from the CIFAR page of the University of Toronto), or its loose files. It is read here and sent nowhere.',
    ko: '공식 CIFAR-10 압축 파일(cifar-10-binary.tar.gz 또는 cifar-10-python.tar.gz, 약 170 MB, 토론토 대학교 CIFAR 페이지에서 제공)이나 풀어 놓은 파일을 가져오십시오. 여기서 읽기만 하고 어디에도 보내지 않습니다.',
  },
  choose: { en: 'Choose files', ko: '파일 고르기' },
  orDrop: { en: 'or drop them anywhere on the page', ko: '또는 페이지 아무 곳에나 놓기' },
  dropNow: {
    en: 'Drop CIFAR-10, a run for the chart, or a picture of your own',
    ko: 'CIFAR-10, 그래프에 더할 실행, 또는 내 이미지를 놓으십시오',
  },
  looking: { en: 'Looking for images kept from last time', ko: '지난번에 보관한 이미지를 찾는 중' },
  readingOf: {
    en: ({ name, done, total }) => `Reading ${name}: ${done}${total ? ` of ${total}` : ''}`,
    ko: ({ name, done, total }) => `${name} 읽는 중: ${done}${total ? ` / ${total}` : ''}`,
  },
  keeping: {
    en: 'Keeping the images for your next visit',
    ko: '다음 방문을 위해 이미지를 보관하는 중',
  },
  cancel: { en: 'Cancel', ko: '취소' },
  isHere: {
    en: ({ name, images, testImages }) =>
      `${name} is here: ${images} images for training, ${testImages} for the test.`,
    ko: ({ name, images, testImages }) =>
      `${name} 준비됨: 훈련 이미지 ${images}장, 테스트 이미지 ${testImages}장.`,
  },
  kept: {
    en: ({ size }) => `It is kept in this browser for your next visit (${size}).`,
    ko: ({ size }) => `다음 방문을 위해 이 브라우저에 보관했습니다(${size}).`,
  },
  notKept_denied: {
    en: 'This browser does not let the page keep it, so bring it again next time.',
    ko: '이 브라우저에서는 보관할 수 없어 다음에 다시 가져와야 합니다.',
  },
  notKept_full: {
    en: 'There is not enough storage left to keep it, so bring it again next time.',
    ko: '저장 공간이 모자라 보관하지 못했습니다. 다음에 다시 가져와야 합니다.',
  },
  remove: { en: 'Delete the images from this browser', ko: '이 브라우저에서 이미지 지우기' },
  forget: { en: 'Forget the images', ko: '이미지 버리기' },
  // Threads.
  threadsPossible: {
    en: 'They can be switched on here; a network may then use several cores.',
    ko: '여기서 켤 수 있습니다. 그러면 신경망 하나가 여러 코어를 쓸 수 있습니다.',
  },
  threadsOn: { en: 'Switch threads on', ko: '스레드 켜기' },
  threadsChosen: {
    en: 'Threads are on because you switched them on in this browser.',
    ko: '이 브라우저에서 켜 두어 스레드를 쓰고 있습니다.',
  },
  threadsOff: { en: 'Switch threads off', ko: '스레드 끄기' },
  threadsReload: {
    en: 'Switching reloads the page once, which clears the curves; the choice is kept.',
    ko: '바꾸면 페이지를 한 번 새로 고치며 곡선은 지워집니다. 선택은 이 브라우저에 남습니다.',
  },
  readFailed: { en: 'This could not be read as CIFAR-10.', ko: 'CIFAR-10으로 읽을 수 없습니다.' },
  useWhenDone: {
    en: 'It can be chosen as the data set when training has ended.',
    ko: '학습이 끝나면 데이터 집합으로 고를 수 있습니다.',
  },
};
