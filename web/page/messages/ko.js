/** The texts of the page around the elements in Korean: a text for each key of the English ones, with the same values. */

/** @type {import('../../ui/messages.js').Translation<typeof import('./en.js').en>} */
export const ko = {
  skip: '실험으로 건너뛰기',
  chapters: '장',
  tagline: '일반(plain) 신경망과 잔차 신경망을 이\u00a0탭에서 1~2분 만에 학습시켜 보십시오.',
  next: '다음 장:',
  unknownChapter: ({ name }) =>
    `링크가 가리키는 장 “${name}”이(가) 이 페이지에 없어 첫 장을 엽니다.`,
  isTraining: '학습 중',
  keptNetwork: ({ name, chapter, when }) => `${name}(${chapter}, ${when})`,
  interruptedIn: '다른 장에서 학습이 중단되었습니다:',
  lookFor: '눈여겨볼 것',

  // Recorded runs beside the paper's.
  recorded_caption: ({ data }) => `${data}에서 기록한 오류율(%)과 논문 표 6의 테스트 오류율`,
  recorded_network: '신경망',
  recorded_epochs: '에폭',
  recorded_train: '학습',
  recorded_test: '테스트',
  recorded_paper: '논문',
  recorded_difference: '차이',
  recorded_differs: ({ epochs, steps }) =>
    `${epochs}에폭(반복 ${steps}번) 실행은 64,000번 반복한 논문보다 짧으므로 오류율이 더 높습니다.`,
  recorded_step:
    '학습률은 처음 20번 동안 올라가고 전체의 70\u202f%에서 한 번 10분의 1로 줄어듭니다(논문: 50\u202f%와 75\u202f%에서 두 번).',
  recorded_paper_schedule:
    '학습률은 논문처럼 전체의 50\u202f%와 75\u202f%에서 10분의 1로 줄어듭니다.',
  recorded_cosine:
    '학습률은 코사인을 따라 줄어듭니다(논문: 50\u202f%와 75\u202f%에서 두 번 10분의 1로).',
  recorded_rest:
    '시드는 하나씩이고 검증 데이터는 없습니다. 너비와 배치는 논문과 같고, 따로 적지 않은 곳에서는 가중치 감쇠와 데이터 증강도 같습니다. 표 6에는 plain 신경망이 없습니다.',
  recorded_longer: ({ names, epochs, steps }) =>
    `${epochs}에폭(반복 ${steps}번) ${names}의 학습률은 논문처럼 전체의 50\u202f%와 75\u202f%에서 10분의 1로 줄어듭니다.`,
  recorded_other: ({ name, epochs, steps, settings }) =>
    `${epochs}에폭(반복 ${steps}번) ${name}은 설정이 다릅니다(${settings}).`,
  recorded_failed: '기록된 실행을 가져오지 못했습니다. 페이지를 새로 고쳐 다시 시도하십시오.',

  // Chapter: deeper should not be worse.
  depth_name: '깊이',
  depth_title: '깊다고 나빠질 이유는 없다',
  depth_text1:
    '더 깊은 신경망은 얕은 신경망이 하는 일을 모두 할 수 있습니다. 늘어난 층은 입력을 그대로 넘기기만 하면 되니까요.',
  depth_text2:
    '그런데 He, Zhang, Ren, Sun이 일반(plain) 층만 쌓아 학습시켜 보니 56층 신경망이 20층 신경망보다 성능이 낮았습니다. 훈련 이미지에서도 그랬으니 과적합 때문이 아니었습니다.',
  depth_text3:
    '두 층마다 숏컷 연결(shortcut connection)을 두자 깊이가 더는 해가 되지 않았습니다. 작은 신경망 네 개를 여러분의 기기에서 학습시켜, 정말 그런지 확인해 보십시오.',
  depth_look1:
    '가는 점선이 학습 오류율입니다. 여기서도 plain56이 plain20보다 높다면 이미 본 이미지조차 맞추지 못하는 것입니다.',
  depth_look2: 'resnet56은 resnet20과 plain56 가운데 어느 쪽 가까이에서 끝납니까?',
  try_between: '32층과 44층 추가',

  // Chapter: vanishing and exploding gradients.
  signals_name: '기울기',
  signals_title: '기울기 때문이었을까',
  signals_text1:
    '오래된 용의자가 있었습니다. 기울기는 여러 층을 거꾸로 지나며 거듭 곱해지고, 활성값도 앞으로 나아가며 그렇습니다. 가중치를 너무 작게 뽑으면 둘 다 소실되고(vanishing), 너무 크게 뽑으면 폭주합니다(exploding).',
  signals_text2:
    'He 초기화는 층마다 받은 만큼 내보내도록 가중치를 뽑습니다. 배치 정규화는 가중치를 어떻게 뽑았든 매 단계 그렇게 되도록 맞춥니다.',
  signals_text3:
    '이렇게 하면 사라지는 기울기는 없습니다. 그런데도 논문에서 일반(plain) 56층 신경망은 20층 신경망보다 성능이 낮았습니다. 그러니 깊이가 해가 되는 까닭은 기울기 소실이 아닙니다. 이것이 논문의 논지입니다. 다만 기울기가 모든 층에서 같지는 않습니다. 기록한 모든 시드에서 plain56의 첫 단계에서 첫 층의 기울기는 마지막 층의 500배를 넘었습니다. 배치 정규화가 되돌아오는 기울기를 층마다 조금씩 키우기 때문입니다(Yang et al. 2019, “A Mean Field Theory of Batch Normalization”). resnet56에서는 100배에 미치지 못했습니다.',
  signals_look1:
    '이 눈금에서 직선은 층마다 같은 배율이라는 뜻입니다. 기록한 모든 시드의 첫 단계(점선)에서 활성값의 배율은 작은 가중치(σ0.05)에서 1보다 작고, 큰 가중치(σ0.5)에서 1보다 크며, He에서 1에 가까웠습니다.',
  signals_look2:
    '배치 정규화를 쓰면 기록한 모든 시드의 첫 단계에서 네 신경망의 활성값이 한데 모였고, 되돌아오며 사라지는 기울기는 없었습니다.',
  try_normed: '배치 정규화를 넣어서',
  try_unnormed: '배치 정규화 없이',
  try_healthy: 'He와 배치 정규화로 20층과 56층',

  // Chapter: a shortcut.
  shortcut_name: '숏컷',
  shortcut_title: '숏컷이 문제를 바꾼다',
  shortcut_text1:
    '일반(plain) 층 두 개는 사상 H(x)를 통째로 배워야 합니다. 아무것도 하지 않는 것이 가장 좋을 때도 그렇습니다. 두 층의 가중치를 거쳐 x를 그대로 내보내려면 가중치가 아주 특별해야 하므로 쉽지 않습니다.',
  shortcut_text2:
    '숏컷은 층이 내놓은 값에 x를 더합니다. 그러면 층은 차이 F(x) = H(x) − x만 배우면 되고, 아무것도 하지 않으려면 가중치가 0에 가까우면 됩니다.',
  shortcut_text3:
    '되돌아올 때는 기울기(gradient)도 숏컷으로 두 층씩 건너뛰어, 처음 층까지 줄어들지 않고 닿습니다.',
  shortcut_look1: '똑같은 56층을 숏컷이 있을 때와 없을 때로 비교합니다. 다른 것은 모두 같습니다.',
  shortcut_look2:
    '20층과 56층에서 옵션 A, B, C를 비교합니다. 기록한 모든 시드에서 20층의 세 학습 오류율은 서로 4분의 1 넘게 벌어지지 않았고, 56층에서는 C가 A와 B보다 3분의 1 넘게 높았습니다. C는 블록마다 투영이 있어, 56층에서는 x가 그대로 지나갈 길이 남지 않습니다(He et al. 2016, “Identity Mappings in Deep Residual Networks”, 3절).',
  try_options: '20층과 56층에서 옵션 A, B, C 비교',
  try_deepest: '110층(논문의 워밍업 포함)',

  // Chapter: what the residual branches learn.
  branches_name: '잔차 가지',
  branches_title: '잔차 가지는 무엇을 배우는가',
  branches_text1:
    '두 층이 할 수 있는 최선이 x를 거의 그대로 넘기는 것이라면 F(x) = H(x) − x는 작습니다. 작은 수정을 찾는 일은 x를 새로 만들면서 수정까지 하는 일보다 쉽습니다. 작은 가중치로 충분하니까요.',
  branches_text2:
    '숏컷은 신경망이 계산할 수 있는 것을 바꾸지 않습니다. 학습이 출발하는 곳만 바꿉니다. 답이 항등 사상에 가깝다면 그 가까이에서 출발하는 것입니다. 같은 문제를 작은 걸음으로 풀 수 있게 고쳐 놓는 일을 수학에서는 전처리(preconditioning)라고 합니다.',
  branches_text3:
    '답은 정말 항등 사상에 가까울까요? 논문은 학습된 층마다 배치 정규화 뒤, 숏컷을 더하고 ReLU를 거치기 전의 반응을 살폈습니다. 잔차 신경망의 반응은 일반(plain) 신경망보다 작았고, 깊을수록 더 작았습니다. 블록마다 입력을 덜 바꾸는 것입니다.',
  branches_look1:
    'CIFAR-10으로 기록한 신경망에서 큰 순서로 늘어놓으면 파란 선(잔차)이 같은 깊이의 주황 선(plain)보다 아래에 있습니다. 20층에서 가장 큰 값 하나만 예외입니다.',
  branches_look2:
    '맨 아래는 블록이 더하는 값과 원래 값의 비율입니다. 1이면 둘이 같고, 기록한 resnet56의 블록은 대부분 1보다 훨씬 작습니다. 채널이 두 배가 되는 곳에서는 숏컷으로 오는 값이 적어 비율이 뛰어오릅니다.',
  branches_look3: '학습하는 동안에는 에폭이 끝날 때마다 다시 측정합니다.',
  try_deeperBranches: '잔차 신경망 20, 56, 110층',
  try_families: '일반(plain) 신경망과 잔차 신경망',
  block_alt:
    '나란히 놓인 두 블록. 왼쪽에서는 x가 가중치 층 둘을 지나 H(x)가 되고, 기울기도 두 층을 거쳐 돌아옵니다. 오른쪽에서는 숏컷이 x를 두 층 밖으로 날라 F(x)에 더하고, 기울기도 숏컷으로 두 층을 건너뛰어 돌아옵니다.',
  block_layer: '가중치 층',
  block_data: '데이터',
  block_gradient: '기울기',
  options_caption: ({ depth, width }) =>
    `채널이 두 배가 되는 곳의 숏컷(논문의 너비 ${width}, resnet${depth})`,
  options_option: '옵션',
  options_where: '숏컷',
  options_parameters: '매개변수',
  options_A: 'x 그대로, 새 채널은 0',
  options_B: '채널이 두 배가 될 때만 1×1 투영',
  options_C: '모든 블록에서 1×1 투영',

  // Chapter: your own image.
  image_name: '내 이미지',
  image_title: '내 사진으로 시험하기',
  image_text1:
    '신경망에 직접 고른 이미지를 보여 주십시오. 정사각형으로 자른 부분을 이 신경망들이 아는 유일한 크기인 32×32픽셀로 줄이면, 신경망은 학습한 클래스 가운데 하나로 답해야 합니다. “이 가운데 없음”이라는 답은 없습니다.',
  image_text2:
    '그다음 층을 따라가 보십시오. 경계와 색을 찾는 필터에서, 무언가 있는 자리를 알리는 맵을 거쳐, 클래스마다 숫자 하나에 이릅니다.',
  image_look1:
    '학습한 클래스에 없는 이미지라도 확률의 합은 100\u202f%입니다. 자신 있게 답한다고 해서 아는 것은 아닙니다.',
  image_look2:
    '혼동 행렬에서 대각선 밖의 두드러진 칸은 이 크기에서 서로 닮아 보이는 두 클래스입니다.',
  image_wait: '장을 불러오는 중입니다.',
  image_offline:
    '이 브라우저에서 아직 연 적이 없는 부분인데 지금은 오프라인입니다. 연결되는 대로 불러옵니다.',
  image_failed:
    '페이지의 이 부분을 불러오지 못했습니다. 연결을 확인하십시오. 페이지가 계속 다시 시도합니다.',
  insideTitle: '신경망 속 들여다보기',
  insideFailed:
    '페이지의 이 부분을 불러오지 못했습니다. 연결을 확인하고 페이지를 다시 불러오십시오.',
  bringShort: '버튼 한 번으로 실제 사진을 받아 학습할 수 있습니다.',
  bringDrop: 'CIFAR-10 압축 파일이 있다면 이 페이지 아무 곳에나 놓으십시오.',
  bringMore: '가져오는 방법',
  settings: '설정',
  language: '언어',
  theme: '테마',
  theme_auto: '테마: 자동',
  theme_light: '테마: 밝게',
  theme_dark: '테마: 어둡게',
  thisMachine: '이 기기',
  menu: '데이터, 기기, 설정',
  chipArriving: ({ share }) => `이미지 읽는 중${share}`,
  footPaper: '원논문: He, Zhang, Ren, Sun, “Deep Residual Learning for Image Recognition”, 2015.',
  footLicence: 'Residua는 MIT 라이선스의 자유 소프트웨어입니다.',
  footReference: '라이브러리 레퍼런스',
  footPrivacy:
    '모든 계산은 브라우저 안에서 하며, 데이터를 외부로 보내지 않습니다. CIFAR-10 받기를 누르지 않는 한 다른 서버에 아무것도 요청하지 않습니다.',

  // Getting CIFAR-10, or bringing images.
  get: ({ title, size, host }) => `${title} 받기(${size}, ${host}에서)`,
  thisSite: '이 사이트',
  fetchingOf: ({ name, share, done, total, left }) =>
    `${name} 받는 중: ${total ? `${share}, ${done} / ${total}` : done}${left ? `, ${left} 남음` : ''}`,
  startedAgain: '연결이 끊겨 이 파일을 처음부터 다시 받고 있습니다.',
  failed_fetch:
    'CIFAR-10을 받지 못했습니다. 버튼을 눌러 다시 시도하거나 파일을 직접 가져오십시오. 원래 있던 것은 그대로입니다.',
  failed_offline:
    '기기가 오프라인 상태라 CIFAR-10을 받지 못했습니다. 네트워크에 연결한 뒤 버튼을 다시 누르거나 파일을 직접 가져오십시오. 원래 있던 것은 그대로입니다.',
  bring:
    'CIFAR-10이나 CIFAR-100(압축 파일 또는 Hugging Face의 Parquet 파일), 배열(.npz, IDX), 또는 클래스마다 폴더에 나눠 담은 내 사진을 폴더, zip, tar로 가져오십시오. 여기서 읽기만 하고 어디에도 보내지 않습니다.',
  choose: '파일 고르기',
  chooseFolder: '폴더 고르기',
  orDrop: '또는 페이지 아무 곳에나 놓기',
  ownPictures: '내 사진으로 학습하기',
  orDropPictures: '또는 폴더, zip, 사진을 페이지 아무 곳에나 놓기',
  pictures_wait: '내 사진 패널을 불러오는 중입니다.',
  dropNow: 'CIFAR-10, 사진 폴더, 그래프에 더할 실행, 또는 내 이미지를 놓으십시오',
  looking: '지난번에 보관한 이미지를 찾는 중',
  readingOf: ({ name, done, total }) => `${name} 읽는 중: ${done}${total ? ` / ${total}` : ''}`,
  decodingOf: ({ name, done, total }) => `${name}의 그림을 읽는 중: ${done} / ${total}`,
  keeping: '다음 방문을 위해 이미지를 보관하는 중',
  cancel: '취소',
  isHere: ({ name, images, testImages }) =>
    `${name} 준비됨: 훈련 이미지 ${images}장, 테스트 이미지 ${testImages}장.`,
  kept: ({ size }) => `다음 방문을 위해 이 브라우저에 보관했습니다(${size}).`,
  notKept_denied: '이 브라우저에서는 보관할 수 없어 다음에 다시 가져와야 합니다.',
  notKept_full: '저장 공간이 모자라 보관하지 못했습니다. 다음에 다시 가져와야 합니다.',
  remove: '이 브라우저에서 이미지 지우기',
  forget: '이미지 버리기',

  // Threads.
  threads_possible: '여기서 켤 수 있습니다. 그러면 신경망 하나가 여러 코어를 쓸 수 있습니다.',
  threadsOn: '스레드 켜기',
  threads_chosen: '이 브라우저에서 켜 두어 스레드를 쓰고 있습니다.',
  threads_ineffective:
    '스레드를 켰지만 이 브라우저가 필요한 기능을 허용하지 않아, 신경망마다 스레드 하나만 씁니다.',
  threadsImpossible:
    '여기서는 스레드를 켤 수 없습니다. 스레드에는 서비스 워커가 필요한데, 이 브라우저는 이 페이지에 허용하지 않습니다(예: 사생활 보호 창). 일반 창에서 열어 주십시오. 여기서는 신경망마다 스레드 하나를 씁니다.',
  threadsOff: '스레드 끄기',
  threadsReload:
    '바꾸면 페이지를 한 번 새로 고치며 곡선은 지워집니다. 선택은 이 브라우저에 남습니다.',
  failed_look: '보관된 이미지를 찾지 못했습니다.',
  failed_read: '읽을 수 없는 파일입니다.',
  failed_remove: '이미지를 지우지 못했습니다.',
  images_removedElsewhere:
    '이 페이지의 다른 탭에서 이미지를 지웠습니다. 학습에 쓰려면 다시 가져오십시오.',
  images_lost:
    '이미지를 메모리에만 두었는데, 이를 맡던 워커가 멈춰 사라졌습니다. 다시 가져오십시오.',
  alsoKept: '이 브라우저에 함께 보관된 이미지:',
  keptSet: ({ name, images, testImages, size }) =>
    `${name}: 훈련 이미지 ${images}장, 테스트 이미지 ${testImages}장(${size})`,
  useSet: '사용',
  removeSet: '지우기',
  useWhenDone: '학습이 끝나면 데이터셋으로 고를 수 있습니다.',
};
