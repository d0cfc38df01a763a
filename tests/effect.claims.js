/** What the texts of the chapters say of results, as data: for each text, phrases of it in each language and what
 * must be so in docs/effect.json, or in the runs of models/, for them to stand. Texts that claim no result of this
 * project are listed by name, so that a new text has to be put on either list. */
import { deviation, isOrdered, mean, seedsOf } from '../tools/effect-tables.js';
import { SEED_DEVIATION } from '../web/lab/summary.js';

/** @typedef {import('../tools/effect.js').Results} Results */
/** @typedef {import('../tools/effect.js').SetResults} SetResults */
/** What a file of models/ says of a layer.
 * @typedef {{ response_std: number, residual_ratio: number | null }} Layer */
/** Layers of the networks of models/, by name. @typedef {Record<string, Layer[]>} Recorded */
/** @typedef {{ en: string, ko: string, holds: (set: SetResults, recorded: Recorded) => boolean }} Claim */

/** Definitions, arithmetic, and what others have found. */
export const NO_RESULTS = [
  ...['depth_text1', 'depth_text2', 'depth_text3', 'depth_look1', 'depth_look2'],
  ...['signals_text1', 'signals_text2'],
  ...['shortcut_text1', 'shortcut_text2', 'shortcut_text3', 'shortcut_look1'],
  ...['branches_text1', 'branches_text2', 'branches_text3', 'branches_look3'],
  ...['image_text1', 'image_text2', 'image_look1', 'image_look2'],
];

const SEEDS = 10;
const OPTION_SEEDS = 3;

/** In the first step, one value for each seed. @param {SetResults} set @param {string} name
 * @param {'gradient' | 'activation'} part */
const firstStep = (set, name, part) => set.firstSteps[name].map((step) => step[part]);
/** From layer to layer, over the 19 layers of plain20. @param {number} ratio */
const factor = (ratio) => ratio ** (1 / 18);
/** @param {number[]} values @param {number} low @param {number} high */
const within = (values, low, high) => values.every((value) => value >= low && value <= high);
const DRAWN = ['', ' Xavier', ' Gaussian σ0.05', ' Gaussian σ0.5'].map((init) => `plain20${init}`);

/** The training errors of options A, B and C, seed by seed. @param {SetResults} set @param {number} depth */
function optionsOf({ ended }, depth) {
  const [a, b, c] = ['', ' B', ' C'].map((option) => ended[`resnet${depth}${option}`]);
  return c.map(({ seed, train }) => {
    const errorOf = (/** @type {typeof a} */ runs) => runs.find((run) => run.seed === seed)?.train;
    return { a: Number(errorOf(a)), b: Number(errorOf(b)), c: train };
  });
}

/** @param {Layer[]} layers from the largest response to the smallest */
const sorted = (layers) => layers.map((layer) => layer.response_std).sort((a, b) => b - a);

/** @type {Record<string, Claim[]>} */
export const CLAIMS = {
  signals_text3: [
    {
      en: 'With both, no gradient vanishes',
      ko: '이렇게 하면 사라지는 기울기는 없습니다',
      holds: (set) =>
        within(
          ['plain20', 'plain56'].flatMap((name) => firstStep(set, name, 'gradient')),
          1,
          Infinity,
        ),
    },
    {
      en: 'In the first step of plain56 the gradient of the first layer was more than five hundred times that of the last in every seed that we recorded',
      ko: '기록한 모든 시드에서 plain56의 첫 단계에서 첫 층의 기울기는 마지막 층의 500배를 넘었습니다',
      holds: (set) => within(firstStep(set, 'plain56', 'gradient'), 500, Infinity),
    },
    {
      en: 'In resnet56 it was less than a hundred times',
      ko: 'resnet56에서는 100배에 미치지 못했습니다',
      holds: (set) => within(firstStep(set, 'resnet56', 'gradient'), 0, 100),
    },
  ],
  signals_look1: [
    {
      en: 'below 1 for small weights (σ0.05), above 1 for large ones (σ0.5), and near 1 for He',
      ko: '작은 가중치(σ0.05)에서 1보다 작고, 큰 가중치(σ0.5)에서 1보다 크며, He에서 1에 가까웠습니다',
      holds: (set) => {
        const [he, small, large] = ['', ' Gaussian σ0.05', ' Gaussian σ0.5'].map((init) =>
          firstStep(set, `plain20 no BN${init}`, 'activation').map((ratio) => factor(1 / ratio)),
        );
        return within(small, 0, 0.7) && within(large, 1.5, Infinity) && within(he, 0.75, 1.25);
      },
    },
  ],
  signals_look2: [
    {
      en: 'With batch norm the activations of all four lay together in the first step of every recorded seed, and no gradient vanished',
      ko: '네 신경망의 활성값이 한데 모였고, 되돌아오며 사라지는 기울기는 없었습니다',
      holds: (set) =>
        DRAWN.every(
          (name) =>
            within(firstStep(set, name, 'activation'), 0.5, 2) &&
            within(firstStep(set, name, 'gradient'), 1, Infinity),
        ),
    },
  ],
  shortcut_look2: [
    {
      en: 'In every seed that we recorded, their training errors lay within a quarter of each other at 20 layers',
      ko: '기록한 모든 시드에서 20층의 세 학습 오류율은 서로 4분의 1 넘게 벌어지지 않았고',
      holds: (set) => {
        const seeds = optionsOf(set, 20);
        const ratios = seeds.map(({ a, b, c }) => Math.max(a, b, c) / Math.min(a, b, c));
        return ratios.length >= OPTION_SEEDS && within(ratios, 1, 1.25);
      },
    },
    {
      en: 'at 56, that of C was more than a third above those of A and B',
      ko: '56층에서는 C가 A와 B보다 3분의 1 넘게 높았습니다',
      holds: (set) => {
        const ratios = optionsOf(set, 56).map(({ a, b, c }) => c / Math.max(a, b));
        return ratios.length >= OPTION_SEEDS && within(ratios, 4 / 3, Infinity);
      },
    },
  ],
  branches_look1: [
    {
      en: 'In the networks that we recorded on CIFAR-10, sorted by size, the blue lines (residual) lie below the orange ones (plain) of the same depth, but for the largest response at 20 layers',
      ko: 'CIFAR-10으로 기록한 신경망에서 큰 순서로 늘어놓으면 파란 선(잔차)이 같은 깊이의 주황 선(plain)보다 아래에 있습니다. 20층에서 가장 큰 값 하나만 예외입니다',
      holds: (_, recorded) =>
        [20, 56].every((depth) => {
          const [plain, residual] = ['plain', 'resnet'].map((family) =>
            sorted(recorded[`${family}${depth}`]),
          );
          const above = residual.flatMap((value, i) => (value < plain[i] ? [] : [i]));
          return above.join() === (depth === 20 ? '0' : '');
        }),
    },
  ],
  branches_look2: [
    {
      en: 'most blocks of the recorded resnet56 stay well below',
      ko: '기록한 resnet56의 블록은 대부분 1보다 훨씬 작습니다',
      holds: (_, { resnet56 }) => {
        const ratios = resnet56.flatMap((layer) => layer.residual_ratio ?? []);
        return ratios.filter((ratio) => ratio < 0.7).length > ratios.length / 2;
      },
    },
  ],
};

/** What the first chapter's experiment is made to show, beside what its texts say.
 * @type {Record<string, (set: SetResults) => boolean>} */
export const AIMS = {
  'ten seeds have run': (set) => seedsOf(set).length >= SEEDS,
  'plain56 does not guess, which would be 90 %': (set) =>
    seedsOf(set).every(({ plain56 }) => plain56 <= 80),
  'plain56 is 8 points above plain20 or more': (set) =>
    seedsOf(set).every(({ plain56, plain20 }) => plain56 - plain20 >= 8),
  'resnet56 is at most 3 points above resnet20 in the mean, and never more than 6': (set) => {
    const gaps = seedsOf(set).map(({ resnet56, resnet20 }) => resnet56 - resnet20);
    return mean(gaps) <= 3 && Math.max(...gaps) <= 6;
  },
  'nine seeds of ten are in order': (set) =>
    seedsOf(set).filter(isOrdered).length >= 0.9 * seedsOf(set).length,
  'the callout judges chance by the spread of these seeds': (set) => {
    const names = /** @type {const} */ (['plain20', 'plain56', 'resnet20', 'resnet56']);
    const spreads = names.map((name) => deviation(seedsOf(set).map((seed) => seed[name])) / 100);
    const pooled = Math.sqrt(mean(spreads.map((spread) => spread ** 2)));
    return pooled < 1.3 * SEED_DEVIATION && pooled > SEED_DEVIATION / 2;
  },
};

/** Points between the best and the worst seed. @param {SetResults} set
 * @param {'plain20' | 'plain56' | 'resnet20' | 'resnet56'} name */
function rangeOf(set, name) {
  const errors = seedsOf(set).map((seed) => seed[name]);
  return Math.max(...errors) - Math.min(...errors);
}

/** What the workbench says of the seeds of one run, by its text: where it is so, and of which set.
 * @type {Record<string, { set: string, en: string, ko: string, holds: (set: SetResults) => boolean }>} */
export const CAVEATS = {
  caveatSynthetic: {
    set: 'synthetic',
    en: 'another seed moves the errors by some points, those of deep plain networks by more',
    ko: '시드를 바꾸면 오류율이 몇 %p씩, 깊은 plain 신경망에서는 그보다 더 달라집니다',
    holds: (set) => {
      const others = /** @type {const} */ (['plain20', 'resnet20', 'resnet56']);
      const ranges = others.map((name) => rangeOf(set, name));
      return within(ranges, 2, 5) && rangeOf(set, 'plain56') > 2 * Math.max(...ranges);
    },
  },
  caveat: {
    set: 'CIFAR-10',
    en: 'another seed moves the errors by some points',
    ko: '시드를 바꾸면 오류율이 몇 %p씩 달라집니다',
    holds: (set) => {
      const names = /** @type {const} */ (['plain20', 'plain56', 'resnet20', 'resnet56']);
      const ranges = names.map((name) => rangeOf(set, name));
      return within(ranges, 4, 8);
    },
  },
};
