/** The texts of <residua-drawing> in Korean: a text for each key of the English ones, with the same values. */

/** @type {import('../../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  title: '신경망 구조',
  text: ({ name, layers, parameters }) =>
    `${name}: 가중치가 있는 층 ${layers}개, 매개변수 ${parameters}개. 상자 하나가 정규화와 ReLU가 붙은 3×3 합성곱이며, 번호는 층 그래프의 번호와 같습니다. 마지막 층은 전결합층입니다. 상자를 누르면 그 층이 하는 일을 볼 수 있습니다.`,
  legend_plain: '일반(plain) 신경망에는 숏컷이 없습니다. 층마다 바로 앞 층의 출력만 봅니다.',
  legend_residual:
    '호는 숏컷 연결입니다. x를 두 층 너머 더하기 기호로 옮기고, 거기서 ReLU 앞에 더합니다. 점선: 픽셀을 하나씩 건너뛴 x이며 새 채널은 0입니다(옵션 A). 1×1: 투영입니다(옵션 B와 C).',
  label: ({ name }) => `${name}의 층별 그림`,
  input: '3 × 32 × 32',
  stem: ({ channels }) => `채널 ${channels}개로`,
  stage: ({ number, size, channels }) => `${number}단계: ${channels} × ${size} × ${size}`,
  stageFacts: ({ blocks, parameters }) => `블록 ${blocks}개, 매개변수 ${parameters}개`,
  layer: ({ number, name }) => `층 ${number}, ${name}`,
  layerText: ({ number, name, inputs, outputs, stride, size, weights, rest }) =>
    `${number}층, ${name}: 3×3, 채널 ${inputs}개에서 ${outputs}개로, 스트라이드 ${stride}. ${size}×${size} 맵 ${outputs}개를 냅니다. 가중치 ${weights}개, 정규화나 편향의 매개변수 ${rest}개.`,
  layers: ({ first, last }) => `${first} … ${last}`,
  open: '블록 펼치기',
  equal: ({ count }) => `같은 블록 ${count}개`,
  end: ({ features }) => `모든 픽셀의 평균: 수 ${features}개`,
  endFacts: ({ classes, parameters }) => `전결합층: 클래스 ${classes}개, 매개변수 ${parameters}개`,
};
