/** The texts of the panel of own pictures in Korean: a text for each key of the English ones, with the same
 * values. */

/** 그 비율이면 몇 장마다 한 장인가. @type {Record<string, string>} */
const NTH = { 0.1: '열', 0.2: '다섯', 0.25: '네', 0.5: '두' };

/** @type {import('../../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  title: '내 사진으로 학습하기',
  close: '닫기',
  intro:
    '클래스가 둘 이상인 사진을 가져와 여기서 신경망을 학습시키십시오. 사진은 이 브라우저 밖으로 나가지 않습니다.',

  // Sets.
  setsTitle: '이 브라우저에 보관된 데이터셋',
  setFacts: ({ classes, images, testImages, size }) =>
    `클래스 ${classes}개, 훈련 ${images}장, 테스트 ${testImages}장, ${size}`,
  notKept: '이번 방문에만',
  inUse: '사용 중',
  use: '사용',
  useOf: ({ name }) => `${name} 사용`,
  rename: '이름 바꾸기',
  renameOf: ({ name }) => `${name} 이름 바꾸기`,
  newNameOf: ({ name }) => `${name}: 새 이름`,
  nameTaken: '다른 데이터셋의 이름입니다. 쓰지 않는 이름을 고르십시오.',
  remove: '지우기',
  removeOf: ({ name }) => `${name} 지우기`,

  // The set that is used.
  setTitle: ({ name }) => `“${name}”`,
  seenText: '신경망이 실제로 보는 이미지입니다. 사진마다 가운데 정사각형을 32×32픽셀로 줄였습니다.',
  classCounts: ({ images, testImages }) => `훈련 ${images}장, 테스트 ${testImages}장`,
  classShown: ({ name, shown }) => `${name} 클래스의 처음 ${shown}장`,
  moreClasses: ({ count }) => `그 밖의 클래스 ${count}개`,
  looking: '이미지를 살펴보는 중입니다.',
  heldOut: ({ share }) =>
    share === 0
      ? '테스트용으로 떼어 둔 이미지가 없어 테스트 오류율은 나오지 않습니다.'
      : `테스트 폴더가 없으므로 클래스마다 ${NTH[share] ? `${NTH[share]} 장에 한 장` : `${Math.round(share * 100)}\u202f%`}을 테스트용으로 떼어 둡니다.`,
  ownTest: '테스트 이미지는 데이터셋에 들어 있던 것입니다.',
  holdOut: '테스트용 비율',
  holdOutNone: '없음',
  skipped: ({ count }) => `건너뛴 파일 ${count}개`,
  moreSkipped: ({ count }) => `그 밖에 ${count}개`,
  warnFew: ({ names, least }) =>
    `훈련 이미지가 ${least}장보다 적은 클래스가 있습니다: ${names}. 이렇게 적으면 결과가 우연에 좌우됩니다. 빛과 각도를 달리해 클래스마다 20장 이상 모으면 더 좋습니다.`,
  warnUntested: ({ names }) =>
    `테스트 이미지가 없는 클래스가 있어 테스트 오류율이 그 클래스에 대해서는 아무것도 말해 주지 않습니다: ${names}. 사진을 더하거나 비율을 높이십시오.`,
  warnUneven: ({ most, least }) =>
    `클래스 사이의 차이가 큽니다(가장 많음: ${most}, 가장 적음: ${least}). 신경망이 많은 쪽으로 지나치게 자주 답하게 됩니다.`,
  warnTooFew: ({ images, least }) =>
    `학습하려면 이미지가 ${least}장 이상 있어야 하는데 ${images}장뿐입니다. 사진을 더하십시오.`,
  extend: '사진이나 클래스 더하기',

  // Collecting.
  collect: '여기서 클래스 모으기',
  collectTitle: '클래스 모으기',
  collectText:
    '클래스마다 이름을 붙이십시오. 그런 다음 카메라로 비추며 버튼을 누르고 있거나 파일에서 사진을 고르십시오.',
  setName: '데이터셋 이름',
  ownName: '내 사진',
  className: '클래스',
  classNumber: ({ number }) => `클래스 ${number}`,
  addClass: '클래스 추가',
  removeClass: ({ name }) => `${name} 클래스 빼기`,
  pictures: ({ count }) => `${count}장`,
  hold: '누르는 동안 촬영',
  holdOf: ({ name }) => `누르는 동안 ${name} 촬영`,
  addFiles: '파일 추가',
  removeLast: '마지막 한 장 빼기',
  startCamera: '카메라 쓰기',
  stopCamera: '카메라 끄기',
  cameraStarting: '카메라를 기다리는 중입니다. 브라우저가 먼저 물을 수 있습니다.',
  cameraSees: '카메라에 보이는 것',
  keep: '데이터셋으로 보관',
  cancel: '취소',
  needClasses: '클래스가 둘 이상 있어야 합니다.',
  needNames: '모든 클래스에 이름을 붙이십시오.',
  needOtherName: ({ name }) => `이름이 같은 클래스가 둘 있습니다(${name}). 하나를 바꾸십시오.`,
  needPictures: ({ name }) => `아직 사진이 없는 클래스: ${name}.`,
  waiting: ({ count }) => `클래스가 정해지지 않은 사진이 ${count}장 있습니다. 어느 클래스입니까?`,
  putInto: ({ name }) => `넣을 클래스: ${name}`,
  newClass: '새 클래스',
  putIntoNew: '이 클래스에 넣기',
  lookOnly: '신경망으로 한 장만 살펴보기',
  dropWaiting: '버리기',

  // Training.
  trainTitle: '학습',
  fineTune: '기록된 resnet20 미세 조정',
  fromNothing: '처음부터 학습',
  frozen: '고정할 단계 수',
  whyFew: ({ few }) =>
    `미세 조정은 CIFAR-10 사진 50,000장으로 학습한 신경망에서 시작합니다. 여기에는 클래스마다 이미지가 ${few}장보다 적으므로 기본으로 세 단계 가운데 처음 두 단계를 고정합니다. 적은 이미지로는 그 단계가 거의 나아지지 않고, 고정하면 학습이 더 빠릅니다.`,
  whyMany:
    '미세 조정은 CIFAR-10 사진 50,000장으로 학습한 신경망에서 시작합니다. 여기에는 모든 가중치를 학습시킬 만큼 이미지가 있으므로 기본으로 아무 단계도 고정하지 않습니다.',
  training: ({ name, epoch, epochs, error }) =>
    `${name}: ${epochs}에폭 가운데 ${epoch}${error ? `, 테스트 오류율 ${error}` : ''}`,
  showChart: '그래프 보기',
  stop: '중지',

  // Trying.
  trialTitle: '시험하기',
  trialNone: '이 데이터셋으로 신경망을 학습시키면 여기서 다른 사진으로 시험할 수 있습니다.',
  network: '신경망',
  choosePictures: '사진 고르기',
  orDrop: '또는 여기에 놓기',
  trialFailed: '이 신경망을 시험하지 못했습니다.',
  answerOf: ({ name }) => `${name}에 대한 답`,
  cameraPicture: '카메라의 사진',
  class: '클래스',
  probability: '확률',

  // Taking it away.
  awayTitle: '가져가기',
  saveWeights: '가중치 저장(safetensors)',
  saveOnnx: 'ONNX로 저장',
  snippetText: ({ file }) =>
    `내 페이지에서 이 신경망을 쓰는 코드입니다. ${file} 파일, 그리고 패키지의 dist 폴더를 residua라는 이름으로 복사한 것과 나란히 웹 서버에 두십시오.`,
  copy: '코드 복사',
  copied: '복사했습니다',

  // What is announced.
  said_kept: ({ name }) => `${name} 데이터셋을 보관했고 지금부터 사용합니다.`,
  said_answer: ({ name, answer, share }) => `${name}: ${answer}, ${share}.`,
};
