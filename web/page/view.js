/** The view of the page around the elements. A view reads state and changes none. */
import { html, nothing } from 'lit';
import { SAMPLES } from '../image/samples.js';
import { labMessages } from '../lab/messages/index.js';
import { fileButton } from '../ui/file-button.js';
import { fileSize, number, percent } from '../ui/format.js';
import { LANGS, translator } from '../ui/messages.js';
import { prose } from '../ui/prose.js';
import { blockDrawing } from './block.js';
import { CHAPTERS, linkTo } from './chapters.js';
import { placedFiles } from './data/dropped.js';
import { failureView, getButton, progressView, shareOf } from './data/view.js';
import { insideView, stripView } from './inside.js';
import { recordedNetworks, recordedWeights } from './models.js';
import { SHORTCUTS } from './options.js';
import { picturesButton, picturesView } from './pictures-view.js';
import { recordedView } from './recorded-view.js';

/** @typedef {'auto' | 'light' | 'dark'} Theme */
/** @typedef {import('./chapters.js').Chapter} Chapter */
/** @typedef {import('../ui/messages.js').Lang} Lang */

/**
 * @typedef {object} View
 * @property {Lang} lang
 * @property {Theme} theme
 * @property {boolean} dragging files over the page
 * @property {import('../ui/messages.js').Translate} t
 * @property {import('./data/data.js').Data} data
 * @property {string | undefined} dataSource the mirror that CIFAR-10 is fetched from, if there is one
 * @property {import('./offline/isolation.js').Isolation} isolation
 * @property {string | null} unknown the chapter that the address names, where there is none of that name
 * @property {import('./chapters.js').Chapter} chapter that is shown
 * @property {Chapter[]} training chapters
 * @property {Set<string>} visited chapters, whose labs stay
 * @property {import('../lab/index.js').ResiduaLab | null} lab of the chapter; null before it is
 *   drawn for the first time, and if it has none
 * @property {import('../lab/index.js').ResiduaLab
 *   | import('../image/element.js').ResiduaImage | null} element the lab, or what is in its place
 * @property {readonly import('../lab/index.js').TrainedNetwork[]} trained in all chapters
 * @property {readonly import('../lab/index.js').TrainedNetwork[]} kept beside them in this browser
 * @property {boolean} imageFailed what the chapter of the reader's image needs could not be loaded
 * @property {import('./options.js').Options} options the shortcuts' parameters
 * @property {import('./interrupted.js').Interrupted} interrupted
 * @property {import('./recorded.js').Recorded} recorded runs
 * @property {import('./inside.js').Inside} inside of a network, and the picture at hand
 * @property {import('./pictures-panel.js').PicturesPanel} pictures
 * @property {object} actions
 * @property {(from: File[]) => void} actions.bring
 * @property {(from: import('./data/dropped.js').Placed[]) => void} actions.bringFolder
 * @property {() => void} actions.getCifar10
 * @property {(facts: import('./data/data.js').Facts) => void} actions.useImages
 * @property {(change: { lang?: Lang, theme?: Theme }) => void} actions.choose
 * @property {(change: import('./chapters.js').Variation['change']) => void} actions.vary
 * @property {import('./pictures/element.js').Actions} actions.ofPictures
 */

const PAPER = 'https://arxiv.org/abs/1512.03385';
const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
const LANG_NAMES = { en: 'English', ko: '한국어' };

/** @param {View} view */
export function pageView(view) {
  const { t, element, chapter, unknown, dragging } = view;
  const toLab = (/** @type {Event} */ event) => {
    event.preventDefault();
    element?.focus();
  };
  return html`
    <a class="skip" href=${`#lab-${chapter.id}`} @click=${toLab}>${t('skip')}</a>
    <header>
      <span class="name">Residua</span>
      <nav class="chapters" aria-label=${t('chapters')}>${chapterLinks(view)}</nav>
      <button class="menu-button" popovertarget="menu" aria-label=${t('menu')}>⋯</button>
      <div class="menu" id="menu" popover>
        <div class="chips">${chips(view)}</div>
        <div class="settings" role="group" aria-label=${t('settings')}>${settings(view)}</div>
      </div>
    </header>
    <main>
      ${picturesView(view)}
      ${unknown === null ? nothing : html`<p class="interrupted" role="status">${t('unknownChapter', { name: unknown })}</p>`}
      ${interruptedElsewhere(view)} ${CHAPTERS.map((one) => chapterView(one, view))}</main>
    <footer>
      <p>${t('footPaper')} <a href=${PAPER}>arXiv:1512.03385</a></p>
      <p>${t('footPrivacy')} ${t('footLicence')} ${referenceLink(t)}</p>
    </footer>
    ${dragging ? html`<div class="drop"><p>${t('dropNow')}</p></div>` : nothing}
  `;
}

/** To the API reference, where this build of the page has it. @param {View['t']} t */
function referenceLink(t) {
  const reference = document.head.querySelector('link[rel=help]')?.getAttribute('href');
  return reference ? html`<a href=${reference}>${t('footReference')}</a>` : nothing;
}

/** @param {View} view */
function chapterLinks({ t, chapter, training }) {
  return CHAPTERS.map(
    (one) => html`<a
      href=${`#chapter=${one.id}`}
      aria-current=${one === chapter ? 'page' : nothing}
      >${t(`${one.id}_name`)}${
        training.includes(one)
          ? html`<span class="training" role="img" aria-label=${t('isTraining')}>●</span>`
          : nothing
      }</a
    >`,
  );
}

/** Of other chapters; the one that is shown says so itself. @param {View} view */
function interruptedElsewhere({ t, chapter, interrupted }) {
  const others = interrupted.chapters.filter((one) => one !== chapter);
  if (others.length === 0) return nothing;
  return html`<p class="interrupted">
    ${t('interruptedIn')}
    ${others.map(({ id }) => html`<a href=${`#chapter=${id}`}>${t(`${id}_name`)}</a> `)}
  </p>`;
}

/** The links that each chapter's workbench gives.
 * @type {Map<Chapter, import('../lab/index.js').ResiduaLab['addressOf']>} */
const addressIn = new Map(
  CHAPTERS.map((chapter) => [
    chapter,
    (experiment, linkState) => {
      const { origin, pathname } = location;
      return `${origin}${pathname}#${linkTo(chapter, experiment, linkState)}`;
    },
  ]),
);

/** A chapter's workbench stays when another is looked at, and so do its curves.
 * @param {Chapter} chapter @param {View} view */
function chapterView(chapter, view) {
  if (!view.visited.has(chapter.id)) return nothing;
  if (chapter.figure === 'image') return imageChapter(chapter, view);
  const { t, lang, data, recorded } = view;
  const shown = chapter === view.chapter;
  const next = CHAPTERS[CHAPTERS.indexOf(chapter) + 1];
  return html`
    <section ?hidden=${!shown} aria-label=${t(`${chapter.id}_name`)}>
      <residua-lab
        id=${`lab-${chapter.id}`}
        .lang=${lang}
        .source=${data.source}
        .figure=${chapter.figure}
        .storageKey=${chapter.id}
        .addressOf=${addressIn.get(chapter)}
        .loadWeights=${recordedWeights}
        .recorded=${recorded.of(chapter.recorded)}
        .recordedLayers=${recorded.layers}
      >
        <h1 slot="title">${t(`${chapter.id}_title`)}</h1>
        <p slot="title" class="tagline">${t('tagline')}</p>
        ${shown ? story(view) : nothing}
        <div slot="more" class="below">${shown ? more(view) : nothing}</div>
        <div slot="data" class="slotted data">${shown ? dataView(view) : nothing}</div>
        <div slot="machine" class="slotted">${shown ? isolationView(view) : nothing}</div>
      </residua-lab>
      ${shown ? insideView(view) : nothing}
      ${
        next
          ? html`<a class="next" href=${`#chapter=${next.id}`}
              ><small>${t('next')}</small> ${t(`${next.id}_title`)}</a
            >`
          : nothing
      }
    </section>
  `;
}

/** Why a part of the page is not here. */
const failure = () => (navigator.onLine ? 'image_failed' : 'image_offline');

/** The reader's own image; what it is looked at with comes when it is needed.
 * @param {Chapter} chapter @param {View} view */
function imageChapter({ id }, view) {
  const { t, lang, data, trained, kept, imageFailed } = view;
  const shown = id === view.chapter.id;
  const isHere = customElements.get('residua-image') !== undefined;
  return html`
    <section ?hidden=${!shown} aria-label=${t(`${id}_name`)}>
      <residua-image
        id=${`lab-${id}`}
        .lang=${lang}
        .source=${data.source}
        .trained=${trained}
        .kept=${kept}
        .loadRecorded=${recordedNetworks}
        .samples=${SAMPLES}
        .shown=${shown}
      >
        <h1 slot="title">${t(`${id}_title`)}</h1>
        ${isHere ? nothing : html`<p role="status">${t(imageFailed ? failure() : 'image_wait')}</p>`}
        ${shown ? html`${story(view)} ${more(view)}` : nothing}
        <div slot="data" class="slotted">${shown ? dataView(view) : nothing}</div>
      </residua-image>
    </section>
  `;
}

/** What the experiment runs on: each leads to its controls. @param {View} view */
function chips({ t, lang, element: lab, data }) {
  const inLab = translator(labMessages, lang);
  const engine = lab?.engine;
  const isCifar = lab?.isSynthetic === false;
  const name = isCifar ? (data.source?.name ?? 'CIFAR-10') : inLab('syntheticData');
  const fraction = shareOf(data.activity);
  const share = fraction ? `, ${percent(lang, fraction, 0)}` : '';
  return html`
    <button class="chip" id="data-chip" @click=${() => lab?.openPanel('data')}>
      ${data.isReading ? t('chipArriving', { share }) : name}
    </button>
    <button class="chip" id="engine-chip" @click=${() => lab?.openPanel('machine')}>
      ${engine ? t('thisMachine') : inLab(lab?.error ? 'engineMissing' : 'enginePending')}
    </button>
  `;
}

/** @param {View} view */
function settings({ t, lang, theme, actions }) {
  const onLang = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    actions.choose({ lang: /** @type {Lang} */ (target.value) });
  const onTheme = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    actions.choose({ theme: /** @type {Theme} */ (target.value) });
  return html`
    <select id="lang" aria-label=${t('language')} @change=${onLang}>
      ${LANGS.map(
        (one) => html`<option value=${one} lang=${one} .selected=${one === lang}>
          ${LANG_NAMES[one]}
        </option>`,
      )}
    </select>
    <select id="theme" aria-label=${t('theme')} @change=${onTheme}>
      ${THEMES.map(
        (one) =>
          html`<option value=${one} .selected=${one === theme}>${t(`theme_${one}`)}</option>`,
      )}
    </select>
  `;
}

/** @param {View} view */
function story(view) {
  const { t, chapter } = view;
  const texts = (/** @type {string} */ part, /** @type {number} */ count) =>
    Array.from({ length: count }, (_, i) => t(`${chapter.id}_${part}${i + 1}`));
  return html`
    ${texts('text', chapter.paragraphs).map(
      (text, i) =>
        html`<p slot=${i === 0 && chapter.figure !== 'image' ? 'intro' : nothing}>${prose(text)}</p>`,
    )}
    <div class="data-strip">
      ${stripView(view)} ${isBesideData(view) ? nothing : photographsView(view)}
    </div>
    ${chapter.id === 'shortcut' ? blockDrawing(t) : nothing}
    <div class="looks">
      <h2>${t('lookFor')}</h2>
      <ul>
        ${texts('look', chapter.looks).map((text) => html`<li>${prose(text)}</li>`)}
      </ul>
    </div>
  `;
}

/** What can wait until the first press. @param {View} view */
function more(view) {
  const { chapter } = view;
  return html`
    ${chapter.id === 'shortcut' ? optionsTable(view) : nothing}
    ${chapter.id === 'depth' ? recordedView(view) : nothing}
    ${
      chapter.variations.length > 0
        ? html`<p class="variations">
            ${chapter.variations.map((one) => variationView(one, view))}
          </p>`
        : nothing
    }
  `;
}

/** In the chapter of pictures, all ways to bring images follow the strip until there is a network.
 * @param {View} view */
function isBesideData({ chapter, element }) {
  const session = element && 'session' in element ? element.session : null;
  return chapter.figure === 'image' && !session?.opened;
}

/** The way to real photographs, as long as they are not here. @param {View} view */
function photographsView(view) {
  const { t, element, data } = view;
  if (data.hasCifar10 || data.facts) return html`<p>${picturesButton(view)}</p>`;
  const { activity } = data;
  const hasFailed = activity.state === 'failed' && activity.doing === 'fetch';
  return html`<div class="aside">
    <p>
      ${t('bringShort')} <span class="by-dropping">${t('bringDrop')}</span>
      <button class="link" @click=${() => element?.openPanel('data')}>${t('bringMore')}</button>
    </p>
    <div aria-live="polite">${hasFailed ? failureView(view) : nothing}</div>
    ${data.isReading ? progressView(view) : html`${getButton(view)} <p>${picturesButton(view)}</p>`}
  </div>`;
}

/** Whether a change would leave the experiment as it is. @param {Record<string, any>} experiment
 * @param {Record<string, any>} change */
function isAsIs(experiment, change) {
  return Object.entries(change).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(experiment[name]),
  );
}

/** @param {import('./chapters.js').Variation} variation @param {View} view */
function variationView({ id, change }, { t, lab, actions }) {
  const isChosen = lab && isAsIs(lab.experiment, change(lab.experiment));
  return html`<button
    id=${`try-${id}`}
    aria-pressed=${isChosen ? 'true' : 'false'}
    ?disabled=${lab?.state !== 'idle'}
    @click=${() => actions.vary(change)}
  >
    ${t(`try_${id}`)}
  </button>`;
}

/** What each kind of shortcut costs. @param {View} view */
function optionsTable({ t, lang, options }) {
  const { counts, depth, width } = options;
  return html`<table class="options">
    <caption>
      ${t('options_caption', { depth, width })}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t('options_option')}</th>
        <th scope="col">${t('options_where')}</th>
        <th scope="col" class="number">${t('options_parameters')}</th>
      </tr>
    </thead>
    <tbody>
      ${SHORTCUTS.map(
        (option) => html`<tr>
          <th scope="row">${option}</th>
          <td>${t(`options_${option}`)}</td>
          <td class="number">${counts ? number(lang, counts[option]) : '…'}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The way to bring CIFAR-10 and to get rid of it. @param {View} view */
function dataView(view) {
  const { t, data } = view;
  const { activity } = data;
  return html`
    <div aria-live="polite">
      ${data.facts ? factsView(view) : nothing}
      ${data.loss ? html`<p class="problem">${t(`images_${data.loss}`)}</p>` : nothing}
      ${activity.state === 'looking' ? html`<p>${t('looking')}</p>` : nothing}
      ${failureView(view)}
    </div>
    ${othersView(view)} ${data.isReading ? progressView(view) : chooserView(view)}
  `;
}

/** @param {View} view */
function factsView({ t, lang, data, lab }) {
  const { id, name, images, testImages, bytes, notKept } =
    /** @type {import('./data/data.js').Facts} */ (data.facts);
  const counts = { images: number(lang, images), testImages: number(lang, testImages) };
  return html`
    <p>
      ${t('isHere', { name, ...counts })}
      ${notKept ? t(`notKept_${notKept}`) : t('kept', { size: fileSize(lang, bytes) })}
      ${lab && lab.state !== 'idle' && lab.experiment.data === 'synthetic' ? t('useWhenDone') : ''}
    </p>
    <button id="remove-data" @click=${() => data.remove(id)}>
      ${t(notKept ? 'forget' : 'remove')}
    </button>
  `;
}

/** Sets that are kept beside the one that is used. @param {View} view */
function othersView({ t, lang, data, actions }) {
  if (data.others.length === 0) return nothing;
  return html`
    <p>${t('alsoKept')}</p>
    <ul class="kept-sets">
      ${data.others.map((one) => {
        const { id, name, bytes } = one;
        const [images, testImages] = [one.images, one.testImages].map((n) => number(lang, n));
        const size = fileSize(lang, bytes);
        return html`<li>
          ${t('keptSet', { name, images, testImages, size })}
          <button ?disabled=${data.isReading} @click=${() => actions.useImages(one)}>
            ${t('useSet')}
          </button>
          <button @click=${() => data.remove(id)}>${t('removeSet')}</button>
        </li>`;
      })}
    </ul>
  `;
}

/** @param {View} view */
function chooserView(view) {
  const { t, data, actions } = view;
  const bringFolder = (/** @type {File[]} */ files) => actions.bringFolder(placedFiles(files));
  return html`
    ${data.hasCifar10 ? nothing : getButton(view)}
    ${data.facts ? nothing : html`<p>${t('bring')}</p>`}
    <p class="chooser">
      ${fileButton(t('choose'), actions.bring, { id: 'choose-files', multiple: true })}
      ${fileButton(t('chooseFolder'), bringFolder, { id: 'choose-folder', folder: true })}
      <span class="by-dropping">${t('orDrop')}</span>
    </p>
    <p>${picturesButton(view)}</p>
  `;
}

/** The choice to use threads where the server does not allow for them. @param {View} view */
function isolationView({ t, isolation, lab }) {
  const { state } = isolation;
  if (!state) return nothing;
  if (state === 'impossible') return html`<p class="note">${t('threadsImpossible')}</p>`;
  const chosen = state !== 'possible';
  return html`
    <p class="note">${t(`threads_${state}`)} ${t('threadsReload')}</p>
    <button
      id="choose-threads"
      ?disabled=${lab?.state !== 'idle'}
      @click=${() => isolation.choose(!chosen)}
    >
      ${t(chosen ? 'threadsOff' : 'threadsOn')}
    </button>
  `;
}
