/** The texts of <residua-image> in Korean: a text for each key of the English ones, with the same values. */

/** @type {import('../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  // The network.
  network: '신경망',
  noNetwork: '아직 없음',
  from_page: '이 페이지에서 학습',
  from_kept: '이 브라우저에 보관됨',
  from_recorded: '기록된 신경망',
  from_file: '파일',
  chooseNetwork: '가중치 파일 열기',
  networkFacts: ({ family, depth, width, parameters, memory }) =>
    `${family === 'plain' ? 'plain' : '잔차'} ${depth}층, 너비 ${width}, 매개변수 ${parameters}개. 테스트할 때 메모리 ${memory}를 씁니다.`,
  trainedOn: ({ images, data }) => `${data} 이미지 ${images}장으로 학습했습니다.`,
  trainedOnSet: ({ data }) => `${data} 이미지로 학습했습니다.`,
  trainedUnknown: '무엇으로 학습했는지는 파일에 적혀 있지 않습니다.',
  synthetic: '합성',
  knows_shapes: '아는 것은 그려진 도형 열 가지뿐이라, 무엇을 보여 주든 도형으로 답합니다.',
  knows_cifar10: 'CIFAR-10의 열 클래스를 압니다.',
  knowsNamed: ({ names }) => `아는 클래스: ${names}.`,
  knows_numbers: ({ count }) => `클래스가 ${count}개이며, 그 이름은 파일에 없습니다.`,
  normalisationQuestion: '파일에 이미지 정규화 방법이 적혀 있지 않습니다. 다음으로 봅니다:',
  normalisation_cifar10: ({ numbers }) => `CIFAR-10 (${numbers})`,
  'normalisation_cifar10-popular': ({ numbers }) => `CIFAR-10, 흔히 쓰이는 값 (${numbers})`,
  normalisation_cifar100: ({ numbers }) => `CIFAR-100 (${numbers})`,
  normalisation_imagenet: ({ numbers }) => `ImageNet (${numbers})`,
  normalisation_half: ({ numbers }) => `-1에서 1까지 (${numbers})`,
  kindQuestion: '클래스:',
  kind_cifar10: 'CIFAR-10의 클래스',
  kind_shapes: '합성 도형',
  kind_numbers: '그 밖(번호로)',
  firstPress:
    '이미지를 볼 신경망이 필요합니다. 가중치 파일을 열거나, 여기서 작은 신경망에 합성 도형 열 가지를 1분 안에 가르치십시오.',
  trainSmall: '여기서 작은 신경망 학습시키기',
  training: ({ share }) => `합성 도형으로 학습하는 중: ${share}`,
  loading: '신경망을 불러오는 중입니다.',
  stop: '중지',
  cancel: '취소',

  // The picture.
  picture: '이미지',
  choosePicture: '이미지 고르기',
  useCamera: '카메라 쓰기',
  orDrop: '또는 놓거나 붙여 넣기(Ctrl+V)',
  private:
    '이미지는 이 탭을 떠나지 않습니다. 여기서 줄여서 보기만 하고 어디에도 보관하지 않습니다.',
  viewfinder: '카메라에 보이는 모습',
  cameraStarting: '카메라를 기다리는 중입니다. 브라우저가 허락을 물을 수 있습니다.',
  shoot: '찍기',
  fromCamera: '카메라로 찍은 이미지',
  camera_denied:
    '카메라를 쓸 수 없습니다. 주소 옆의 브라우저 설정에서 이 페이지에 카메라를 허용하거나, 이미지를 고르십시오.',
  camera_absent: '카메라를 찾지 못했습니다. 연결하고 다시 해 보거나, 이미지를 고르십시오.',
  camera_taken:
    '카메라가 응답하지 않습니다. 다른 프로그램이 쓰고 있으면 그것을 닫고 다시 해 보거나, 이미지를 고르십시오.',
  noPicture: '이미지를 고르거나, 놓거나, 붙여 넣으십시오. 신경망의 답이 여기에 나타납니다.',
  refused_empty: ({ name }) =>
    `${name}: 빈 파일(0바이트)입니다. 복사가 끊겼을 수 있으니 다시 가져오십시오.`,
  refused_tooManyBytes: ({ name, there, most }) =>
    `${name}: ${there} MB입니다. ${most} MB까지 읽을 수 있으니 더 작게 저장해 주십시오.`,
  refused_tooManyPixels: ({ name, there, most }) =>
    `${name}: ${there}메가픽셀입니다. 메모리를 아끼려고 ${most}메가픽셀까지만 풀므로, 더 작게 저장해 주십시오.`,
  refused_svg: ({ name }) =>
    `${name}: SVG 그림에는 픽셀이 없습니다. PNG로 내보내어 그것을 고르십시오.`,
  refused_otherKind: ({ name, kind }) =>
    `${name}: ${kind} 파일입니다. 여기서는 PNG, JPEG, WebP, GIF, BMP, AVIF만 읽으므로 그 가운데 하나로 저장해 주십시오.`,
  refused_noPicture: ({ name }) =>
    `${name}: 이미지가 아닙니다. PNG, JPEG, WebP, GIF, BMP, AVIF 파일을 고르십시오.`,
  refused_animated: ({ name }) => `${name}: 움직이는 이미지입니다. 한 장면만 저장해서 고르십시오.`,
  refused_worker: ({ name }) =>
    `${name}: 페이지의 일부를 불러오지 못했거나 멈추어 읽을 수 없습니다.`,
  refused_broken: ({ name }) =>
    `${name}: 파일이 손상되었거나 잘려서 풀 수 없습니다. 다시 가져오십시오.`,
  failed_engine: '엔진이 시작되지 않았습니다.',
  failed_network: '이 신경망을 열 수 없습니다.',
  failed_look: '이미지를 보지 못했습니다.',
  failed_test: '테스트를 계속할 수 없습니다.',
  failed_train: '학습시키지 못했습니다.',

  // The answer.
  figure: '그림.',
  seen: '신경망이 보는 그대로의 이미지, 가로세로 32픽셀',
  captionOwn: ({ picture }) =>
    `신경망이 보는 그대로, 정사각형 부분을 32×32픽셀로 줄인 이미지(${picture})와`,
  captionSample: ({ sample }) =>
    `신경망이 보는 그대로, 정사각형 부분을 32×32픽셀로 줄인 사진(${sample})과`,
  credit: ({ author, licence }) => `사진: ${author}, ${licence}, scikit-image에서 가져옴.`,
  licence_cc0: 'CC0',
  licence_publicDomain: '퍼블릭 도메인',
  original: '전체 이미지',
  square: ({ x, y }) => `신경망이 보는 정사각형, 왼쪽에서 ${x}, 위에서 ${y}`,
  squareSize: '정사각형 크기',
  squareKeys: '정사각형을 끌거나 화살표 키로 옮기고, +와 −로 크기를 바꿉니다.',
  pixels: ({ count }) => `${count}픽셀`,
  captionTest: ({ data, given }) => `${data} 테스트 이미지(정답: ${given})와`,
  captionAnswer: ({ network }) => `신경망(${network})이 클래스마다 매긴 확률.`,
  barsCaption: '클래스별 확률',
  class: '클래스',
  probability: '확률',
  given: '(정답)',
  photographs: '사진으로:',
  sample_cat: '고양이',
  sample_rocket: '로켓',
  samples: '테스트 이미지로:',
  samplesSynthetic: '합성 테스트 이미지로:',
  sample: ({ number, given }) => `테스트 이미지 ${number}, 정답 ${given}`,

  // Inside.
  filtersTitle: '첫 층이 찾는 것',
  filtersText: ({ count }) =>
    `첫 층의 필터 ${count}개는 빨강·초록·파랑을 3×3픽셀씩 봅니다. 그래서 필터마다 작은 색 그림으로 그릴 수 있습니다. 밝고 어두움이 갈리면 경계를, 색이 갈리면 색의 변화를 찾는 필터입니다.`,
  filtersScale: ({ largest }) =>
    `모든 필터의 눈금이 같습니다. 중간 회색이 0, 가장 진한 색이 가장 큰 가중치 ±${largest}입니다.`,
  filtersDead: ({ count }) =>
    `필터 ${count}개는 온통 회색인 죽은 필터입니다. 학습하는 동안 이런 필터의 출력은 거의 모든 이미지에서 0보다 작아졌습니다. ReLU가 이를 0으로 만들어 가중치를 바꿀 기울기가 돌아오지 않았고, 가중치 감쇠만 남아 가중치를 0으로 줄였습니다. 신경망은 이 필터 없이 작동합니다.`,
  dead: ({ number }) => `${number}, 죽음`,
  filtersLabel: ({ count, largest, dead }) =>
    `3×3픽셀 색 필터 ${count}개, 그중 죽은 필터 ${dead}개. 회색은 0, 가장 큰 가중치는 ${largest}`,
  mapsTitle: '층의 반응',
  mapsText:
    '활성 맵은 층의 한 채널이 이미지의 어디에 반응하는지 보여 줍니다. 깊이 갈수록 맵의 픽셀은 줄고 수는 늘어납니다. 맵을 누르면 아래에서 그 채널을 따라갑니다.',
  layer: '층',
  stageOption: ({ number, size }) => `${number}단계, ${size}×${size}`,
  layerOption: ({ number, name, width, height, channels }) =>
    `${number}: ${name} (${width}×${height}, ${channels}개)`,
  mapsScale: ({ width, height, channels, largest }) =>
    `ReLU를 지난 ${width}×${height} 맵 ${channels}개를 평균이 큰 것부터 보입니다. 눈금은 모두 같습니다. 검정이 0, 흰색이 이 층의 최댓값 ${largest}이고, 그 사이는 제곱근에 비례합니다.`,
  mapsFirst: ({ count }) => `가장 강한 ${count}개를 보입니다.`,
  mapsSilent: ({ count }) =>
    `맵 ${count}개는 어디서나 0입니다. 이 이미지에서 ReLU를 통과한 값이 없습니다.`,
  channel: ({ number }) => `채널 ${number}`,
  partsFailed:
    '이 페이지의 일부를 불러오지 못했습니다. 연결을 확인하고 페이지를 다시 불러오십시오.',
  mapsLabel: ({ name, channels, width, height, largest }) =>
    `${name}의 활성 맵: ${width}×${height}픽셀 채널 ${channels}개, 0에서 ${largest}까지`,
  mapsNone: '이미지를 넣으면 나타납니다.',

  // The test.
  testTitle: '어디서 틀리는가',
  testText:
    '학습에 쓰지 않은, 정답이 있는 이미지로 어느 클래스를 어느 클래스로 잘못 보는지 셀 수 있습니다.',
  test: ({ count, data }) => `${data} 이미지 ${count}장으로 테스트`,
  testing: ({ count, data }) => `${data} 이미지 ${count}장으로 테스트하는 중`,
  testNeeds: 'CIFAR-10이 필요한데 여기에 없습니다. 아래에서 받거나 파일을 가져오십시오.',
  testNone: '이 클래스의 테스트 이미지가 여기에 없습니다.',
  testResult: ({ wrong, total, error, data }) =>
    `${data} 테스트 이미지 ${total}장 가운데 ${wrong}장을 틀렸습니다(${error}).`,
  matrix: '혼동 행렬',
  matrixCaption:
    '정답(행)과 신경망의 답(열)에 따른 이미지 수. 색이 짙을수록 그 행에서 차지하는 몫이 큽니다.',
  classError: '오류율',
  mistakesTitle: '가장 자신 있게 틀린 답',
  mistakesText: '틀린 답을 확률이 높은 것부터 보입니다. 누르면 위에서 자세히 볼 수 있습니다.',
  mistakesNone: '틀린 답이 없습니다.',
  mistakesSynthetic: '프로그램이 그린 합성 이미지입니다.',
  mistake: ({ number }) => `테스트 이미지 ${number} 자세히 보기. 답:`,
  labelled: ({ label }) => `정답: ${label}`,

  // What is announced.
  said_network: ({ name }) => `${name}: 불러왔습니다.`,
  said_training: '작은 신경망의 학습을 시작했습니다.',
  said_answer: ({ answer, probability }) => `답은 ${answer}, ${probability}입니다.`,
  said_tested: ({ wrong, total, error }) =>
    `테스트 완료: ${total}장 가운데 ${wrong}장 틀림, ${error}.`,
};
