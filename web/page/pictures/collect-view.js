/** The view of classes that are being collected, with the camera, and of loose pictures that wait for one. */
import { html, nothing } from 'lit';
import { draw } from '../../image/draw.js';
import { imageMessages } from '../../image/messages/index.js';
import { pixelsOfInput } from '../../image/pixels.js';
import { fileButton } from '../../ui/file-button.js';
import { number } from '../../ui/format.js';
import { translator } from '../../ui/messages.js';
import { notice } from '../../ui/notice.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./element.js').ResiduaPictures} ResiduaPictures */
/** @typedef {import('./collection.js').Collection} Collection */

/** Of a class, the latest. */
const MOST_SHOWN = 12;
const PICTURE_FILES = { accept: 'image/*', multiple: true };

/** Each input is drawn once. @type {WeakMap<Uint8Array, import('../../image/pixels.js').Pixels>} */
const drawn = new WeakMap();

/** @param {Uint8Array} input */
function pixelsOf(input) {
  const pixels = drawn.get(input) ?? pixelsOfInput(input);
  drawn.set(input, pixels);
  return pixels;
}

/** @param {{ target: HTMLInputElement }} event */
const textOf = ({ target }) => target.value;

/** @param {View} view @param {Collection} collection */
export function collectView(view, collection) {
  const { element, t } = view;
  const { obstacle } = collection;
  return html`<h3>${t('collectTitle')}</h3>
    <p class="muted">${t('collectText')}</p>
    ${cameraView(view, 'collect')}
    <ul class="collected">${collection.classes.map((_, i) => classView(view, collection, i))}</ul>
    <p>
      <button
        id="add-class"
        @click=${() =>
          element.change((one) => {
            one.addClass(t('classNumber', { number: one.classes.length + 1 }));
          })}
      >
        + ${t('addClass')}
      </button>
    </p>
    <p class="controls">
      <label>
        ${t('setName')}
        <input
          name="set-name"
          maxlength="80"
          placeholder=${t('ownName')}
          .value=${collection.name}
          @change=${(/** @type {any} */ event) =>
            element.change((one) => {
              one.name = textOf(event);
            })}
        />
      </label>
      <button
        class="primary"
        id="keep-set"
        ?disabled=${obstacle !== null || element.data?.isReading}
        @click=${() => element.keep()}
      >
        ${t('keep')}
      </button>
      <button @click=${() => element.stopCollecting()}>${t('cancel')}</button>
    </p>
    ${obstacle ? html`<p class="muted">${t(obstacle.key, obstacle)}</p>` : nothing}`;
}

/** @param {View} view @param {Collection} collection @param {number} index */
function classView({ element, t, lang }, { classes }, index) {
  const { name, inputs } = classes[index];
  const isHeld = element.recording === index;
  const camera = element.cameraFor === 'collect' && element.camera.stream !== null;
  return html`<li data-zone=${index} class=${isHeld ? 'held' : ''}>
    <div class="controls">
      <input
        name="class-name"
        maxlength="80"
        aria-label=${t('className')}
        .value=${name}
        @change=${(/** @type {any} */ event) =>
          element.change((one) => one.renameClass(index, textOf(event)))}
      />
      <span class="muted">${t('pictures', { count: number(lang, inputs.length) })}</span>
      <button
        class="quiet remove"
        aria-label=${t('removeClass', { name })}
        @click=${() => element.change((one) => one.removeClass(index))}
      >
        ×
      </button>
    </div>
    <div class="controls">
      ${camera ? holdButton(element, index, t('hold'), t('holdOf', { name })) : nothing}
      ${fileButton(t('addFiles'), (files) => void element.addPictures(index, files), PICTURE_FILES)}
      ${
        inputs.length > 0
          ? html`<button
              class="quiet"
              @click=${() => element.change((one) => one.removeLast(index))}
            >
              ${t('removeLast')}
            </button>`
          : nothing
      }
    </div>
    <span class="strip" aria-hidden="true">
      ${inputs
        .slice(-MOST_SHOWN)
        .reverse()
        .map((input) => html`<canvas ${draw(pixelsOf(input))}></canvas>`)}
    </span>
  </li>`;
}

/** Records as long as it is held, by pointer or by key.
 * @param {ResiduaPictures} element @param {number} index @param {string} text @param {string} label */
function holdButton(element, index, text, label) {
  const begin = (/** @type {PointerEvent} */ event) => {
    const { currentTarget, pointerId } = event;
    /** @type {Element} */ (currentTarget).setPointerCapture(pointerId);
    void element.record(index);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.type === 'keydown') void element.record(index);
    else element.stopRecording();
  };
  const end = () => element.stopRecording();
  return html`<button
    class="primary hold"
    aria-label=${label}
    aria-pressed=${element.recording === index}
    @pointerdown=${begin}
    @pointerup=${end}
    @pointercancel=${end}
    @lostpointercapture=${end}
    @keydown=${onKey}
    @keyup=${onKey}
    @blur=${end}
    @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
  >
    ${text}
  </button>`;
}

/** The camera's switch and what it sees. @param {View} view @param {'collect' | 'trial'} purpose */
export function cameraView({ element, t, lang }, purpose) {
  const { camera, cameraFor } = element;
  const isOn = cameraFor === purpose && (camera.stream !== null || camera.starting);
  const problem = cameraFor === purpose ? camera.problem : null;
  return html`${problem ? notice(translator(imageMessages, lang)(`camera_${problem}`)) : nothing}
    ${
      isOn
        ? html`<div class="viewfinder">
            ${
              camera.stream
                ? html`<video autoplay muted playsinline aria-label=${t('cameraSees')}></video>`
                : html`<p class="muted">${t('cameraStarting')}</p>`
            }
            <button @click=${() => element.stopCamera()}>${t('stopCamera')}</button>
          </div>`
        : html`<button class="camera" @click=${() => element.startCamera(purpose)}>
            ${t('startCamera')}
          </button>`
    }`;
}

/** Loose pictures, and the classes that they may be of. @param {View} view */
export function waitingView({ element, t, lang }) {
  const { waiting, collection, facts } = element;
  if (waiting.length === 0) return nothing;
  const names = collection ? collection.classes.map(({ name }) => name) : (facts?.classNames ?? []);
  const onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const name = String(new FormData(form).get('waiting-class')).trim();
    if (name) void element.putWaiting(name);
  };
  return html`<div class="box waiting" role="group">
    <p><b>${t('waiting', { count: number(lang, waiting.length) })}</b></p>
    <p class="controls">
      ${names.slice(0, 12).map(
        (name) => html`<button @click=${() => element.putWaiting(name)}>
          ${t('putInto', { name })}
        </button>`,
      )}
    </p>
    <form class="controls" @submit=${onSubmit}>
      <label>${t('newClass')} <input name="waiting-class" maxlength="80" required /></label>
      <button>${t('putIntoNew')}</button>
    </form>
    <p class="controls">
      <button
        class="quiet"
        @click=${() => {
          element.actions?.lookAt(waiting);
          element.dropWaiting();
        }}
      >
        ${t('lookOnly')}
      </button>
      <button class="quiet" @click=${() => element.dropWaiting()}>${t('dropWaiting')}</button>
    </p>
  </div>`;
}
