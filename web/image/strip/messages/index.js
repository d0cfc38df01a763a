/** The texts of <residua-strip>, by language. */

const en = /** @satisfies {import('../../../ui/messages.js').Texts} */ ({
  title: 'The training images.',
  synthetic: 'They are made up: a program draws ten shapes, so these images are synthetic.',
  titleOfExperiments: 'The experiments’ images.',
  syntheticHere:
    'They are made up: a program draws ten shapes, so these images are synthetic. The recorded networks were trained on CIFAR-10.',
  of: ({ name, images }) => `${name}: ${images} images, each with its class.`,
});

/** @type {import('../../../ui/messages.js').Translation<typeof en>} */
const ko = {
  title: '훈련 이미지.',
  synthetic: '프로그램이 도형 열 가지를 그려 만든 합성 이미지입니다.',
  titleOfExperiments: '실험에 쓰는 이미지.',
  syntheticHere:
    '프로그램이 도형 열 가지를 그려 만든 합성 이미지입니다. 미리 기록한 신경망은 CIFAR-10으로 학습했습니다.',
  of: ({ name, images }) => `${name}: 클래스가 하나씩 붙은 이미지 ${images}장입니다.`,
};

export const stripMessages = { en, ko };
