/** How the page shows images that arrive: the button that fetches CIFAR-10, what is under way, and what
 * went wrong. The panel and the chapter show the same. */
import { html, nothing } from 'lit';
import { PUBLISHED } from '../../lib/data/published.js';
import { clock, megabytes, number, percent } from '../../ui/format.js';

/** @typedef {import('../view.js').View} View */

/** How much of the file or files has arrived, from 0 to 1, as far as that is known.
 * @param {import('./data.js').Activity} activity */
export function shareOf(activity) {
  const isArriving = activity.state === 'reading' || activity.state === 'fetching';
  return isArriving && activity.total ? activity.done / activity.total : 0;
}

/** Says how much comes from whom before it is pressed. @param {View} view */
export function getButton({ t, lang, dataSource, actions }) {
  const { title, megabytes: size } = PUBLISHED.cifar10;
  const host = dataSource ? hostOf(dataSource, t) : 'Hugging Face';
  const label = t('get', { title, size: megabytes(lang, size * 1e6), host });
  return html`<p><button class="get" @click=${actions.getCifar10}>${label}</button></p>`;
}

/** @param {string} address @param {View['t']} t */
function hostOf(address, t) {
  const { origin, host } = new URL(address);
  return origin === location.origin ? t('thisSite') : host;
}

/** @param {View} view */
export function failureView({ t, data }) {
  const { activity } = data;
  if (activity.state !== 'failed') return nothing;
  if (activity.doing === 'fetch' && activity.isOffline) {
    return html`<p class="problem">${t('failed_offline')}</p>`;
  }
  return html`<div class="problem">
    <p>${t(`failed_${activity.doing}`)}</p>
    <p lang="en">${activity.message}</p>
  </div>`;
}

/** @param {View} view */
export function progressView(view) {
  const { t, data } = view;
  const { activity } = data;
  if (!('done' in activity)) return nothing;
  const { state, done, total } = activity;
  const text = progressText(view, activity);
  const isKeeping = state === 'keeping';
  return html`
    <p class="progress">${text}</p>
    <progress
      max="1"
      aria-label=${text}
      value=${!isKeeping && total ? done / total : nothing}
    ></progress>
    ${state === 'fetching' && activity.attempt > 1 ? html`<p class="again">${t('startedAgain')}</p>` : nothing}
    ${isKeeping ? nothing : html`<button @click=${() => data.cancel()}>${t('cancel')}</button>`}
  `;
}

/** @param {View} view @param {Extract<import('./data.js').Activity, { done: number }>} activity */
function progressText({ t, lang }, activity) {
  const { state, name, done, total } = activity;
  if (state === 'keeping') return t('keeping');
  const amount = (/** @type {number} */ of) =>
    (state === 'decoding' ? number : megabytes)(lang, of);
  const amounts = { name, done: amount(done), total: total && amount(total) };
  if (state !== 'fetching') return t(state === 'decoding' ? 'decodingOf' : 'readingOf', amounts);
  const { secondsLeft } = activity;
  const left = secondsLeft === undefined ? undefined : clock(secondsLeft);
  const share = total && percent(lang, done / total, 0);
  return t('fetchingOf', { ...amounts, share, left });
}
