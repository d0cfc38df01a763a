/** The texts of <residua-why> in Korean: a text for each key of the English ones, with the same values. */

/** @type {import('../../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  title: '이 답의 이유',
  failed: '신경망에 물을 수 없습니다.',
  camText:
    '이 신경망은 모든 자리의 평균과 전결합층 하나로 끝나므로, 클래스의 로짓은 자리마다의 값을 평균한 것입니다. 클래스 활성화 맵은 마지막 층의 8×8 자리가 저마다 내는 값을 보여 줍니다. 추정이 아니라, 맵의 평균에 편향을 더하면 그대로 로짓입니다.',
  occlusionText:
    '가림은 다르게 묻습니다. 이미지를 한 부분씩 평균색 정사각형으로 가리며 로짓이 얼마나 떨어지는지 봅니다. 마지막 층의 자리는 저마다 제 넓이보다 넓은 부분을 보므로, 두 맵이 꼭 같지는 않습니다.',
  class: '클래스',
  colours: '초록은 그 클래스에 유리한 곳, 보라는 불리한 곳이며, 이미지는 회색으로 보입니다.',
  cam: '클래스 활성화 맵.',
  camCaption: ({ name, mean, bias, logit, largest }) =>
    `${name}: 평균 ${mean} + 편향 ${bias} = 로짓 ${logit}. 가장 진한 색은 모든 클래스의 최댓값 ±${largest}.`,
  camLabel: ({ name, height, width, row, column }) =>
    `클래스 활성화 맵(${name}), ${height}×${width}; 최댓값은 ${row}행 ${column}열`,
  occlusion: '가림.',
  occlusionCaption: ({ name, size, count, largest }) =>
    `${name}: ${size}×${size}픽셀을 ${count}곳에서 하나씩 가릴 때 로짓이 잃는 값. 가장 진한 색은 모든 클래스의 최댓값 ±${largest}.`,
  occlusionLabel: ({ name, height, width, row, column }) =>
    `가림 맵(${name}), ${height}×${width}; 로짓이 가장 많이 떨어지는 곳은 ${row}행 ${column}열`,
  cover: '한 부분씩 가려 보기',
  covering: ({ share }) => `한 부분씩 가리는 중: ${share}`,
  cancel: '취소',
};
