/** The table of chapters, and the links between them. A chapter's texts are in the page's messages under
 * its id: depth_title, depth_name, depth_text1 ... */
import { defaultExperiment, newRun } from '../lab/experiment.js';
import { readLink, toHash } from '../lab/hash.js';

/** @typedef {import('../lab/index.js').Experiment} Experiment */
/** @typedef {import('../lab/index.js').RunConfig} RunConfig */
/** @typedef {import('../lab/index.js').RunLinkState} RunLinkState */

/**
 * @typedef {object} Variation an experiment that is one press away
 * @property {string} id
 * @property {(experiment: Experiment) => Partial<Experiment>} change
 */

/**
 * @typedef {object} Chapter
 * @property {string} id
 * @property {number} paragraphs
 * @property {number} looks things to look for
 * @property {(() => Experiment) | null} experiment what it opens with; null: it is not about training
 * @property {'errors' | 'layers' | 'responses' | 'image'} figure 'image': an element of its own
 * @property {Variation[]} variations
 * @property {string[]} recorded runs behind those of the reader, by their files
 */

/** @param {string} id @param {Partial<RunConfig>[]} wanted
 * @param {Partial<Experiment>} [more] @returns {Variation} */
function variation(id, wanted, more) {
  return { id, change: ({ runs }) => ({ ...more, runs: withRuns(runs, wanted) }) };
}

/** The wanted networks; those that are there already stay the same objects, and so keep their
 * curves. @param {RunConfig[]} there @param {Partial<RunConfig>[]} wanted */
function withRuns(there, wanted) {
  return wanted.map((some) => {
    const run = newRun(some);
    return there.find((one) => JSON.stringify(one) === JSON.stringify(run)) ?? run;
  });
}

/** @param {RunConfig['family'][]} families @param {number[]} depths */
const each = (families, depths) =>
  families.flatMap((family) => depths.map((depth) => ({ family, depth })));

const SHORTCUTS = /** @type {const} */ (['A', 'B', 'C']);

/** One network, its weights drawn in four ways. @param {RunConfig['norm']} norm
 * @returns {Partial<RunConfig>[]} */
function drawn(norm) {
  /** @type {Partial<RunConfig>[]} */
  const inits = [
    { init: 'he' },
    { init: 'xavier' },
    { init: 'gaussian', sigma: 0.05 },
    { init: 'gaussian', sigma: 0.5 },
  ];
  return inits.map((init) => ({ family: 'plain', depth: 20, norm, ...init }));
}

/** @type {Chapter[]} */
export const CHAPTERS = [
  {
    id: 'depth',
    paragraphs: 3,
    looks: 2,
    experiment: defaultExperiment,
    figure: 'errors',
    variations: [variation('between', each(['plain', 'residual'], [20, 32, 44, 56]))],
    recorded: ['plain20', 'plain56', 'resnet20', 'resnet56'],
  },
  {
    id: 'signals',
    paragraphs: 3,
    looks: 2,
    figure: 'layers',
    experiment: () => ({
      ...defaultExperiment(),
      ...{ epochs: 3, lr: 0.003, momentum: 0.9, schedule: 'constant' },
      runs: drawn('none').map((run) => newRun(run)),
    }),
    variations: [
      variation('normed', drawn('batch')),
      variation('unnormed', drawn('none')),
      variation('healthy', each(['plain', 'residual'], [20, 56])),
    ],
    recorded: [],
  },
  {
    id: 'shortcut',
    paragraphs: 3,
    looks: 2,
    figure: 'errors',
    experiment: () => ({
      ...defaultExperiment(),
      runs: [...each(['plain'], [56]), ...each(['residual'], [20, 56])].map((run) => newRun(run)),
    }),
    variations: [
      variation(
        'options',
        each(['residual'], [20, 56]).flatMap((network) =>
          SHORTCUTS.map((shortcut) => ({ ...network, shortcut })),
        ),
      ),
      variation('deepest', each(['residual'], [56, 110]), { schedule: 'paper' }),
    ],
    recorded: ['plain56', 'resnet20', 'resnet56'],
  },
  {
    id: 'branches',
    paragraphs: 3,
    looks: 3,
    figure: 'responses',
    experiment: defaultExperiment,
    variations: [
      variation('deeperBranches', each(['residual'], [20, 56, 110]), { schedule: 'paper' }),
      variation('families', each(['plain', 'residual'], [20, 56])),
    ],
    recorded: ['plain20', 'plain56', 'resnet20', 'resnet56'],
  },
  {
    id: 'image',
    paragraphs: 2,
    looks: 2,
    figure: 'image',
    experiment: null,
    variations: [],
    recorded: [],
  },
];

/** Of the text after the # of an address; the first chapter if it names none.
 * @param {string} hash */
export function chapterOf(hash) {
  const id = new URLSearchParams(hash.replace(/^#/, '')).get('chapter');
  return CHAPTERS.find((chapter) => chapter.id === id) ?? CHAPTERS[0];
}

/** The chapter that an address names, if there is none of that name. @param {string} hash */
export function unknownChapter(hash) {
  const id = new URLSearchParams(hash.replace(/^#/, '')).get('chapter');
  return id === null || CHAPTERS.some((chapter) => chapter.id === id) ? null : id;
}

/** What a link asks to be shown, or null if it names a chapter and nothing else.
 * @param {string} hash */
export function askedBy(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const named = params.has('chapter');
  params.delete('chapter');
  return named && params.size === 0 ? null : readLink(params.toString());
}

/** The hash that leads to an experiment in a chapter. @param {Chapter} chapter
 * @param {Experiment} experiment @param {RunLinkState[]} [linkState] */
export function linkTo(chapter, experiment, linkState) {
  const params = new URLSearchParams(toHash(experiment, linkState));
  if (chapter === CHAPTERS[0]) return params.toString();
  const own = chapter.experiment && toHash(chapter.experiment()) === params.toString();
  // A link to a chapter that says nothing more means the chapter's own experiment.
  if (!own && params.size === 0) params.set('epochs', String(experiment.epochs));
  const entries = own ? [] : [...params];
  return new URLSearchParams([['chapter', chapter.id], ...entries]).toString();
}
