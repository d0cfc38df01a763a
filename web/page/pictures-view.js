/** How the page shows the panel of the reader's own pictures, and its way to bring files. */
import { html, nothing } from 'lit';
import { fileButton } from '../ui/file-button.js';
import { placedFiles } from './data/dropped.js';
import { failureView, progressView } from './data/view.js';

/** @typedef {import('./view.js').View} View */

/** @param {View} view */
export function picturesView(view) {
  const { t, lang, data, pictures, lab, trained, kept, actions } = view;
  if (!pictures.isThere) return nothing;
  const isHere = customElements.get('residua-pictures') !== undefined;
  return html`<residua-pictures
      ?hidden=${!pictures.isOpen}
      .lang=${lang}
      .data=${data}
      .lab=${lab}
      .trained=${[...kept.toReversed(), ...trained]}
      .actions=${actions.ofPictures}
    >
      <div slot="bring" class="slotted">${pictures.isOpen ? bringView(view) : nothing}</div>
    </residua-pictures>
    ${isHere ? nothing : html`<p role="status">${t(pictures.hasFailed ? 'image_failed' : 'pictures_wait')}</p>`}`;
}

/** @param {View} view */
function bringView(view) {
  const { t, data, actions } = view;
  const bringFolder = (/** @type {File[]} */ files) => actions.bringFolder(placedFiles(files));
  return html`<div aria-live="polite">${failureView(view)}</div>
    ${
      data.isReading
        ? progressView(view)
        : html`<p class="chooser">
            ${fileButton(t('chooseFolder'), bringFolder, { id: 'bring-folder', folder: true })}
            ${fileButton(t('choose'), actions.bring, { id: 'bring-files', multiple: true })}
            <span class="by-dropping">${t('orDropPictures')}</span>
          </p>`
    }`;
}

/** The way to the panel. @param {View} view */
export function picturesButton({ t, pictures }) {
  return html`<button class="own-pictures" @click=${() => pictures.open()}>
    ${t('ownPictures')}
  </button>`;
}
