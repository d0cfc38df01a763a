/** The view of a trial on other pictures, and of the files to take away. */
import { html, nothing } from 'lit';
import { draw } from '../../image/draw.js';
import { fileButton } from '../../ui/file-button.js';
import { percent } from '../../ui/format.js';
import { notice } from '../../ui/notice.js';
import { cameraView } from './collect-view.js';

/** @typedef {import('./view.js').View} View */

/** Classes of an answer that are shown, the most probable first. */
const MOST_CLASSES = 5;
const PICTURE_FILES = { id: 'try-pictures', accept: 'image/*', multiple: true };

/** @param {View} view */
export function trialView(view) {
  const { element, t } = view;
  const { trial, candidates } = element;
  if (!trial.network) {
    return html`<h3>${t('trialTitle')}</h3>
      <p class="muted">${t('trialNone')}</p>`;
  }
  const onChoice = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.choose(candidates[target.selectedIndex]);
  return html`<h3>${t('trialTitle')}</h3>
    ${trial.error ? notice(t('trialFailed'), trial.error.message) : nothing}
    <div class="trial" data-zone="trial">
      <p class="controls">
        ${
          candidates.length > 1
            ? html`<label>
                ${t('network')}
                <select name="candidate" @change=${onChoice}>
                  ${candidates.map(
                    (one) => html`<option .selected=${one.weights === trial.network?.weights}>
                      ${one.name}
                    </option>`,
                  )}
                </select>
              </label>`
            : html`<b>${trial.network.name}</b>`
        }
        ${fileButton(t('choosePictures'), (files) => void element.tryPictures(files), PICTURE_FILES)}
        <span class="muted by-dropping">${t('orDrop')}</span>
      </p>
      ${cameraView(view, 'trial')} ${trial.live ? answerView(view, trial.live) : nothing}
      ${trial.answers.map((answer) => answerView(view, answer))}
    </div>`;
}

/** A picture and the classes that it may be of.
 * @param {View} view @param {import('./trial.js').Answer} answer */
function answerView({ element, t, lang }, { name, pixels, shares }) {
  const names = element.trial.net?.classNames ?? [];
  const called = name || t('cameraPicture');
  const best = shares
    .map((share, i) => ({ share, name: names[i] }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_CLASSES);
  return html`<div class="answer">
    <canvas ${draw(pixels)}></canvas>
    <table aria-label=${t('answerOf', { name: called })}>
      <thead class="unseen">
        <tr><th scope="col">${t('class')}</th><th scope="col">${t('probability')}</th></tr>
      </thead>
      <tbody>
        ${best.map(
          (one, i) => html`<tr class=${i === 0 ? 'best' : ''}>
            <th scope="row">${one.name}</th>
            <td>
              <span class="track"
                ><span class="bar" style=${`width: ${one.share * 100}%`}></span
              ></span>
              <span class="share">${percent(lang, one.share)}</span>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
    <span class="muted picture-name">${called}</span>
  </div>`;
}

/** @param {View} view */
export function awayView({ element, t }) {
  if (!element.trial.net) return nothing;
  return html`<h3>${t('awayTitle')}</h3>
    <p class="controls">
      <button id="save-weights" @click=${() => element.save('safetensors')}>
        ${t('saveWeights')}
      </button>
      <button id="save-onnx" @click=${() => element.save('onnx')}>${t('saveOnnx')}</button>
    </p>
    <p>${t('snippetText', { file: element.weightsFile })}</p>
    <pre tabindex="0"><code>${element.snippet}</code></pre>
    <p>
      <button id="copy-snippet" @click=${() => element.copySnippet()}>
        ${t(element.copied ? 'copied' : 'copy')}
      </button>
    </p>`;
}
