/** The workbench's texts in Korean: a text for each key of the English ones, with the same values. */

const COUNTS = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열'];
const networks = (/** @type {number} */ n) => `신경망 ${COUNTS[n] ? `${COUNTS[n]} ` : n}개`;

/** @type {import('../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  // What can be pressed.
  train: ({ count }) => `여기서 ${networks(count)} 학습시키기`,
  trainAgain: '다시 학습시키기(같은 시드)',
  trainOtherSeed: '다른 시드로',
  trainTheseAgain: ({ names }) => `다시 학습시키기: ${names}`,
  pause: '일시정지',
  resume: '이어서 학습',
  stop: '중지',
  change: '실험 바꾸기',
  closePanel: '완료',
  reset: '처음의 네 신경망으로',
  addRun: '신경망 추가',
  removeRun: ({ name }) => `${name} 빼기`,
  editRun: ({ name }) => `${name} 바꾸기`,
  locked: '학습이 끝나면 실험을 바꿀 수 있습니다.',

  // The figure.
  chartLabel_errors: '각 신경망의 오류율',
  chartLabel_loss: '각 신경망의 손실',
  chartLabel_rate: '각 신경망의 학습률',
  chartDescription: ({ vertical, horizontal, series }) =>
    `선 그래프. 세로축: ${vertical}, 가로축: ${horizontal}. ${series} 수치는 아래 표에 있습니다.`,
  chartSeries: ({ name, train, test }) => `${name}: 학습 ${train}, 테스트 ${test}.`,
  axis_errors: '오류율 (%)',
  axis_loss: '손실',
  axis_rate: '학습률',
  axis_steps: '반복 횟수',
  axis_epochs: '에폭',
  axis_seconds: '시간 (분:초)',
  axis_shares: '각 실행의 진행률 (%)',
  guessing: '무작위 추측',
  slower: '학습률 ÷ 10',
  waitingChart: '여기에 곡선이 그려집니다.',
  caption: ({ count, traits, images, testImages, data }) =>
    `${networks(count)}${traits}의 학습 오류율(가는 점선, ${data} 이미지 ${images}장)과 테스트 오류율(굵은 실선, 학습에 쓰지 않은 ${testImages}장).`,
  captionLoss: ({ count, traits, images, testImages, data }) =>
    `${networks(count)}${traits}의 학습 손실(가는 점선, ${data} 이미지 ${images}장)과 테스트 손실(굵은 실선, 학습에 쓰지 않은 ${testImages}장).`,
  captionRate: ({ count, traits }) => `${networks(count)}${traits}의 학습률.`,
  captionTraining:
    '학습 오류율은 에폭마다 이미지를 학습해 나가는 동안 센 값이라, 초반에는 테스트 오류율보다 높을 수 있음.',
  captionNumbers: '이름 옆 수치는 학습 / 테스트.',
  captionSmoothed: ({ strength }) => `학습 곡선은 평활화한 것(${strength}).`,
  captionShares: ' 길이가 다른 실행은 저마다 0~100\u202f%로 나타냄.',
  captionTraits: ({ width, noNorm }) => {
    const traits = [
      ...(width === null ? [] : [`너비 ${width}`]),
      ...(noNorm ? ['배치 정규화 없음'] : []),
    ];
    return traits.length > 0 ? `(${traits.join(', ')})` : '';
  },
  figure: '그림.',
  figureShows: '표시할 그래프',
  figureTools: '축, 기록된 실행, 저장',
  against: '가로축',
  logScale: '로그 눈금',
  smoothing: '학습 곡선 평활화',
  wholeFigure: '전체 보기',
  fullScreen: '전체 화면',
  leaveFullScreen: '전체 화면 끝내기',
  figure_errors: '오류율',
  figure_loss: '손실',
  figure_rate: '학습률',
  figure_responses: '층의 반응',
  figure_layers: '층별 신호',
  layersLabel: '각 신경망의 층별 활성값과 기울기',
  layers_activation: '활성값의 제곱평균제곱근',
  layers_gradient: '가중치 기울기의 제곱평균제곱근',
  layer: '층',
  layersSeries: ({ name, firstActivation, lastActivation, firstGradient, lastGradient }) =>
    `${name}: 활성값은 첫 층 ${firstActivation}, 마지막 층 ${lastActivation}; 기울기는 ${firstGradient}, ${lastGradient}.`,
  captionLayers: ({ count, traits, data }) =>
    `${networks(count)}${traits}를 ${data} 이미지로 학습할 때 층마다 흐르는 신호. 실선은 최근 단계, 점선은 첫 단계. 눈금은 로그이며, ▾와 ▴는 축 범위를 벗어난 값.`,

  // The figure's cursor.
  cursorLabel:
    '그래프의 값: 왼쪽·오른쪽 화살표로 따라가고, 위·아래 화살표로 실행을 바꾸고, Esc로 나갑니다',
  cursorLabelZoom:
    '그래프의 값: 왼쪽·오른쪽 화살표로 따라가고, 위·아래 화살표로 실행을 바꾸고, +로 확대하고, -로 되돌리고, Esc로 나갑니다',
  cursorKind: '그래프',
  at_steps: ({ at }) => `반복 ${at}회`,
  at_epochs: ({ at }) => `${at}에폭`,
  at_seconds: ({ at }) => `${at} 시점`,
  at_shares: ({ at }) => `실행의 ${at}\u202f%`,
  atLayerOnly: ({ layer }) => `${layer}번째 층`,
  responseShort: '반응',
  atLayer: ({ layer, step }) => `${layer}번째 층, ${step}단계`,
  activationShort: '활성값',
  gradientShort: '기울기',

  // Responses of the layers.
  responsesLabel: '각 신경망의 층의 반응의 표준편차와 블록이 더하는 값의 크기',
  responses_order: '반응의 표준편차, 층 순서대로',
  responses_sorted: '반응의 표준편차, 큰 순서대로',
  responses_ratio: '그 층에서 끝나는 블록의 |F(x)| / |x|',
  responsesSeries: ({ name, mean }) => `${name}: 층 평균 ${mean}.`,
  responsesSeriesRecorded: ({ name, mean }) => `${name}(기록): 층 평균 ${mean}.`,
  responsesSmaller: ({ plain, residual, plainMean, residualMean }) =>
    `반응의 표준편차는 층 평균으로 ${residual} ${residualMean}, ${plain} ${plainMean}입니다. 잔차 신경망의 반응이 더 작습니다.`,
  responsesLarger: ({ plain, residual, plainMean, residualMean }) =>
    `반응의 표준편차는 층 평균으로 ${residual} ${residualMean}, ${plain} ${plainMean}입니다. 여기서는 잔차 신경망의 반응이 더 작지 않습니다.`,
  captionResponses: ({ count, traits, data }) =>
    `${networks(count)}${traits}의 3×3 층 반응의 크기. 최근 에폭 뒤 ${data} 테스트 이미지로 측정. 논문 그림 7처럼 배치 정규화 뒤, 숏컷을 더하고 ReLU를 거치기 전의 값. ▾와 ▴는 축 범위를 벗어난 값.`,
  captionRecordedResponses: ({ count, data, width, images, epochs, own }) =>
    `미리 기록한 것: ${data} 이미지 ${images}장으로 ${epochs}에폭 학습하고 테스트 이미지 10,000장으로 측정한 ${networks(count)}(너비 ${width}). 여기서 학습하면 나타날 것: ${own}`,
  captionFadedResponses: ({ data, width, epochs, own }) =>
    `여기서 학습한 것: ${own} 흐린 선은 ${data}에서 미리 기록한 별개의 실행(너비 ${width}, ${epochs}에폭)으로, 그 테스트 이미지로 측정.`,

  // Recorded runs.
  recordedName: ({ name }) => `${name}(기록)`,
  recordedLonger: ({ name, epochs }) => `${name}, ${epochs}에폭`,
  paperLine: ({ name, error }) => `논문: ${name}  ${error}`,
  chartSeriesRecorded: ({ name, train, test }) => `${name}(기록): 학습 ${train}, 테스트 ${test}.`,
  tagRecorded: ({ name }) => `기록, ${name}`,
  tagFaded: ({ name }) => `흐린 선: 기록, ${name}`,
  showRecordedErrors: '기록된 실행과 논문의 테스트 오류율',
  showRecorded: '기록된 실행',
  or: ' 또는 ',
  captionMarks: ' 오른쪽 눈금은 논문 표 6의 테스트 오류율.',
  what_errors: '학습 오류율(점선)과 테스트 오류율(실선)',
  what_loss: '학습 손실(점선)과 테스트 손실(실선)',
  what_rate: '학습률',
  captionRecorded: ({ what, count, data, width, images, epochs, marks, own }) =>
    `${data}에서 미리 기록한 ${networks(count)}(너비 ${width}, 이미지 ${images}장, ${epochs}에폭)의 ${what}.${marks} 여기서 학습하면 나타날 것: ${own}`,
  captionFaded: ({ data, width, images, epochs, marks, shares, own }) =>
    `여기서 학습한 것: ${own} 흐린 선은 ${data}에서 미리 기록한 별개의 실행(너비 ${width}, 이미지 ${images}장, ${epochs}에폭).${shares}${marks}`,
  recordedTicks: '기록된 에폭별 수치',
  synthetic: '합성',
  syntheticData: '합성 데이터',
  synthetic_all: '합성 데이터',
  synthetic_some: '일부 합성 데이터',
  seeds: ({ name, count }) => `${name}, 시드 ${count}개`,
  captionSeeds: '시드만 다른 실행은 평균과 최저·최고 사이의 띠로 나타냄.',
  caption_file: ({ runs }) => `파일에서 가져옴: ${runs}.`,
  caption_link: ({ runs }) => `링크에서 가져옴(에폭마다): ${runs}.`,
  caption_before: ({ runs }) => `전에 여기서 학습: ${runs}.`,
  origin: ({ name, epochs, images, data }) => `${name}(${data} 이미지 ${images}장, ${epochs}에폭)`,
  sharedLabel: ({ count }) => `신경망 ${count}개`,
  overSeeds: '시드를 평균과 띠로',
  saveSvg: 'SVG로 저장',
  savePng: 'PNG로 저장',
  saveCsv: '수치를 CSV로 저장',

  // The table of runs.
  runs: '학습하는 신경망',
  network: '신경망',
  progress: '진행',
  trainError: '학습 오류율',
  testError: '테스트 오류율',
  speed: '초당 이미지',
  left: '남은 시간',
  timeLeft: ({ time }) => `${time} 남음`,
  takes: ({ time }) => `약 ${time}`,
  roughSeconds: ({ count }) => `${count}초`,
  roughMinutes: ({ count }) => `${count}분`,
  roughHours: ({ count }) => `${count}시간`,
  epochOf: ({ epoch, epochs }) => `에폭 ${epoch}/${epochs}`,
  state_ready: '준비됨',
  state_waiting: '차례를 기다리는 중',
  state_hidden: '그래프에서 숨김',
  from_file: '파일',
  from_link: '링크에서',
  from_before: '이전 실행',
  state_starting: '시작하는 중',
  state_running: '학습 중',
  state_paused: '일시정지',
  state_finished: '완료',
  state_stopped: '중지됨',
  state_diverged: '발산',
  state_failed: '실패',

  // What can be done with a run.
  tools: '도구',
  toolsOf: ({ name }) => `${name} 도구`,
  runName: '이름',
  onChart: '그래프에 표시',
  saveRun: '학습 기록 저장(JSON)',
  saveWeights: '가중치 저장(safetensors)',
  deleteRun: '삭제',
  takeOut: '실험에서 빼기',
  copiesOf: ({ name }) => `한 가지만 바꾼 ${name} 복사본(값이 여럿이면 스윕)`,
  copyField: '바꿀 항목',
  copyValues: '값',
  copySeeds: '값마다 시드 수',
  copyProblem: ({ value, among }) =>
    `“${value}”: 쓸 수 없는 값입니다. ${among ? `쓸 수 있는 값은 ${among}이며, ` : '값은 '}쉼표로 나누십시오.`,
  copiesThere: '이미 실험에 있는 신경망입니다. 다른 값을 고르십시오.',
  copiesTooMany: ({ most }) => `${networks(most)}까지 더할 수 있습니다. 값이나 시드를 줄이십시오.`,
  addCopies: '추가',
  addSomeCopies: ({ count }) => `${networks(count)} 추가`,
  openRuns: '학습 기록 불러오기',
  linkUnread: '이 페이지가 모르는 부분이 링크에 있어 제외했습니다.',
  runRefused: ({ name }) => `${name}: 그래프에 넣을 수 없습니다.`,
  runsRefused: ({ count }) => `그 밖의 파일 ${count}개도 넣을 수 없습니다.`,
  readingRuns: ({ done, total }) => `학습 기록 읽는 중: 파일 ${total}개 중 ${done}개`,
  cancel: '취소',
  said_notRead: '읽기를 취소했습니다. 추가된 학습 기록은 없습니다.',
  said_joined: ({ name }) => `${name}: 그래프에 더했습니다.`,
  runsTooMany: ({ count, most }) =>
    `그래프에는 파일에서 가져온 실행을 ${most}개까지만 넣을 수 있는데 ${count}개가 됩니다. 더 적게 추가하거나 먼저 일부를 삭제하세요.`,
  said_there: ({ name }) => `${name}: 이미 그래프에 있습니다.`,
  said_deleted: ({ name }) => `${name}: 삭제했습니다.`,
  said_takenOut: ({ name }) => `${name}: 실험에서 뺐습니다. 학습한 실행은 그대로 있습니다.`,
  said_reset: '처음의 네 신경망으로 돌아왔습니다. 학습한 실행은 그대로 있습니다.',
  goOn: '이어서 학습',
  said_stopped: ({ names }) => `${names}: 학습을 멈췄습니다.`,
  said_undone: '되돌렸습니다.',
  said_notUndone: '다른 탭에서 이 실행을 쓰고 있어 지금은 되돌릴 수 없습니다.',
  undo: '되돌리기',
  dismiss: '알림 닫기',
  said_added: ({ count }) => `${networks(count)}를 추가했습니다.`,

  groupsCaption: '시드 n개의 오류율(%): 평균 ± 표본 표준편차',
  forAll: '모든 신경망에서',
  said_setAll: ({ field, count }) => `‘${field}’ 값을 모두 바꾸었습니다: ${networks(count)}.`,
  presets: '준비된 실험:',
  preset_figure6: '그림 6 축소판',
  preset_table6: '표 6',
  preset_noNorm: '배치 정규화 없음',
  preset_pictures: '내 사진',
  preset_fast: '쓸 만한 분류기',
  preset_fastIn: ({ time }) => `쓸 만한 분류기, 약 ${time}`,
  said_preset: ({ name }) => `‘${name}’ 실험을 열었습니다. 학습한 실행은 그대로 있습니다.`,

  // Runs that have ended, by experiment.
  kept: ({ count }) => `여기서 학습한 실행: ${count}개`,
  keptSize: ({ used, most }) => `(${most} 중 ${used} 사용)`,
  keptNote: ({ most }) =>
    `실행과 가중치는 지울 때까지 이 브라우저에 남습니다. 모두 합해 ${most}까지 보관하며, 넘으면 오래된 것부터 지웁니다.`,
  keptNoteHere: () => '이 실행들은 페이지를 닫을 때까지 남습니다.',
  keptGone: ({ names, most }) => `${most}를 넘지 않도록 오래된 실행을 지웠습니다: ${names}.`,
  keptPress: ({ when, images, data, epochs, lr }) =>
    `${when}: ${data} 이미지 ${images}장, ${epochs}에폭, 학습률 ${lr}`,
  keptOpen: '이 실험 열기',
  keptErrors: ({ train, test }) => `학습 ${train}, 테스트 ${test}`,
  keptNot: '이 탭에만 있음',
  keptRun: '학습 기록(JSON)',
  keptWeights: '가중치',
  renameRun: '이름 바꾸기',
  nameOf: ({ name }) => `${name}: 새 이름`,
  said_notRenamed: '다른 탭에서 이 실행을 쓰고 있어 새 이름을 저장하지 못했습니다.',

  // Links, and whether runs end as a link has said.
  copyLink: '링크 복사',
  copyCurves: '곡선까지 담아 복사',
  curvesTooLong:
    '이 곡선들을 담은 링크는 8 KB를 넘으므로 실행을 파일로 저장합니다. 링크를 연 사람이 그 파일을 페이지에 끌어다 놓으면 됩니다.',
  linkedName: ({ name }) => `링크의 ${name}`,
  linkCopied: '링크를 복사했습니다',
  linkByHand: '이 브라우저에서는 페이지가 복사할 수 없습니다. 링크는 다음과 같습니다.',
  linkAddress: '이 실험의 링크',
  asInLink_same: '링크와 같음',
  asInLink_other: '링크와 다름',
  reproduction: '링크의 실행',
  promised:
    '링크에는 실행마다 모든 손실값의 다이제스트가 들어 있습니다. 여기서 학습시켜 비교해 보십시오.',
  reproduced: ({ count }) =>
    count === 1
      ? '실행이 링크와 똑같이 끝났습니다. 모든 단계의 손실값이 비트까지 같습니다.'
      : `실행 ${COUNTS[count] ?? count}${COUNTS[count] ? ' ' : ''}개가 모두 링크와 똑같이 끝났습니다. 모든 단계의 손실값이 비트까지 같습니다.`,
  reproducedNot: '링크와 다르게 끝난 실행이 있습니다.',
  digestSame: '링크와 여기가 같음',
  digestThere: '링크',
  digestHere: '여기',
  digestWaits: '링크',
  digest: ({ trajectory, tier, numerics }) =>
    `모든 손실값의 다이제스트: ${trajectory} (${tier}, 수치 버전 ${numerics})`,
  why_tier: ({ there, here }) =>
    `링크는 ‘${there}’, 여기는 ‘${here}’로 계산해 반올림이 다릅니다. 비교하려면 기기에서 ‘${there}’를 고르십시오.`,
  why_relaxed:
    'relaxed SIMD는 기기의 하드웨어에 따라 반올림이 다릅니다. ‘SIMD’는 어디서나 비트까지 같습니다.',
  why_numerics: ({ thereVersion, hereVersion }) =>
    `링크는 Residua의 다른 버전에서 만들었습니다(수치 버전 ${thereVersion}, 여기는 ${hereVersion}).`,
  why_images: '링크에는 이미지가 들어 있지 않으므로, 여기서 쓴 이미지가 다를 수 있습니다.',
  why_unknown:
    '링크의 내용으로는 까닭을 알 수 없습니다. 링크가 고쳐졌거나 어느 한쪽 기기의 계산이 틀렸을 수 있습니다.',

  // The table of ticks.
  ticks: '에폭별 수치',
  ticksCaption: ({ data }) => `각 에폭 뒤의 오류율(%), ${data}`,
  noTicks: '아직 끝난 에폭이 없습니다.',
  epoch: '에폭',
  trainShort: '학습',
  testShort: '테스트',

  // The panel.
  panel: '실험',
  group_network: '신경망',
  group_training: '학습',
  group_data: '데이터',
  group_machine: '기기',
  paperHead: '논문의 값',
  paper: '논문: ',
  field_family: '종류',
  field_depth: '깊이',
  field_width: '너비',
  field_shortcut: '숏컷',
  field_norm: '정규화',
  field_init: '가중치 초기화',
  field_sigma: '표준편차',
  field_seed: '시드',
  field_from: '시작 가중치',
  field_frozenStages: '고정할 단계 수',
  field_mean: '입력 평균',
  field_std: '입력 표준편차',
  field_orderSeed: '순서 시드',
  field_nesterov: '네스테로프 모멘텀',
  field_noDecayNorm: '정규화와 편향은 감쇠 제외',
  field_labelSmoothing: '레이블 스무딩',
  field_clip: '기울기 노름 상한',
  field_ema: '가중치 평균(EMA)',
  field_mixup: 'mixup',
  field_cutout: 'cutout',
  field_augmentSeed: '증강 시드',
  field_classWeights: '클래스 가중치',
  field_epochs: '에폭',
  field_lr: '학습률',
  field_schedule: '학습률 스케줄',
  field_batchSize: '배치',
  field_augment: '데이터 증강',
  field_weightDecay: '가중치 감쇠',
  field_momentum: '모멘텀',
  field_data: '데이터셋',
  field_images: '훈련 데이터',
  field_testImages: '테스트 데이터',
  field_tier: '명령어 집합',
  field_threads: '신경망별 스레드',
  unit_depth: '층',
  unit_width: '채널',
  unit_batchSize: '장',
  unit_images: '장',
  unit_testImages: '장',
  family_plain: '일반(plain)',
  family_residual: '잔차(residual)',
  shortcut_A: 'A: 0으로 채움',
  shortcut_B: 'B: 커질 때 투영',
  shortcut_C: 'C: 모두 투영',
  norm_batch: '배치 정규화',
  norm_none: '없음',
  init_he: 'He',
  init_xavier: 'Xavier',
  init_gaussian: '가우스',
  schedule_step: '한 번 낮춤',
  schedule_paper: '두 번 낮춤',
  schedule_cosine: '코사인',
  schedule_constant: '고정',
  schedule_triangle: '삼각형',
  augment_none: '없음',
  augment_flip: '좌우 뒤집기',
  'augment_crop-flip': '자르기와 뒤집기',
  'augment_shift-flip': '밀기와 뒤집기',
  data_synthetic: '합성',
  data_cifar10: 'CIFAR-10',
  switch_on: '켬',
  switch_off: '끔',
  tier_auto: '자동(가장 빠름)',
  tier_scalar: 'SIMD 없음',
  tier_simd128: 'SIMD',
  tier_relaxed: 'relaxed SIMD',
  threads_auto: '코어를 나눔',
  syntheticNote:
    '합성 이미지는 프로그램이 그린 열 가지 그림입니다. 사진이 아니며, 그 오류율은 논문의 값과 다릅니다.',
  noCifar:
    '이 실험에는 CIFAR-10이 필요한데 아직 없습니다. 받거나, 파일을 페이지에 놓거나, 합성 이미지를 고르십시오.',
  tooFewImages: ({ images, testImages }) =>
    `이 데이터셋에는 훈련 이미지 ${images}장과 테스트 이미지 ${testImages}장이 있습니다. 더 많이 쓸 수 없습니다.`,
  batchTooLarge: ({ batch, images }) =>
    `배치 ${batch}장이 훈련 데이터 ${images}장보다 큽니다. 둘 중 하나를 바꾸십시오.`,
  wrongValue: ({ field, name, problem }) =>
    `학습을 시작할 수 없습니다. ${name ? `${name}의 ` : ''}‘${field}’ 값이 올바르지 않습니다. ${problem}`,
  showProblem: '고치러 가기',
  problem_number: '수를 쓰십시오.',
  problem_integer: '정수를 쓰십시오.',
  problem_name: 'resnet20처럼 가중치의 이름을 쓰십시오.',
  problem_choice: '목록에서 고르십시오.',
  problem_list: '수를 쉼표로 나누어 쓰십시오.',
  problem_range: ({ min, max }) => `${min}에서 ${max}까지.`,
  memory: ({ total, networks: nets, images }) =>
    `필요한 메모리: ${total} (신경망 ${nets}, 이미지 ${images})`,
  memoryUnknown: '필요한 메모리: 계산하는 중',
  engine: ({ tier, threads }) => `${tier}, 신경망마다 스레드 ${threads}개`,
  engineMissing: '엔진 없음',
  enginePending: '엔진을 불러오는 중',
  noThreads: '이 페이지에서는 스레드를 나눌 수 없어 신경망마다 하나만 씁니다.',

  // The planner.
  group_planner: '이 기기에서 가능한 규모',
  plan_minutes: '시간',
  plan_mebibytes: '메모리',
  unit_minutes: '분',
  unit_mebibytes: 'MiB',
  measureMachine: '속도 측정',
  measureAgain: '다시 측정',
  measuring: '측정하는 중: 작은 신경망을 몇 초 동안 학습시킵니다.',
  said_measured: '측정을 마쳤습니다.',
  measureFailed: '측정하지 못했습니다.',
  planCaption: ({ count, images }) =>
    `${networks(count)}${count === 1 ? '로' : '를 함께'} 이미지 ${images}장을 학습시킬 때 가능한 에폭 수와 메모리. 누르면 실험을 그렇게 바꿉니다.`,
  planDepth: '층',
  planWidth: ({ width }) => `너비 ${width}`,
  planCell: ({ depth, width }) => `${depth}층, 너비 ${width}:`,
  planEpochs: '에폭,',
  planLacks_memory: '메모리 부족',
  planLacks_time: '시간 부족',
  planNote: ({ spread }) =>
    `속도는 이 배치로 너비마다 14층 신경망에서 측정했고, 측정하는 동안 최대 ±${spread} 달라졌습니다. 다른 깊이는 곱셈 수로 어림했으며, 신경망들이 코어를 나누는 것과 에폭마다 하는 테스트도 셈에 넣었습니다. 메모리는 정확한 값입니다.`,

  // What is announced, and what went wrong.
  said_started: ({ count }) => `${networks(count)}의 학습을 시작했습니다.`,
  said_paused: '일시정지했습니다.',
  said_resumed: '학습을 이어 갑니다.',
  said_finished: ({ name, train, test }) =>
    `${name} 완료: 학습 오류율 ${train}, 테스트 오류율 ${test}.`,
  leadDiverged: ({ name }) =>
    `${name}: 값이 한없이 커져(발산) 학습을 멈췄습니다. 학습률을 낮추거나 배치 정규화를 쓰면 대개 나아집니다.`,
  leadMemory: ({ name }) => `${name}: 메모리가 모자랍니다. 다른 신경망에는 영향이 없습니다.`,
  leadFailed: ({ name }) => `${name}: 학습을 계속할 수 없습니다.`,
  failed_engine: '엔진이 시작되지 않았습니다.',
  failed_plan: '이 실험은 학습할 수 없습니다.',
  failed_resume:
    '중단된 실행을 학습시키던 이미지와 다른 이미지여서 이어 갈 수 없습니다. 같은 이미지를 가져오거나 실행을 버리십시오.',
  failed_images: '이미지를 가져오지 못했습니다.',
  noSimdTitle: '이 브라우저에서는 아직 실행할 수 없습니다',
  noSimd:
    '여기서 학습하려면 WebAssembly SIMD가 필요합니다. Chrome 91, Firefox 89, Safari 16.4부터 있는 기능입니다. 브라우저를 업데이트하거나 다른 브라우저로 열어 주십시오. 잠금(lockdown)이나 고보안 모드에서는 꺼져 있을 수 있습니다.',
  tryScalar: 'SIMD 없이 느리게 해 보기',

  // Runs that are kept while they are trained.
  interrupted: ({ when }) => `${when}에 여기서 학습이 중단되었습니다.`,
  interruptedAt: ({ name, epoch, epochs }) => `${name} 에폭 ${epoch}/${epochs}`,
  interruptedEnded: ({ name }) => `${name} 끝남`,
  interruptedNew: ({ name }) => `${name} 처음부터`,
  interruptedImages:
    'CIFAR-10으로 학습하던 것인데 지금은 없습니다. 다시 가져오면 이어 갈 수 있습니다.',
  resumeRuns: '이어서 학습',
  discardRuns: '버리기',
  said_discarded: '중단된 실행을 버렸습니다.',
  said_notDiscarded:
    '다른 탭에서 쓰고 있거나 브라우저가 허용하지 않아 실행을 지우지 못했습니다. 이 페이지의 다른 탭을 닫고 다시 해 보십시오.',
  unreadableRuns: ({ when }) =>
    `${when}에 이 브라우저에 보관한 실행을 읽을 수 없습니다. 파일이 없거나 손상되었거나, 다른 버전의 페이지에서 만든 것입니다. 지울 때까지 저장 공간을 차지합니다.`,
  removeRuns: '지우기',
  elsewhere: ({ names }) => `이 브라우저의 다른 탭에서 학습 중: ${names}.`,
  otherArithmetic: ({ names }) =>
    `이전과 다른 연산(명령어, 합성곱 방식 또는 버전)으로 이어 감: ${names}. 학습은 이어지지만 중단되지 않았을 때와 비트까지 같지는 않습니다.`,
  notKept_missing: '이 브라우저에는 실행을 보관할 곳이 없어, 탭을 닫으면 사라집니다.',
  notKept_denied: '이 브라우저에서는 실행을 보관할 수 없어, 탭을 닫으면 사라집니다.',
  notKept_full:
    '저장 공간이 모자라 실행을 더 보관하지 못합니다. 지금부터 학습한 것은 탭을 닫으면 사라집니다. 아래에서 실행을 지우거나 다른 사이트의 데이터를 지우면 자리가 생깁니다.',

  // What happened, under the chart.
  happenedTitle: '여기서 일어난 일',
  pairWorse: ({ deep, shallow, deepError, shallowError }) =>
    `학습 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}입니다. 더 깊은 신경망이 훈련 데이터조차 더 못 맞추므로, 과적합이 아닙니다.`,
  pairBetter: ({ deep, shallow, deepError, shallowError }) =>
    `학습 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}입니다. 여기서는 더 깊은 신경망이 더 잘 맞춥니다.`,
  pairEqual: ({ deep, shallow, deepError, shallowError }) =>
    `학습 오류율은 ${deep} ${deepError}, ${shallow} ${shallowError}로, 우연이라 할 만한 차이입니다.`,
  pairSame: ({ deep, shallow, deepError }) =>
    `학습 오류율은 ${deep}, ${shallow} 모두 ${deepError}입니다.`,
  pairLess: ({ deep, shallow, deepError, shallowError, less, more }) =>
    `숏컷이 있으면 ${deep} ${deepError}, ${shallow} ${shallowError}로, 깊어지며 오른 오류율이 ${more}%p가 아니라 ${less}%p입니다.`,
  shortcutsAtDepth: ({ depth, plainError, residualError }) =>
    `${depth}층에서 숏컷은 학습 오류율을 ${plainError}에서 ${residualError}로 낮췄습니다.`,
  shortcutsNot: ({ depth, plainError, residualError }) =>
    `${depth}층의 학습 오류율은 숏컷이 없을 때 ${plainError}, 있을 때 ${residualError}로, 우연이라 할 만한 차이를 넘어 낮아지지 않았습니다.`,
  optionsAlike: ({ depth, errors }) =>
    `${depth}층에서 옵션들의 학습 오류율은 ${errors}로, 우연이라 할 만한 차이입니다.`,
  optionsApart: ({ depth, errors }) =>
    `${depth}층에서 옵션들의 학습 오류율은 ${errors}로, 차이가 뚜렷합니다.`,
  notShown:
    '이번에는 논문의 결과가 다 나타나지는 않았습니다. 우연인지는 “다른 시드로” 더 학습해 보면 알 수 있습니다.',
  activationRatios: ({ ratios }) =>
    `첫 단계에서 마지막 층의 활성값을 첫 층의 활성값으로 나눈 값: ${ratios}.`,
  gradientRatios: ({ ratios }) =>
    `첫 단계에서 첫 층의 기울기를 마지막 층의 기울기로 나눈 값: ${ratios}.`,
  ratioIn: ({ name, ratio }) => `${name} ${ratio}`,
  endedAt: ({ name, train, test }) => `${name}: 학습 오류율 ${train}, 테스트 오류율 ${test}.`,
  divergedOnes: ({ names }) =>
    `발산한 신경망: ${names}. 학습률을 낮추거나 배치 정규화를 쓰면 대개 나아집니다.`,
  stoppedEarly: ({ names }) => `끝나기 전에 중지됨: ${names}. 그때까지의 곡선은 남아 있습니다.`,
  caveatSynthetic:
    '합성 이미지와 작은 신경망으로 한 번 학습한 결과이며, 시드를 바꾸면 오류율이 몇 %p씩, 깊은 plain 신경망에서는 그보다 더 달라집니다.',
  caveatSeedsSynthetic: '합성 이미지와 작은 신경망으로 얻은, 위 시드들의 평균입니다.',
  caveatSeeds: '작은 신경망으로 얻은, 위 시드들의 평균입니다.',
  caveat: '작은 신경망으로 한 번 학습한 결과이며, 시드를 바꾸면 오류율이 몇 %p씩 달라집니다.',
};
