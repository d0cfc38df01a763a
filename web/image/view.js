/** The view of the image element: a row for each thing to see, text and controls left, the figure
 * right. A view reads state and changes none. */
import { html, nothing } from 'lit';
import { number, percent } from '../ui/format.js';
import { notice } from '../ui/notice.js';
import { answerFigure } from './answer-view.js';
import { dataSlot } from './data-slot.js';
import { filtersRow, mapsRow } from './layers-view.js';
import { networkControls } from './network-view.js';
import { pictureControls, viewfinder } from './picture-view.js';
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
    ${opened ? inside(view, opened) : nothing}
    <p class="said" aria-live="polite">${element.said}</p>
  `;
}

/** What happens inside the network. The parts that come later load after the first answer.
 * @param {View} view @param {import('./networks.js').OpenNetwork} opened */
function inside(view, opened) {
  const { element, session, lang } = view;
  const { picture, layer, channel, maps } = session;
  const onLayer = (/** @type {CustomEvent<{ layer: number }>} */ { detail }) =>
    session.showLayer(detail.layer);
  return html`
    <residua-drawing
      class="part"
      .lang=${lang}
      .spec=${opened.net.spec}
      .selected=${layer}
      @residua-layer=${onLayer}
    ></residua-drawing>
    ${filtersRow(view)} ${mapsRow(view)}
    <residua-follow
      class="part"
      .lang=${lang}
      .opened=${opened}
      .picture=${picture}
      .layer=${layer}
      .channel=${maps ? channel : null}
      .shown=${element.shown}
      .engineOptions=${element.engineOptions}
    ></residua-follow>
    <residua-why class="part" .lang=${lang} .opened=${opened} .picture=${picture}></residua-why>
    ${testView(view)}
  `;
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

/** What the camera sees, or what the network does. @param {View} view */
function shownFigure(view) {
  const { camera } = view.element;
  return camera.stream || camera.starting ? viewfinder(view.element, view.t) : answerFigure(view);
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
    ${element.partsFailed ? notice(t('partsFailed')) : nothing}
  `;
}
