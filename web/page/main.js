/** The page: it opens the chapter that the address names, gives the elements their data, and draws itself
 * whenever one of them changes. */
import { render } from 'lit';
import { defaultExperiment, fromHash, toHash } from '../lab/index.js';
import { isWeights } from '../lib/weights/files.js';
import { number } from '../ui/format.js';
import { langOf, translator } from '../ui/messages.js';
import { askedBy, CHAPTERS, chapterOf, linkTo, unknownChapter } from './chapters.js';
import { Data, isOwn } from './data/data.js';
import { droppedFiles } from './data/dropped.js';
import { isForImage, isPicture } from './files.js';
import { Inside } from './inside.js';
import { Interrupted } from './interrupted.js';
import { KeptNetworks } from './kept-networks.js';
import { pageMessages } from './messages/index.js';
import { Isolation } from './offline/isolation.js';
import { Options } from './options.js';
import { PicturesPanel } from './pictures-panel.js';
import { Recorded } from './recorded.js';
import { remember, remembered } from './settings.js';
import { pageView } from './view.js';

/** @typedef {import('../lab/lab.js').ResiduaLab} ResiduaLab */
/** @typedef {import('../image/element.js').ResiduaImage} ResiduaImage */
/** @typedef {import('./view.js').Theme} Theme */

/** The smallest that can be chosen. */
const LEAST_BATCH = 8;
/** From a failed load to the next attempt, in ms. */
const [FIRST_WAIT, LONGEST_WAIT] = [1000, 60000];

const data = new Data(update, leaveData);
const isolation = new Isolation(update);
const options = new Options(update);
const interrupted = new Interrupted(update);
const recorded = new Recorded(update);
const inside = new Inside(update);
const pictures = new PicturesPanel(update);
const keptNetworks = new KeptNetworks(update);
const shown = {
  lang: langOf(remembered('lang') ?? navigator.language),
  theme: /** @type {Theme} */ (remembered('theme') ?? 'auto'),
  dragging: false,
  chapter: chapterOf(location.hash),
  unknown: unknownChapter(location.hash),
  visited: /** @type {Set<string>} */ (new Set()),
  imageFailed: false,
};
const ofPictures = {
  use: useImages,
  train: trainOn,
  showChart,
  lookAt,
  close: () => pictures.close(),
};
const actions = {
  bring: take,
  bringFolder: bring,
  getCifar10,
  useImages,
  choose,
  vary,
  ofPictures,
};

/** The timer of the next attempt to load the image chapter. */
let imageTimer = 0;

const root = /** @type {HTMLElement} */ (document.querySelector('#page'));
root.replaceChildren();
open();
listen();
void openData();
void isolation.open();
void recorded.open();
void inside.loadStrip();

/** @param {import('./chapters.js').Chapter} [chapter] @returns {ResiduaLab | null} */
function labOf(chapter = shown.chapter) {
  return document.querySelector(`residua-lab#lab-${chapter.id}`);
}

/** What the chapter that is shown is worked with: its lab, or an element of its own.
 * @returns {ResiduaLab | ResiduaImage | null} */
function currentElement() {
  return document.querySelector(`#lab-${shown.chapter.id}`);
}

/** The lab of the chapter that is shown, if it has one. */
function currentLab() {
  return /** @type {ResiduaLab} */ (labOf());
}

/** Shows the chapter that the address names, and its experiment.
 * @param {ReturnType<typeof askedBy>} [visited] what was shown there before, for an address that names a
 *   chapter and nothing else */
function open(visited = null) {
  const { hash } = location;
  shown.chapter = chapterOf(hash);
  shown.unknown = unknownChapter(hash);
  const isNew = !shown.visited.has(shown.chapter.id);
  shown.visited.add(shown.chapter.id);
  update();
  const lab = labOf();
  const own = isNew && shown.chapter.experiment?.();
  if (lab && own) lab.experiment = own;
  const asked = askedBy(hash) ?? visited;
  if (asked && lab?.state === 'idle') follow(lab, asked);
  if ((isNew || shown.imageFailed) && shown.chapter.figure === 'image') void loadImage();
  if (isNew) useKeptData();
  update();
  if (lab) history.replaceState(placeOf(lab), '');
  showChapterLink();
  void interrupted.look();
}

/** Where the links to the chapters have too little room, they scroll sideways. */
function showChapterLink() {
  const link = document.querySelector('.chapters [aria-current]');
  const row = link?.parentElement;
  if (!link || !row) return;
  const [here, there] = [row, link].map((one) => one.getBoundingClientRect());
  row.scrollLeft += there.left + there.width / 2 - here.left - here.width / 2;
}

/** What a place in the history knows beside its address. @param {ResiduaLab} lab */
function placeOf(lab) {
  return { experiment: toHash(lab.experiment) };
}

/** The experiment that was shown at this place of the history; null if the reader has not been here. */
function visitedBefore() {
  const { experiment } = history.state ?? {};
  return typeof experiment === 'string'
    ? { experiment: fromHash(experiment), linkState: [] }
    : null;
}

/** What is there already stays, with its curves.
 * @param {ResiduaLab} lab @param {ReturnType<typeof askedBy> & {}} asked */
function follow(lab, { experiment, linkState, unread = [] }) {
  if (toHash(lab.experiment) !== toHash(experiment)) lab.experiment = experiment;
  if (linkState.length > 0) lab.linkState = linkState;
  lab.unread = unread;
}

/** What the last chapter needs, since not everybody reads it. Without a network it may not be here yet; it comes
 * once there is one, which a browser may say too early or not at all: so it is tried again, ever less often.
 * @param {number} [wait] ms until then */
async function loadImage(wait = FIRST_WAIT) {
  clearTimeout(imageTimer);
  try {
    await import('../image/index.js');
    shown.imageFailed = false;
  } catch {
    shown.imageFailed = true;
    const longer = Math.min(2 * wait, LONGEST_WAIT);
    const again = () => shown.chapter.figure === 'image' && loadImage(longer);
    imageTimer = window.setTimeout(again, wait);
  }
  update();
}

function update() {
  const t = translator(pageMessages, shown.lang);
  const lab = labOf();
  void options.ask(lab?.engine);
  document.documentElement.lang = shown.lang;
  document.documentElement.dataset.theme = shown.theme;
  const training = CHAPTERS.filter((chapter) => (labOf(chapter)?.state ?? 'idle') !== 'idle');
  const share = shareTrained(training);
  const progress = share === null ? '' : `${number(shown.lang, 100 * share)} % · `;
  document.title = `${progress}Residua: ${t(`${shown.chapter.id}_title`)}`;
  if (lab) lab.layer = inside.open ? inside.layer : null;
  const element = currentElement();
  const trained = CHAPTERS.flatMap((chapter) => labOf(chapter)?.trained ?? []);
  const kept = keptBeside();
  const parts = { data, isolation, options, interrupted, recorded, pictures, inside, actions };
  render(
    pageView({
      ...shown,
      ...parts,
      training,
      dataSource: dataSource(),
      t,
      lab,
      element,
      trained,
      kept,
    }),
    root,
  );
  if (pictures.isOpen) pictures.element?.requestUpdate();
}

/** Networks that are kept in any chapter, beside those that the chapters show. */
function keptBeside() {
  if (shown.chapter.figure !== 'image' && !pictures.isOpen) return [];
  keptNetworks.open();
  const rows = CHAPTERS.flatMap((chapter) => labOf(chapter)?.rows ?? []);
  const offered = rows.filter(({ run }) => run.weights).map(({ run }) => run.tick?.trajectory);
  return keptNetworks.beside(new Set(offered), shown.lang);
}

/** How much of what is being trained is done; null if nothing is. @param {typeof CHAPTERS} training */
function shareTrained(training) {
  const shares = training.map((chapter) => labOf(chapter)?.progress ?? 0);
  return shares.length > 0 ? Math.min(...shares) : null;
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

/** Whatever the reader drops or chooses: runs for the chart, a picture and networks for the chapter that looks
 * at them, several pictures for the panel, which asks for their class, everything else as images to train on.
 * @param {File[]} files @param {string} [zone] of the panel, where they were dropped */
async function take(files, zone) {
  const inImage = shown.chapter.figure === 'image';
  // A name tells most of them; only the others are opened.
  const areForImage = await Promise.all(
    files.map((file) => isForImage(file, inImage) || isWeights(file)),
  );
  const images = files.filter((_, i) => areForImage[i]);
  const loose = images.filter(isPicture);
  const areForPanel = loose.length > 1 || (loose.length > 0 && zone !== undefined);
  if (areForPanel) await pictures.take(loose, zone);
  const looked = areForPanel ? images.filter((file) => !loose.includes(file)) : images;
  if (looked.length > 0) await lookAt(looked);
  const isRun = (/** @type {File} */ { name, type }) =>
    /\.json$/i.test(name) || type === 'application/json';
  const runs = files.filter(isRun);
  if (runs.length > 0) {
    if (!labOf()) goTo(CHAPTERS[0]);
    await currentLab().openRuns(runs);
  }
  const others = files.filter((file) => !runs.includes(file) && !images.includes(file));
  if (others.length > 0) await bring(others);
}

/** Images to train on from now on. @param {import('./data/data.js').Brought[]} from */
async function bring(from) {
  if (!(await read(from))) return;
  labOf()?.exchange.dismiss();
  useData();
  showAddress();
  if (data.facts && isOwn(data.facts)) await pictures.open();
}

/** @param {import('./chapters.js').Chapter} chapter */
function goTo(chapter) {
  history.pushState(null, '', `#chapter=${chapter.id}`);
  open();
}

/** @param {File[]} files */
async function lookAt(files) {
  const chapter = CHAPTERS.find(({ figure }) => figure === 'image');
  if (chapter && chapter !== shown.chapter) goTo(chapter);
  await customElements.whenDefined('residua-image');
  await /** @type {ResiduaImage} */ (currentElement()).take(files);
  if (pictures.isOpen) showChart(); // The panel stands above it.
}

/** Reads images. @param {import('./data/data.js').Brought[]} from */
async function read(from) {
  if (await data.read(from)) return true;
  if (data.activity.state === 'failed' && !pictures.isOpen) {
    void currentElement()?.openPanel('data');
  }
  return false;
}

/** Whoever serves the page may name a mirror, in a meta element. */
function dataSource() {
  const meta = document.querySelector('meta[name="residua-data-source"]');
  return meta ? addressesIn(meta)[0] : undefined;
}

/** Fetches CIFAR-10, to train on from then on. */
async function getCifar10() {
  if (!(await data.getCifar10(dataSource()))) return;
  useData();
  showAddress();
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

/** The set that was used before: who asked for all of a small one gets the usual number of a larger one.
 * @type {import('../lab/index.js').ImageSource | null} */
let before = null;

/** To train on from now on, unless training is under way. */
function useData() {
  const { source } = data;
  if (!source) return;
  const usual = defaultExperiment();
  for (const lab of idleLabs()) {
    const { experiment } = lab;
    const countOf = (/** @type {'images' | 'testImages'} */ part) => {
      const count = experiment[part];
      const wasAll = count === before?.[part];
      return Math.min(wasAll ? Math.max(count, usual[part]) : count, source[part]);
    };
    const images = countOf('images');
    lab.experiment = {
      ...experiment,
      ...{ data: 'cifar10', images, testImages: countOf('testImages') },
      batchSize: batchFor(images, experiment.batchSize),
    };
  }
  before = source;
}

/** A batch of a few pictures has no more than there are.
 * @param {number} images @param {number} size @returns {number} */
function batchFor(images, size) {
  return size > images && size > LEAST_BATCH ? batchFor(images, size / 2) : size;
}

/** @param {import('./data/data.js').Facts} facts of what is kept */
function useImages(facts) {
  data.use(facts);
  useData();
  showAddress();
}

/** Trains on the reader's own pictures, in a chapter whose figure shows errors.
 * @param {Partial<import('../lab/index.js').Experiment>} change */
async function trainOn(change) {
  if (shown.chapter.figure !== 'errors') goTo(CHAPTERS[0]);
  const lab = currentLab();
  lab.change(change);
  showChart();
  await lab.train();
}

function showChart() {
  currentElement()?.scrollIntoView({ block: 'start' });
}

/** The images are not there any more. */
function leaveData() {
  for (const lab of idleLabs()) {
    lab.experiment = { ...lab.experiment, data: 'synthetic' };
  }
}

function listen() {
  root.addEventListener('residua-change', update);
  root.addEventListener('residua-experiment', addAddress);
  root.addEventListener('residua-picture', (event) =>
    inside.choose(/** @type {CustomEvent} */ (event).detail),
  );
  root.addEventListener('residua-layer', (event) => {
    if (labOf()) inside.choose(/** @type {CustomEvent} */ (event).detail);
  });
  addEventListener('hashchange', () => {
    const before = shown.chapter;
    open(visitedBefore());
    if (shown.chapter !== before) scrollTo(0, 0);
  });
  addEventListener('online', () => {
    if (shown.imageFailed) void loadImage();
  });
  addEventListener('dragover', (event) => drag(event, true));
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drag(event, false);
  });
  addEventListener('drop', drop, { capture: true }); // Before an element that takes files itself.
}

/** @param {DragEvent} event */
function drop(event) {
  drag(event, false);
  const zone = zoneOf(event);
  void droppedFiles(event.dataTransfer).then(({ files, placed }) =>
    placed.length > 0 ? bring(placed) : take(files, zone),
  );
}

/** Where in the panel of own pictures something was dropped; undefined: elsewhere. @param {DragEvent} event */
function zoneOf(event) {
  const path = /** @type {HTMLElement[]} */ (event.composedPath());
  if (!path.some(({ localName }) => localName === 'residua-pictures')) return undefined;
  return path.find(({ dataset }) => dataset?.zone !== undefined)?.dataset.zone ?? '';
}

/** The address leads to what is shown. @param {{ isNew?: boolean }} [options] a place of its own in the history */
function showAddress({ isNew = false } = {}) {
  const lab = labOf();
  if (!lab) return;
  const hash = linkTo(shown.chapter, lab.experiment, lab.linkState);
  const address = hash ? `#${hash}` : location.pathname + location.search;
  if (isNew) history.pushState(placeOf(lab), '', address);
  else history.replaceState(placeOf(lab), '', address);
}

/** Another experiment has a place of its own in the history; the same one, with more to say of its runs, has
 * not. */
function addAddress() {
  const lab = labOf();
  if (lab) showAddress({ isNew: history.state?.experiment !== placeOf(lab).experiment });
}

/** @param {DragEvent} event @param {boolean} dragging files over the page */
function drag(event, dragging) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  if (shown.dragging === dragging) return;
  shown.dragging = dragging;
  update();
}
