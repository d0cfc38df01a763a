/** The texts of <residua-inside> in Korean: a text for each key of the English ones, with the same values. */

/** @type {import('../../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  network: '신경망',
  untrained: '아직 학습하지 않았으며, 가중치는 학습을 시작할 때의 값입니다',
  training: ({ step }) => `학습 중, 반복 ${step}회; 맵도 함께 바뀝니다`,
  trained: '학습을 마쳤습니다',
  failed: '신경망 속을 볼 수 없습니다.',
  waiting: '학습 이미지가 나오면 맵도 나타납니다.',
  mapsTitle: ({ layer }) => `${layer}층의 반응`,
  mapsText:
    '맵은 한 채널이 지금 이미지의 어디에 반응하는지 보여 줍니다. 위에서 다른 학습 이미지를 누르면 그 이미지로 바뀝니다.',
  mapsScale: ({ count, largest }) =>
    `ReLU를 지난 맵 ${count}개를 평균이 큰 것부터 보입니다. 눈금은 모두 같아 검정이 0, 흰색이 ${largest}, 그 사이는 제곱근에 비례합니다.`,
  silent: ({ count }) => `이 층의 맵 ${count}개는 어디서나 0입니다.`,
  mapsLabel: ({ layer, count, largest }) => `${layer}층의 활성 맵 ${count}개, 0에서 ${largest}까지`,
  atHand: '지금 이미지',
};
