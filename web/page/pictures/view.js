/** The view of the panel: sets and the one that is used at the left, training, trial and files at the right. A
 * view reads state and changes none. */
import { html, nothing } from 'lit';
import { imageMessages } from '../../image/messages/index.js';
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { fileSize, number } from '../../ui/format.js';
import { translator } from '../../ui/messages.js';
import { keysOfName } from '../../ui/name-input.js';
import { notice } from '../../ui/notice.js';
import { isOwn } from '../data/data.js';
import { collectView, waitingView } from './collect-view.js';
import { setView } from './set-view.js';
import { trainView } from './train-view.js';
import { awayView, trialView } from './trial-view.js';

/** @typedef {import('./element.js').ResiduaPictures} ResiduaPictures */
/** @typedef {{ element: ResiduaPictures, t: import('../../ui/messages.js').Translate, lang: string }} View */

/** @param {View} view */
export function picturesView(view) {
  const { element, t } = view;
  const { collection, facts, actions } = element;
  return html`
    <section class="panel" aria-labelledby="pictures-title">
      <div class="head">
        <h2 id="pictures-title" tabindex="-1">${t('title')}</h2>
        <button class="quiet" @click=${() => actions?.close()}>${t('close')}</button>
      </div>
      <p class="intro">${t('intro')}</p>
      <div class="columns">
        <div>
          ${waitingView(view)} ${refusedView(view)}
          ${
            collection
              ? collectView(view, collection)
              : html`<slot name="bring"></slot>
                  <p>
                    <button id="collect" @click=${() => element.collect()}>${t('collect')}</button>
                  </p>
                  ${setsView(view)} ${facts ? setView(view, facts) : nothing}`
          }
        </div>
        ${facts ? html`<div>${trainView(view, facts)} ${trialView(view)} ${awayView(view)}</div>` : nothing}
      </div>
      <p class="said" aria-live="polite">${element.said}</p>
    </section>
  `;
}

/** Sets side by side. @param {View} view */
function setsView(view) {
  const { element, t, lang } = view;
  const { data } = element;
  if (!data || data.sets.length === 0) return nothing;
  return html`<h3>${t('setsTitle')}</h3>
    <ul class="sets">
      ${data.sets.map((facts) => {
        const { id, name, bytes, notKept } = facts;
        const isUsed = id === data.facts?.id;
        const [classes, images, testImages] = [facts.classes, facts.images, facts.testImages].map(
          (count) => number(lang, count),
        );
        const size = notKept ? t('notKept') : fileSize(lang, bytes);
        return html`<li aria-current=${isUsed ? 'true' : nothing}>
          <span class="set-name">${element.renaming?.id === id ? nameInput(view, facts) : name}</span>
          <span class="muted">${t('setFacts', { classes, images, testImages, size })}</span>
          <span class="tools">
            ${
              isUsed
                ? html`<b>${t('inUse')}</b>`
                : html`<button
                    aria-label=${t('useOf', { name })}
                    ?disabled=${data.isReading}
                    @click=${() => element.actions?.use(facts)}
                  >
                    ${t('use')}
                  </button>`
            }
            ${
              isOwn(facts)
                ? html`<button
                    class="quiet rename"
                    aria-label=${t('renameOf', { name })}
                    ?disabled=${data.isReading}
                    @click=${() => element.startRename(facts)}
                  >
                    ${t('rename')}
                  </button>`
                : nothing
            }
            <button
              class="quiet"
              aria-label=${t('removeOf', { name })}
              ?disabled=${data.isReading}
              @click=${() => data.remove(id)}
            >
              ${t('remove')}
            </button>
          </span>
        </li>`;
      })}
    </ul>`;
}

/** A name that is being written; leaving it keeps it.
 * @param {View} view @param {import('../data/data.js').Facts} facts */
function nameInput({ element, t }, facts) {
  const { name } = facts;
  const isTaken = element.renaming?.isTaken;
  return html`<input
      name="new-name"
      aria-label=${t('newNameOf', { name })}
      aria-invalid=${isTaken ? 'true' : nothing}
      maxlength=${LONGEST_NAME}
      .value=${name}
      @keydown=${keysOfName(name)}
      @blur=${(/** @type {{ target: HTMLInputElement }} */ { target }) => element.rename(facts, target.value)}
    />
    ${isTaken ? html`<span class="warning" role="alert">${t('nameTaken')}</span>` : nothing}`;
}

/** Pictures that could not be read, each with its reason. @param {View} view */
function refusedView({ element, lang }) {
  const inImage = translator(imageMessages, lang);
  const say = (/** @type {number | undefined} */ value) => number(lang, value ?? 0);
  return element.refused.slice(0, 5).map((one) => {
    const counts = { there: say(one.there), most: say(one.most) };
    return notice(inImage(`refused_${one.problem}`, { ...one, ...counts }), one.detail);
  });
}
