/** The view of interrupted experiments, and of why runs in training are not saved. */
import { html, nothing } from 'lit';
import { moment, number } from '../../ui/format.js';

/** @typedef {import('./kept.js').Interrupted} Interrupted */
/** @typedef {import('../view.js').View} View */

/** @param {View} view */
export function interruptedView(view) {
  const { t } = view;
  const { interrupted, unreadable } = view.lab.recovery;
  return [
    ...interrupted.map((one) =>
      one.elsewhere
        ? html`<p class="box interrupted">${t('elsewhere', { names: one.names.join(', ') })}</p>`
        : offer(one, view),
    ),
    ...unreadable.map((one) => removal(one, view)),
  ];
}

/** @param {import('./kept.js').Unreadable} unreadable @param {View} view */
function removal({ id, when }, { lab, t, lang }) {
  return html`<section class="box interrupted" aria-labelledby=${`unreadable-${id}`}>
    <p id=${`unreadable-${id}`}>${t('unreadableRuns', { when: moment(lang, when) })}</p>
    <p class="choices">
      <button class="quiet" @click=${() => lab.recovery.discard(id)}>${t('removeRuns')}</button>
    </p>
  </section>`;
}

/** @param {Interrupted} interrupted @param {View} view */
function offer({ id, experiment, when, names, runs }, { lab, t, lang }) {
  const missing = experiment.data !== 'synthetic' && !lab.source;
  const states = names.map((name, i) => stateOf(name, runs[i], t, lang));
  return html`<section class="box interrupted" aria-labelledby=${`interrupted-${id}`}>
    <p id=${`interrupted-${id}`}>${t('interrupted', { when: moment(lang, when) })}</p>
    <p class="detail">${states.join(', ')}.</p>
    ${missing ? html`<p class="detail">${t('interruptedImages')}</p>` : nothing}
    <p class="choices">
      <button ?disabled=${lab.busy || missing} @click=${() => lab.recovery.resume(id)}>
        ${t('resumeRuns')}
      </button>
      <button class="quiet" @click=${() => lab.recovery.discard(id)}>${t('discardRuns')}</button>
    </p>
  </section>`;
}

/** @param {string} name @param {Interrupted['runs'][number]} saved @param {View['t']} t
 * @param {string} lang */
function stateOf(name, saved, t, lang) {
  const { tick } = saved?.run ?? {};
  if (!saved || !tick) return t('interruptedNew', { name });
  if (saved.ended) return t('interruptedEnded', { name });
  const digits = Number.isInteger(tick.epoch) ? 0 : 1;
  return t('interruptedAt', { name, epoch: number(lang, tick.epoch, digits), epochs: tick.epochs });
}

/** @param {View} view */
export function keepingNotes({ lab, t }) {
  const { problem } = lab.recovery;
  const others = lab.rows.filter(({ run }) => run.otherArithmetic).map(({ name }) => name);
  return html`
    ${problem ? html`<p class="note">${t(`notKept_${problem}`)}</p>` : nothing}
    ${
      others.length > 0
        ? html`<p class="note">${t('otherArithmetic', { names: others.join(', ') })}</p>`
        : nothing
    }
  `;
}
