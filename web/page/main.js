/** The page: a headline, a short text and the workbench, with the reader's own data and settings. */
import { render } from 'lit';
import { toHash } from '../element/index.js';
import { langOf, PAGE, translator } from '../element/messages.js';
import { askedBy, CHAPTERS, chapterOf, linkTo } from './chapters.js';
import { Data } from './data.js';
import { Interrupted } from './interrupted.js';
import { Isolation } from './isolation.js';
import { Options } from './options.js';
import { Recorded } from './recorded.js';
import { remember, remembered } from './settings.js';
import { pageView } from './view.js';

/** @typedef {import('../element/index.js').ResiduaLab} ResiduaLab */
/** @typedef {import('./view.js').Theme} Theme */

const data = new Data(update);
const isolation = new Isolation(update);
const options = new Options(update);
const interrupted = new Interrupted(update);
const recorded = new Recorded(update);
const shown = {
  lang: langOf(remembered('lang') ?? navigator.language),
  theme: /** @type {Theme} */ (remembered('theme') ?? 'auto'),
  dragging: false,
  chapter: chapterOf(location.hash),
  visited: /** @type {Set<string>} */ (new Set()),
};
const actions = { bring: take, removeData, choose, vary };

const place = /** @type {HTMLElement} */ (document.querySelector('#page'));
place.replaceChildren();
open();
listen();
void openData();
void isolation.open();
void recorded.open();

/** @param {import('./chapters.js').Chapter} [chapter] @returns {ResiduaLab | null} */
function labOf(chapter = shown.chapter) {
  return document.querySelector(`#lab-${chapter.id}`);
}

/** The lab of the chapter that is shown. */
function currentLab() {
  return /** @type {ResiduaLab} */ (labOf());
}

/** Shows the chapter that the address names, and its experiment. */
function open() {
  const { hash } = location;
  shown.chapter = chapterOf(hash);
  const isNew = !shown.visited.has(shown.chapter.id);
  shown.visited.add(shown.chapter.id);
  update();
  const lab = currentLab();
  if (isNew) lab.experiment = shown.chapter.experiment();
  const asked = askedBy(hash);
  if (asked && lab.state === 'idle') follow(lab, asked);
  if (isNew) useKeptData();
  update();
  void interrupted.look();
}

/** What is there already stays, with its curves.
 * @param {ResiduaLab} lab @param {ReturnType<typeof askedBy> & {}} asked */
function follow(lab, { experiment, marks }) {
  if (toHash(lab.experiment) !== toHash(experiment)) lab.experiment = experiment;
  if (marks.length > 0) lab.marks = marks;
}

function update() {
  const t = translator(PAGE, shown.lang);
  const lab = labOf();
  void options.ask(lab?.engine);
  document.documentElement.lang = shown.lang;
  document.documentElement.dataset.theme = shown.theme;
  document.title = `Residua: ${t(`${shown.chapter.id}_title`)}`;
  render(
    pageView({ ...shown, t, data, isolation, options, interrupted, recorded, actions, lab }),
    place,
  );
}

/** @param {Partial<Pick<typeof shown, 'lang' | 'theme'>>} change */
function choose(change) {
  Object.assign(shown, change);
  remember('lang', shown.lang);
  remember('theme', shown.theme);
  update();
}

/** @param {import('./chapters.js').Variation['change']} change */
function vary(change) {
  const lab = currentLab();
  lab.change(change(lab.experiment));
  lab.focus();
}

/** The images of an earlier visit, or those that the server offers. */
async function openData() {
  await data.open();
  const offered = document.querySelector('meta[name="residua-offered-data"]');
  if (!data.source && offered) await read(addressesIn(offered));
  useKeptData();
}

/** Those of a meta element, whole, since workers lie elsewhere. @param {Element} meta */
function addressesIn(meta) {
  const addresses = meta.getAttribute('content')?.split(' ') ?? [];
  return addresses.map((address) => new URL(address, document.baseURI).href);
}

/** Whatever the reader drops or chooses: runs for the chart, everything else as CIFAR-10.
 * @param {File[]} files */
async function take(files) {
  const isRun = (/** @type {File} */ { name, type }) =>
    /\.json$/i.test(name) || type === 'application/json';
  const runs = files.filter(isRun);
  if (runs.length > 0) await currentLab().openRuns(runs);
  const images = files.filter((file) => !runs.includes(file));
  if (images.length > 0 && (await read(images))) {
    useData();
    showAddress();
  }
}

/** Reads CIFAR-10. @param {(File | string)[]} from */
async function read(from) {
  if (await data.read(from)) return true;
  if (data.activity.state === 'failed') void currentLab().openPanel('data');
  return false;
}

/** The labs that training does not keep busy. */
function idleLabs() {
  const labs = CHAPTERS.flatMap((chapter) => labOf(chapter) ?? []);
  return labs.filter(({ state }) => state === 'idle');
}

/** Unless a link says which images it means. */
function useKeptData() {
  if (!new URLSearchParams(location.hash.slice(1)).has('data')) useData();
}

/** To train on from now on, unless training is under way. */
function useData() {
  const { source } = data;
  if (!source) return;
  for (const lab of idleLabs()) {
    const { images, testImages } = lab.experiment;
    lab.experiment = {
      ...lab.experiment,
      data: 'cifar10',
      images: Math.min(images, source.images),
      testImages: Math.min(testImages, source.testImages),
    };
  }
}

async function removeData() {
  await data.remove();
  for (const lab of idleLabs()) {
    lab.experiment = { ...lab.experiment, data: 'synthetic' };
  }
}

function listen() {
  place.addEventListener('residua-change', update);
  place.addEventListener('residua-experiment', showAddress);
  addEventListener('hashchange', () => {
    const before = shown.chapter;
    open();
    if (shown.chapter !== before) scrollTo(0, 0);
  });
  addEventListener('dragover', (event) => drag(event, true));
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drag(event, false);
  });
  addEventListener('drop', (event) => {
    drag(event, false);
    void take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** The address leads to what is shown. */
function showAddress() {
  const { experiment, marks } = currentLab();
  const hash = linkTo(shown.chapter, experiment, marks);
  history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search);
}

/** @param {DragEvent} event @param {boolean} dragging files over the page */
function drag(event, dragging) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  if (shown.dragging === dragging) return;
  shown.dragging = dragging;
  update();
}
