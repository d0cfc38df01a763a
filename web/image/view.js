/** The view of the image element: a row for each thing to see, text and controls left, the figure
 * right. A view reads state and changes none. */
import { html, nothing } from 'lit';
import { NORMALISATIONS } from '../lib/spec.js';
import { WEIGHTS_ENDINGS } from '../lib/weights/files.js';
import { fileButton } from '../ui/file-button.js';
import { mebibytes, number, percent } from '../ui/format.js';
import { notice } from '../ui/notice.js';
import { lineColor } from '../ui/palette.js';
import { className, NAMED } from './classes.js';
import { dataSlot } from './data-slot.js';
import { draw } from './draw.js';
import { ASSUMED } from './networks.js';
import { testView } from './test-view.js';

/** @typedef {import('./element.js').ResiduaImage} ResiduaImage */
/**
 * @typedef {object} View
 * @property {ResiduaImage} element
 * @property {import('./session.js').ImageSession} session
 * @property {import('../ui/messages.js').Translate} t
 * @property {string} lang
 */

/** @param {View} view */
export function imageView(view) {
  const { element, session } = view;
  const { opened } = session;
  return html`
    <div class="first row">
      <div class="title"><slot name="title"></slot></div>
      <div class="main">
        ${networkControls(view)} ${opened ? pictureControls(view) : nothing} ${notices(view)}
        ${opened ? shownFigure(view) : firstPress(view)}
      </div>
      <div class="story"><slot></slot>${opened ? nothing : dataSlot()}</div>
    </div>
    ${opened ? html`${filtersRow(view)} ${mapsRow(view)} ${testView(view)}` : nothing}
    <p class="said" aria-live="polite">${element.said}</p>
  `;
}

// The network.

const NETWORK_FILES = {
  ...{ id: 'choose-network', name: 'choose-network' },
  accept: WEIGHTS_ENDINGS.join(','),
};
const ORIGINS = /** @type {const} */ (['page', 'recorded', 'file']);

/** @param {View} view */
function networkControls(view) {
  const { element, session, t } = view;
  const { choices } = element;
  const sorted = ORIGINS.flatMap((from) => choices.filter((choice) => choice.from === from));
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.choose(sorted[target.selectedIndex]);
  const options = (/** @type {typeof ORIGINS[number]} */ from) =>
    sorted
      .filter((choice) => choice.from === from)
      .map(
        (choice) =>
          html`<option .selected=${choice === session.opened?.choice}>${choice.name}</option>`,
      );
  const groups = ORIGINS.filter((from) => sorted.some((choice) => choice.from === from));
  return html`<div class="controls">
      <label for="network">${t('network')}</label>
      ${
        groups.length > 0
          ? html`<select id="network" @change=${onChange}>
              ${groups.map(
                (from) => html`<optgroup label=${t(`from_${from}`)}>${options(from)}</optgroup>`,
              )}
            </select>`
          : html`<span class="muted">${t('noNetwork')}</span>`
      }
      ${fileButton(t('chooseNetwork'), (files) => void element.take(files), NETWORK_FILES)}
    </div>
    ${session.opened ? networkFacts(view, session.opened) : nothing}`;
}

/** @param {View} view @param {import('./networks.js').OpenNetwork} opened */
function networkFacts(view, { net, choice, memory, asksForKind, asksForNormalisation, kind }) {
  const { t, lang } = view;
  const { data } = choice;
  const trained = data
    ? t('trainedOn', {
        images: number(lang, data.images),
        data: data.synthetic ? t('synthetic') : data.name,
      })
    : t('trainedUnknown');
  const facts = t('networkFacts', {
    ...{ family: net.spec.family, depth: net.spec.depth, width: net.spec.width },
    ...{ parameters: number(lang, net.parameters), memory: mebibytes(lang, memory) },
  });
  return html`<p class="muted facts">
    ${facts} ${trained}
    ${asksForKind ? kindChoice(view, kind) : knows(kind, net.spec.classes, view)}
    ${asksForNormalisation ? normalisationChoice(view, choice.normalisation ?? ASSUMED) : nothing}
  </p>`;
}

/** @param {import('./classes.js').Kind} kind @param {number} classes @param {View} view */
function knows(kind, classes, { t, lang }) {
  if (typeof kind !== 'string') return t('knowsNamed', { names: kind.join(', ') });
  return t(`knows_${kind}`, { count: number(lang, classes) });
}

/** A file does not say how its images were normalised. @param {View} view @param {string} chosen */
function normalisationChoice({ session, t }, chosen) {
  const names = Object.keys(NORMALISATIONS);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.normalise(names[target.selectedIndex]);
  const texts = names.map((name) => {
    const { mean, std } = NORMALISATIONS[name];
    return t(`normalisation_${name}`, { numbers: `${mean[0]} / ${std[0]}` });
  });
  return html`<label class="kinds"
    >${t('normalisationQuestion')}
    <select name="normalisation" @change=${onChange}>
      ${names.map((name, i) => html`<option .selected=${name === chosen}>${texts[i]}</option>`)}
    </select>
  </label>`;
}

/** A file does not say what its ten classes are. @param {View} view
 * @param {import('./classes.js').Kind} kind */
function kindChoice({ session, t }, kind) {
  const kinds = /** @type {const} */ (['cifar10', 'shapes', 'numbers']);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.nameClasses(kinds[target.selectedIndex]);
  return html`<label class="kinds"
    >${t('kindQuestion')}
    <select name="kind" @change=${onChange}>
      ${kinds.map((one) => html`<option .selected=${one === kind}>${t(`kind_${one}`)}</option>`)}
    </select>
  </label>`;
}

/** Before there is any network. @param {View} view */
function firstPress({ element, session, t, lang }) {
  if (session.busy === 'training') {
    const text = t('training', { share: percent(lang, session.share, 0) });
    return html`<div class="empty">
      <p>${text}</p>
      <progress max="1" .value=${session.share} aria-label=${text}></progress>
      <p><button @click=${() => session.stop()}>${t('stop')}</button></p>
    </div>`;
  }
  if (session.busy) return html`<div class="empty"><p>${t('loading')}</p></div>`;
  return html`<div class="empty">
    <p>${t('firstPress')}</p>
    <p>
      <button class="primary" id="train-small" @click=${() => element.trainSmall()}>
        ${t('trainSmall')}
      </button>
    </p>
  </div>`;
}

// The picture.

const PICTURE_FILES = {
  ...{ id: 'choose-picture', name: 'choose-picture' },
  accept: 'image/png,image/jpeg,image/webp,image/gif,image/bmp,image/avif',
};

/** @param {View} view */
function pictureControls({ element, t }) {
  const { camera } = element;
  const isOn = camera.stream !== null;
  return html`<div class="controls">
      <span>${t('picture')}</span>
      ${fileButton(t('choosePicture'), (files) => void element.take(files), PICTURE_FILES)}
      <button id="camera" ?disabled=${isOn || camera.starting} @click=${() => camera.start()}>
        ${t('useCamera')}
      </button>
      <span class="muted">${t('orDrop')}</span>
    </div>
    <p class="muted facts">${t('private')}</p>`;
}

/** What the camera sees, or what the network does. @param {View} view */
function shownFigure(view) {
  const { camera } = view.element;
  return camera.stream || camera.starting ? viewfinder(view.element, view.t) : figure(view);
}

/** @param {ResiduaImage} element @param {View['t']} t */
function viewfinder(element, t) {
  const { camera } = element;
  return html`<div class="viewfinder">
    ${
      camera.stream
        ? html`<video autoplay muted playsinline aria-label=${t('viewfinder')}></video>`
        : html`<p class="muted">${t('cameraStarting')}</p>`
    }
    <p class="controls">
      <button class="primary" id="shoot" ?disabled=${!camera.stream} @click=${() => element.shoot()}>
        ${t('shoot')}
      </button>
      <button @click=${() => camera.stop()}>${t('cancel')}</button>
    </p>
  </div>`;
}

/** @param {View} view */
function notices({ element, session, t, lang }) {
  const { refusal, camera } = element;
  const { failure } = session;
  const say = (/** @type {number | undefined} */ value) => number(lang, value ?? 0);
  return html`
    ${failure ? notice(t(`failed_${failure.doing}`), failure.error.message) : nothing}
    ${
      refusal
        ? notice(
            t(`refused_${refusal.problem}`, {
              ...refusal,
              there: say(refusal.there),
              most: say(refusal.most),
            }),
            refusal.detail,
          )
        : nothing
    }
    ${camera.problem ? notice(t(`camera_${camera.problem}`)) : nothing}
  `;
}

/** The picture and what the network says of it. @param {View} view */
function figure(view) {
  const { session, t } = view;
  const { picture, opened } = session;
  const { choice, kind } = /** @type {import('./networks.js').OpenNetwork} */ (opened);
  if (!picture) {
    return html`<div class="empty"><p>${t('noPicture')}</p></div>`;
  }
  const given = picture.given?.kind === kind ? picture.given.label : null;
  const data = kind === 'shapes' ? t('synthetic') : (session.source?.name ?? 'CIFAR-10');
  const shows = picture.given
    ? t('captionTest', { data, given: given === null ? '–' : className(kind, given, t) })
    : t('captionOwn', { picture: picture.name });
  return html`<figure class="answer">
      <div class="looked">
        <canvas
          class="seen"
          role="img"
          aria-label=${t('seen')}
          ${draw(picture.pixels)}
        ></canvas>
        ${bars(view, given)}
      </div>
      <figcaption><b>${t('figure')}</b> ${shows} ${t('captionAnswer', { network: choice.name })}</figcaption>
    </figure>
    ${samples(view)}`;
}

/** The probabilities: a table whose cells are bars. @param {View} view @param {number | null} given */
function bars({ session, t, lang }, given) {
  const opened = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { kind, net } = opened;
  const { probabilities } = session;
  const { classes } = net.spec;
  const rows = Array.from({ length: classes }, (_, i) => ({
    index: i,
    share: probabilities?.[i] ?? 0,
  }));
  // Of many classes, the most probable; ten keep their places, so that pictures can be compared.
  if (classes > NAMED) rows.sort((a, b) => b.share - a.share).splice(NAMED);
  const most = Math.max(...rows.map(({ share }) => share));
  return html`<table class="bars" style=${`--line: ${lineColor(net.spec)}`}>
    <caption class="unseen">${t('barsCaption')}</caption>
    <thead class="unseen">
      <tr><th scope="col">${t('class')}</th><th scope="col">${t('probability')}</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ index, share }) => html`<tr class=${probabilities && share === most ? 'best' : ''}>
          <th scope="row">
            ${className(kind, index, t)}${
              index === given ? html` <span class="given">${t('given')}</span>` : nothing
            }
          </th>
          <td>
            <span class="track"><span class="bar" style=${`width: ${share * 100}%`}></span></span>
            <span class="share">${probabilities ? percent(lang, share) : '…'}</span>
          </td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Images of the test set, to look at. @param {View} view */
function samples({ element, session, t }) {
  const { samples: pictures, opened } = session;
  if (pictures.length === 0) return nothing;
  const kind = opened?.kind ?? 'numbers';
  return html`<div class="samples" role="group" aria-label=${t('samples')}>
    <span class="muted">${t(kind === 'shapes' ? 'samplesSynthetic' : 'samples')}</span>
    ${pictures.map(
      (picture, i) => html`<button
        class="sample"
        aria-pressed=${picture === session.picture}
        aria-label=${t('sample', {
          number: i + 1,
          given: picture.given ? className(kind, picture.given.label, t) : '',
        })}
        @click=${() => element.showPicture(picture)}
      >
        <canvas ${draw(picture.pixels)}></canvas>
      </button>`,
    )}
  </div>`;
}

// What happens inside.

/** So many tiles have room to be larger. */
const FEW = 16;

/** @param {View} view */
function filtersRow({ session, t, lang }) {
  const { filters } = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const count = filters.pixels.length;
  const largest = number(lang, filters.largest, 2);
  return html`<div class="row" id="filters">
    <div class="text">
      <h2>${t('filtersTitle')}</h2>
      <p>${t('filtersText', { count: number(lang, count) })}</p>
      <p class="muted">${t('filtersScale', { largest })}</p>
    </div>
    <div
      class=${`tiles filters ${count <= FEW ? 'few' : ''}`}
      role="img"
      aria-label=${t('filtersLabel', { count: number(lang, count), largest })}
    >
      ${filters.pixels.map((pixels) => html`<canvas ${draw(pixels)}></canvas>`)}
    </div>
  </div>`;
}

/** @param {View} view */
function mapsRow({ session, t, lang }) {
  const { net } = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { maps, layer } = session;
  const { name, width, height, channels } = net.layers[layer];
  const size = { width, height, channels: number(lang, channels), name };
  const largest = number(lang, maps?.largest ?? 0, 2);
  const count = maps?.pixels.length ?? 0;
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.showLayer(target.selectedIndex);
  return html`<div class="row" id="maps">
    <div class="text">
      <h2>${t('mapsTitle')}</h2>
      <p>${t('mapsText')}</p>
      <label
        >${t('layer')}
        <select name="layer" @change=${onChange}>
          ${net.layers.map(
            (one, i) => html`<option .selected=${i === layer}>
              ${t('layerOption', { number: i + 1, ...one })}
            </option>`,
          )}
        </select></label
      >
      ${
        maps
          ? html`<p class="muted">
              ${t('mapsScale', { ...size, largest })}
              ${count < channels ? t('mapsFirst', { count: number(lang, count) }) : nothing}
            </p>`
          : nothing
      }
    </div>
    ${
      maps
        ? html`<div
            class=${`tiles maps ${count <= FEW ? 'few' : ''}`}
            role="img"
            aria-label=${t('mapsLabel', { ...size, largest })}
          >
            ${maps.pixels.map((pixels) => html`<canvas ${draw(pixels)}></canvas>`)}
          </div>`
        : html`<p class="muted">${t('mapsNone')}</p>`
    }
  </div>`;
}
