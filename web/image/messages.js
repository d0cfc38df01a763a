/** Every word of the chapter's figure, in every language, side by side. */

/** @type {import('../lab/messages/messages.js').Table} */
export const IMAGE = {
  // The network.
  network: { en: 'Network', ko: '신경망' },
  noNetwork: { en: 'none yet', ko: '아직 없음' },
  from_page: { en: 'Trained on this page', ko: '이 페이지에서 학습' },
  from_recorded: { en: 'Recorded', ko: '기록된 신경망' },
  from_file: { en: 'From a file', ko: '파일' },
  chooseNetwork: { en: 'Open a file of weights', ko: '가중치 파일 열기' },
  networkFacts: {
    en: ({ family, depth, width, parameters, memory }) =>
      `${family === 'plain' ? 'Plain' : 'Residual'}, ${depth} layers, width ${width}, ${parameters} parameters; takes ${memory} of memory in a test.`,
    ko: ({ family, depth, width, parameters, memory }) =>
      `${family === 'plain' ? 'plain' : '잔차'} ${depth}층, 너비 ${width}, 매개변수 ${parameters}개. 테스트할 때 메모리 ${memory}를 씁니다.`,
  },
  trainedOn: {
    en: ({ images, data }) => `Trained on ${images} ${data} images.`,
    ko: ({ images, data }) => `${data} 이미지 ${images}장으로 학습했습니다.`,
  },
  trainedUnknown: {
    en: 'The file does not say what it was trained on.',
    ko: '무엇으로 학습했는지는 파일에 적혀 있지 않습니다.',
  },
  synthetic: { en: 'synthetic', ko: '합성' },
  knows_shapes: {
    en: 'All it knows are ten drawn shapes, so whatever you show it, it answers with a shape.',
    ko: '아는 것은 그려진 도형 열 가지뿐이라, 무엇을 보여 주든 도형으로 답합니다.',
  },
  knows_cifar10: {
    en: 'It knows the ten classes of CIFAR-10.',
    ko: 'CIFAR-10의 열 클래스를 압니다.',
  },
  knowsNamed: {
    en: ({ names }) => `It knows: ${names}.`,
    ko: ({ names }) => `아는 클래스: ${names}.`,
  },
  knows_numbers: {
    en: ({ count }) => `It has ${count} classes, whose names the file does not hold.`,
    ko: ({ count }) => `클래스가 ${count}개이며, 그 이름은 파일에 없습니다.`,
  },
  kindQuestion: { en: 'Its classes are', ko: '클래스:' },
  kind_cifar10: { en: 'those of CIFAR-10', ko: 'CIFAR-10의 클래스' },
  kind_shapes: { en: 'the synthetic shapes', ko: '합성 도형' },
  kind_numbers: { en: 'others (numbered)', ko: '그 밖(번호로)' },
  firstPress: {
    en: 'A network is needed to look at your picture. Train one in an earlier chapter, open a file of weights, or let a small one learn ten synthetic shapes here, in less than a minute.',
    ko: '이미지를 볼 신경망이 필요합니다. 앞 장에서 학습시키거나, 가중치 파일을 열거나, 여기서 작은 신경망에 합성 도형 열 가지를 1분 안에 가르치십시오.',
  },
  trainSmall: { en: 'Train a small network here', ko: '여기서 작은 신경망 학습시키기' },
  training: {
    en: ({ share }) => `Training on synthetic shapes: ${share}`,
    ko: ({ share }) => `합성 도형으로 학습하는 중: ${share}`,
  },
  loading: { en: 'The network is loading.', ko: '신경망을 불러오는 중입니다.' },
  stop: { en: 'Stop', ko: '중지' },
  cancel: { en: 'Cancel', ko: '취소' },

  // The picture.
  picture: { en: 'Picture', ko: '이미지' },
  choosePicture: { en: 'Choose a picture', ko: '이미지 고르기' },
  useCamera: { en: 'Use the camera', ko: '카메라 쓰기' },
  orDrop: {
    en: 'or drop or paste one (Ctrl+V)',
    ko: '또는 놓거나 붙여 넣기(Ctrl+V)',
  },
  private: {
    en: 'Your picture never leaves this tab: it is made small and looked at here, and kept nowhere.',
    ko: '이미지는 이 탭을 떠나지 않습니다. 여기서 줄여서 보기만 하고 어디에도 보관하지 않습니다.',
  },
  viewfinder: { en: 'What the camera sees', ko: '카메라에 보이는 모습' },
  cameraStarting: {
    en: 'Waiting for the camera; the browser may ask you first.',
    ko: '카메라를 기다리는 중입니다. 브라우저가 허락을 물을 수 있습니다.',
  },
  shoot: { en: 'Take the picture', ko: '찍기' },
  fromCamera: { en: 'the camera’s picture', ko: '카메라로 찍은 이미지' },
  camera_denied: {
    en: 'The camera may not be used here. Allow it for this page in the browser’s settings (beside the address), or choose a picture instead.',
    ko: '카메라를 쓸 수 없습니다. 주소 옆의 브라우저 설정에서 이 페이지에 카메라를 허용하거나, 이미지를 고르십시오.',
  },
  camera_absent: {
    en: 'No camera was found. Connect one and try again, or choose a picture instead.',
    ko: '카메라를 찾지 못했습니다. 연결하고 다시 해 보거나, 이미지를 고르십시오.',
  },
  camera_taken: {
    en: 'The camera does not answer; another program may be using it. Close that program and try again, or choose a picture instead.',
    ko: '카메라가 응답하지 않습니다. 다른 프로그램이 쓰고 있으면 그것을 닫고 다시 해 보거나, 이미지를 고르십시오.',
  },
  noPicture: {
    en: 'Choose, drop or paste a picture: what the network makes of it will appear here.',
    ko: '이미지를 고르거나, 놓거나, 붙여 넣으십시오. 신경망의 답이 여기에 나타납니다.',
  },
  refused_empty: {
    en: ({ name }) =>
      `${name} is empty (0 bytes). The copy may have been cut off; please fetch it again.`,
    ko: ({ name }) => `${name}: 빈 파일(0바이트)입니다. 복사가 끊겼을 수 있으니 다시 가져오십시오.`,
  },
  refused_tooManyBytes: {
    en: ({ name, there, most }) =>
      `${name} has ${there} MB, and at most ${most} MB are read. Save it smaller and try again.`,
    ko: ({ name, there, most }) =>
      `${name}: ${there} MB입니다. ${most} MB까지 읽을 수 있으니 더 작게 저장해 주십시오.`,
  },
  refused_tooManyPixels: {
    en: ({ name, there, most }) =>
      `${name} has ${there} megapixels, and at most ${most} are decoded, to spare the memory of this tab. Save it smaller and try again.`,
    ko: ({ name, there, most }) =>
      `${name}: ${there}메가픽셀입니다. 메모리를 아끼려고 ${most}메가픽셀까지만 풀므로, 더 작게 저장해 주십시오.`,
  },
  refused_svg: {
    en: ({ name }) =>
      `${name} is an SVG drawing, which has no pixels of its own. Export it as PNG and choose that.`,
    ko: ({ name }) => `${name}: SVG 그림에는 픽셀이 없습니다. PNG로 내보내어 그것을 고르십시오.`,
  },
  refused_otherKind: {
    en: ({ name, kind }) =>
      `${name} is a ${kind} file; only PNG, JPEG and WebP are read here. Save it as one of them and try again.`,
    ko: ({ name, kind }) =>
      `${name}: ${kind} 파일입니다. 여기서는 PNG, JPEG, WebP만 읽으므로 그 가운데 하나로 저장해 주십시오.`,
  },
  refused_noPicture: {
    en: ({ name }) => `${name} is not a picture. Choose a PNG, JPEG or WebP file.`,
    ko: ({ name }) => `${name}: 이미지가 아닙니다. PNG, JPEG, WebP 파일을 고르십시오.`,
  },
  refused_animated: {
    en: ({ name }) =>
      `${name} moves, and a network looks at one picture. Save a single frame of it.`,
    ko: ({ name }) => `${name}: 움직이는 이미지입니다. 한 장면만 저장해서 고르십시오.`,
  },
  refused_broken: {
    en: ({ name }) =>
      `${name} cannot be decoded: the file is damaged or cut off. Please fetch it again.`,
    ko: ({ name }) => `${name}: 파일이 손상되었거나 잘려서 풀 수 없습니다. 다시 가져오십시오.`,
  },
  failed_engine: { en: 'The engine did not start.', ko: '엔진이 시작되지 않았습니다.' },
  failed_network: {
    en: 'This network could not be opened.',
    ko: '이 신경망을 열 수 없습니다.',
  },
  failed_look: {
    en: 'The network could not look at the picture.',
    ko: '이미지를 보지 못했습니다.',
  },
  failed_test: { en: 'The test could not go on.', ko: '테스트를 계속할 수 없습니다.' },
  failed_train: { en: 'The network could not be trained.', ko: '학습시키지 못했습니다.' },

  // The answer.
  figure: { en: 'Figure.', ko: '그림.' },
  seen: {
    en: 'The picture as the network sees it, 32 by 32 pixels',
    ko: '신경망이 보는 그대로의 이미지, 가로세로 32픽셀',
  },
  captionOwn: {
    en: ({ picture }) => `The middle square of ${picture} at 32×32 pixels, as the network sees it,`,
    ko: ({ picture }) =>
      `신경망이 보는 그대로, 가운데를 정사각형으로 잘라 32×32픽셀로 줄인 이미지(${picture})와`,
  },
  captionTest: {
    en: ({ data, given }) => `A ${data} test image, labelled ${given},`,
    ko: ({ data, given }) => `${data} 테스트 이미지(정답: ${given})와`,
  },
  captionAnswer: {
    en: ({ network }) => `and the probability that ${network} gives to each class.`,
    ko: ({ network }) => `${network}가 클래스마다 매긴 확률.`,
  },
  barsCaption: { en: 'Probability of each class', ko: '클래스별 확률' },
  class: { en: 'class', ko: '클래스' },
  probability: { en: 'probability', ko: '확률' },
  given: { en: '(label)', ko: '(정답)' },
  samples: { en: 'Or a test image:', ko: '테스트 이미지로:' },
  samplesSynthetic: { en: 'Or a synthetic test image:', ko: '합성 테스트 이미지로:' },
  sample: {
    en: ({ number, given }) => `Test image ${number}, labelled ${given}`,
    ko: ({ number, given }) => `테스트 이미지 ${number}, 정답 ${given}`,
  },

  // Inside.
  filtersTitle: { en: 'What the first layer looks for', ko: '첫 층이 찾는 것' },
  filtersText: {
    en: ({ count }) =>
      `The ${count} filters of the first layer look at red, green and blue, 3×3 pixels at a time, so each can be drawn as a tiny colour picture: light against dark is an edge, one colour against another a change of hue.`,
    ko: ({ count }) =>
      `첫 층의 필터 ${count}개는 빨강·초록·파랑을 3×3픽셀씩 봅니다. 그래서 필터마다 작은 색 그림으로 그릴 수 있습니다. 밝고 어두움이 갈리면 경계를, 색이 갈리면 색의 변화를 찾는 필터입니다.`,
  },
  filtersScale: {
    en: ({ largest }) =>
      `One scale for all: mid-grey is 0, full colour ±${largest}, the largest weight. A filter that is grey all over was given up in training.`,
    ko: ({ largest }) =>
      `모든 필터의 눈금이 같습니다. 중간 회색이 0, 가장 진한 색이 가장 큰 가중치 ±${largest}입니다. 온통 회색인 필터는 학습 중에 쓰이지 않게 된 것입니다.`,
  },
  filtersLabel: {
    en: ({ count, largest }) =>
      `${count} filters of 3 by 3 pixels in colour; grey is 0, the largest weight ${largest}`,
    ko: ({ count, largest }) => `3×3픽셀 색 필터 ${count}개. 회색은 0, 가장 큰 가중치는 ${largest}`,
  },
  mapsTitle: { en: 'What a layer answers', ko: '층의 응답' },
  mapsText: {
    en: 'An activation map shows where in the picture one channel of a layer responds. Go deeper, and the maps grow fewer in pixels and more in number.',
    ko: '활성 맵은 층의 한 채널이 이미지의 어디에 반응하는지 보여 줍니다. 깊이 갈수록 맵의 픽셀은 줄고 수는 늘어납니다.',
  },
  layer: { en: 'Layer', ko: '층' },
  layerOption: {
    en: ({ number, name, width, height, channels }) =>
      `${number}: ${name} (${channels} of ${width}×${height})`,
    ko: ({ number, name, width, height, channels }) =>
      `${number}: ${name} (${width}×${height}, ${channels}개)`,
  },
  mapsScale: {
    en: ({ width, height, channels, largest }) =>
      `${channels} maps of ${width}×${height}, after the ReLU, on one scale: black is 0, white ${largest}, the largest of this layer, and grey the square root between.`,
    ko: ({ width, height, channels, largest }) =>
      `ReLU를 지난 ${width}×${height} 맵 ${channels}개, 눈금은 모두 같습니다. 검정이 0, 흰색이 이 층의 최댓값 ${largest}이고, 그 사이는 제곱근에 비례합니다.`,
  },
  mapsFirst: {
    en: ({ count }) => `The first ${count} are shown.`,
    ko: ({ count }) => `처음 ${count}개를 보입니다.`,
  },
  mapsLabel: {
    en: ({ name, channels, width, height, largest }) =>
      `Activation maps of ${name}: ${channels} channels of ${width} by ${height} pixels, from 0 to ${largest}`,
    ko: ({ name, channels, width, height, largest }) =>
      `${name}의 활성 맵: ${width}×${height}픽셀 채널 ${channels}개, 0에서 ${largest}까지`,
  },
  mapsNone: { en: 'They will appear with a picture.', ko: '이미지를 넣으면 나타납니다.' },

  // The test.
  testTitle: { en: 'Where it errs', ko: '어디서 틀리는가' },
  testText: {
    en: 'On images with labels that it was not trained on, one can count which class it takes for which.',
    ko: '학습에 쓰지 않은, 정답이 있는 이미지로 어느 클래스를 어느 클래스로 잘못 보는지 셀 수 있습니다.',
  },
  test: {
    en: ({ count, data }) => `Test it on ${count} ${data} images`,
    ko: ({ count, data }) => `${data} 이미지 ${count}장으로 테스트`,
  },
  testing: {
    en: ({ count, data }) => `Testing on ${count} ${data} images`,
    ko: ({ count, data }) => `${data} 이미지 ${count}장으로 테스트하는 중`,
  },
  testNeeds: {
    en: 'This takes CIFAR-10, which is not here yet: drop the archive on the page.',
    ko: 'CIFAR-10이 필요한데 아직 없습니다. 압축 파일을 페이지에 놓으십시오.',
  },
  testNone: {
    en: 'There are no test images here for these classes.',
    ko: '이 클래스의 테스트 이미지가 여기에 없습니다.',
  },
  testResult: {
    en: ({ wrong, total, error, data }) =>
      `${wrong} of ${total} ${data} test images wrong: ${error}.`,
    ko: ({ wrong, total, error, data }) =>
      `${data} 테스트 이미지 ${total}장 가운데 ${wrong}장을 틀렸습니다(${error}).`,
  },
  matrix: { en: 'Confusion matrix', ko: '혼동 행렬' },
  matrixCaption: {
    en: 'Images by label (rows) and answer (columns). The fuller its colour, the larger a share of its row.',
    ko: '정답(행)과 신경망의 답(열)에 따른 이미지 수. 색이 짙을수록 그 행에서 차지하는 몫이 큽니다.',
  },
  classError: { en: 'error', ko: '오류율' },
  mistakesTitle: { en: 'The most confident mistakes', ko: '가장 자신 있게 틀린 답' },
  mistakesText: {
    en: 'Its wrong answers, the most probable first. Press one to look at it above.',
    ko: '틀린 답을 확률이 높은 것부터 보입니다. 누르면 위에서 자세히 볼 수 있습니다.',
  },
  mistakesNone: { en: 'It has made none.', ko: '틀린 답이 없습니다.' },
  mistakesSynthetic: {
    en: 'These are synthetic images, drawn by a program.',
    ko: '프로그램이 그린 합성 이미지입니다.',
  },
  mistake: {
    en: ({ number }) => `Look at test image ${number}. Answer:`,
    ko: ({ number }) => `테스트 이미지 ${number} 자세히 보기. 답:`,
  },
  labelled: { en: ({ label }) => `label: ${label}`, ko: ({ label }) => `정답: ${label}` },

  // What is announced.
  said_network: {
    en: ({ name }) => `${name} is ready to look.`,
    ko: ({ name }) => `${name}: 준비되었습니다.`,
  },
  said_training: {
    en: 'Training of a small network has started.',
    ko: '작은 신경망의 학습을 시작했습니다.',
  },
  said_answer: {
    en: ({ answer, probability }) => `The answer is ${answer}, ${probability}.`,
    ko: ({ answer, probability }) => `답은 ${answer}, ${probability}입니다.`,
  },
  said_tested: {
    en: ({ wrong, total, error }) => `Tested: ${wrong} of ${total} wrong, ${error}.`,
    ko: ({ wrong, total, error }) => `테스트 완료: ${total}장 가운데 ${wrong}장 틀림, ${error}.`,
  },

  // The classes of CIFAR-10 and of the synthetic images.
  class_numbered: { en: ({ index }) => `class ${index}`, ko: ({ index }) => `클래스 ${index}` },
  class_airplane: { en: 'airplane', ko: '비행기' },
  class_automobile: { en: 'automobile', ko: '자동차' },
  class_bird: { en: 'bird', ko: '새' },
  class_cat: { en: 'cat', ko: '고양이' },
  class_deer: { en: 'deer', ko: '사슴' },
  class_dog: { en: 'dog', ko: '개' },
  class_frog: { en: 'frog', ko: '개구리' },
  class_horse: { en: 'horse', ko: '말' },
  class_ship: { en: 'ship', ko: '배' },
  class_truck: { en: 'truck', ko: '트럭' },
  class_disc: { en: 'disc', ko: '원판' },
  class_ring: { en: 'ring', ko: '고리' },
  class_square: { en: 'square', ko: '정사각형' },
  class_triangle: { en: 'triangle', ko: '삼각형' },
  class_cross: { en: 'cross', ko: '십자' },
  class_star: { en: 'star', ko: '별' },
  class_heart: { en: 'heart', ko: '하트' },
  class_crescent: { en: 'crescent', ko: '초승달' },
  class_ladder: { en: 'ladder', ko: '사다리' },
  class_dots: { en: 'dots', ko: '점무늬' },
};
