/** The page: a headline, a short text and the workbench, with the reader's own data and settings. */
import { render } from 'lit';
import { fromHash, toHash } from '../element/index.js';
import { langOf, PAGE, translator } from '../element/messages.js';
import { Data } from './data.js';
import { Isolation } from './isolation.js';
import { remember, remembered } from './settings.js';
import { pageView } from './view.js';

/** @typedef {import('../element/index.js').ResiduaLab} ResiduaLab */
/** @typedef {import('./view.js').Theme} Theme */

const data = new Data(update);
const isolation = new Isolation(update);
const shown = {
  lang: langOf(remembered('lang') ?? navigator.language),
  theme: /** @type {Theme} */ (remembered('theme') ?? 'auto'),
  dragging: false,
};
const actions = { bring, removeData, choose };

const place = /** @type {HTMLElement} */ (document.querySelector('#page'));
place.replaceChildren();
update();
const lab = /** @type {ResiduaLab} */ (document.querySelector('residua-lab'));
lab.experiment = fromHash(location.hash);
listen();
update();
void openData();
void isolation.open();

function update() {
  const t = translator(PAGE, shown.lang);
  document.documentElement.lang = shown.lang;
  document.documentElement.dataset.theme = shown.theme;
  document.title = t('title');
  render(
    pageView({ ...shown, t, data, isolation, actions, lab: document.querySelector('residua-lab') }),
    place,
  );
}

/** @param {Partial<typeof shown>} change of language or theme */
function choose(change) {
  Object.assign(shown, change);
  remember('lang', shown.lang);
  remember('theme', shown.theme);
  update();
}

/** The images of an earlier visit, or those that the server offers. */
async function openData() {
  await data.open();
  const offered = document.querySelector('meta[name="residua-offered-data"]');
  if (data.source) useData();
  else if (offered) await bring(addressesIn(offered));
}

/** Those of a meta element, whole, since workers lie elsewhere. @param {Element} meta */
function addressesIn(meta) {
  const addresses = meta.getAttribute('content')?.split(' ') ?? [];
  return addresses.map((address) => new URL(address, document.baseURI).href);
}

/** Reads CIFAR-10, to train on it from then on. @param {(File | string)[]} from */
async function bring(from) {
  if (from.length === 0) return;
  if (await data.read(from)) useData();
  else if (data.activity.state === 'failed') void lab.openPanel('data');
}

/** Unless training is under way, or a link asks for other images. */
function useData() {
  const { source } = data;
  const asked = new URLSearchParams(location.hash.slice(1)).has('data');
  if (!source || lab.state !== 'idle' || asked) return;
  const { images, testImages } = lab.experiment;
  lab.experiment = {
    ...lab.experiment,
    data: 'cifar10',
    images: Math.min(images, source.images),
    testImages: Math.min(testImages, source.testImages),
  };
}

async function removeData() {
  await data.remove();
  if (lab.state === 'idle') lab.experiment = { ...lab.experiment, data: 'synthetic' };
}

function listen() {
  lab.addEventListener('residua-change', update);
  lab.addEventListener('residua-experiment', () => {
    const hash = toHash(lab.experiment);
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search);
  });
  addEventListener('hashchange', () => {
    if (lab.state === 'idle') lab.experiment = fromHash(location.hash);
  });
  addEventListener('dragover', (event) => drag(event, true));
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drag(event, false);
  });
  addEventListener('drop', (event) => {
    drag(event, false);
    void bring([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {DragEvent} event @param {boolean} dragging files over the page */
function drag(event, dragging) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  if (shown.dragging === dragging) return;
  shown.dragging = dragging;
  update();
}
