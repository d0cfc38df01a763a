/** The view of the ways to a picture: one of the reader's own, the camera, photographs that are here, and test
 * images. */
import { html, nothing } from 'lit';
import { fileButton } from '../ui/file-button.js';
import { className } from './classes.js';
import { draw } from './draw.js';

/** @typedef {import('./view.js').View} View */

const PICTURE_FILES = {
  ...{ id: 'choose-picture', name: 'choose-picture' },
  accept: 'image/png,image/jpeg,image/webp,image/gif,image/bmp,image/avif',
};

/** @param {View} view */
export function pictureControls(view) {
  const { element, t } = view;
  const { camera } = element;
  const isOn = camera.stream !== null;
  return html`<div class="controls">
      <span>${t('picture')}</span>
      ${fileButton(t('choosePicture'), (files) => void element.take(files), PICTURE_FILES)}
      <button id="camera" ?disabled=${isOn || camera.starting} @click=${() => camera.start()}>
        ${t('useCamera')}
      </button>
      <span class="muted by-dropping">${t('orDrop')}</span>
    </div>
    ${photographs(view)} ${testImages(view)}
    <p class="muted facts">${t('private')}</p>`;
}

/** @param {View} view */
function photographs({ element, session, t }) {
  if (element.samples.length === 0) return nothing;
  return html`<div class="controls samples" role="group" aria-label=${t('photographs')}>
    <span class="muted">${t('photographs')}</span>
    ${element.samples.map(
      (sample) => html`<button
        class="photograph"
        aria-pressed=${session.picture?.sample === sample}
        @click=${() => element.showSample(sample)}
      >
        ${t(`sample_${sample.id}`)}
      </button>`,
    )}
  </div>`;
}

/** @param {View} view */
function testImages({ element, session, t, lang }) {
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
          given: picture.given ? className(kind, picture.given.label, lang) : '',
        })}
        @click=${() => element.showPicture(picture)}
      >
        <canvas ${draw(picture.pixels)}></canvas>
      </button>`,
    )}
  </div>`;
}

/** @param {View['element']} element @param {View['t']} t */
export function viewfinder(element, t) {
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
