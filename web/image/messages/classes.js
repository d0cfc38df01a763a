/** Names of the classes of CIFAR-10 and of the synthetic images, by language. */

const en = /** @satisfies {import('../../ui/messages.js').Texts} */ ({
  numbered: ({ index }) => `class ${index}`,
  airplane: 'airplane',
  automobile: 'automobile',
  bird: 'bird',
  cat: 'cat',
  deer: 'deer',
  dog: 'dog',
  frog: 'frog',
  horse: 'horse',
  ship: 'ship',
  truck: 'truck',
  disc: 'disc',
  ring: 'ring',
  square: 'square',
  triangle: 'triangle',
  cross: 'cross',
  star: 'star',
  heart: 'heart',
  crescent: 'crescent',
  ladder: 'ladder',
  dots: 'dots',
});

/** @type {import('../../ui/messages.js').Translation<typeof en>} */
const ko = {
  numbered: ({ index }) => `클래스 ${index}`,
  airplane: '비행기',
  automobile: '자동차',
  bird: '새',
  cat: '고양이',
  deer: '사슴',
  dog: '개',
  frog: '개구리',
  horse: '말',
  ship: '배',
  truck: '트럭',
  disc: '원판',
  ring: '고리',
  square: '정사각형',
  triangle: '삼각형',
  cross: '십자',
  star: '별',
  heart: '하트',
  crescent: '초승달',
  ladder: '사다리',
  dots: '점무늬',
};

export const classMessages = { en, ko };
