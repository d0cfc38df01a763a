/** The list of runs that have ended here, by experiment, and how much of the browser's storage they take. */
import { html, nothing } from 'lit';
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { fileSize, megabytes, moment, number, percent } from '../../ui/format.js';
import { keysOfName } from '../../ui/name-input.js';
import { isRecordable } from './format.js';
import { MOST_BYTES } from './kept.js';
import { endOf } from './link-state.js';

/** @typedef {import('./list.js').Entry} Entry */
/** @typedef {import('../view.js').View} View */

/** @param {View} view */
export function keptView(view) {
  const { lab, t, lang } = view;
  const { archive } = lab;
  const { ended } = lab.runs;
  if (ended.length === 0 && archive.gone.length === 0) return nothing;
  const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) =>
    archive.show(target.open);
  const size = { used: sizeOf(lang, archive.bytes), most: megabytes(lang, MOST_BYTES) };
  const presses = new Set(ended.map(({ id }) => id));
  return html`<details class="kept" @toggle=${onToggle}>
    <summary>${t('kept', { count: ended.length })}${archive.bytes > 0 ? t('keptSize', size) : nothing}</summary>
    ${archive.gone.length > 0 ? html`<p class="note">${t('keptGone', { names: archive.gone.join(', '), ...size })}</p>` : nothing}
    ${archive.isOpen ? html`<p class="note">${t(lab.storageKey ? 'keptNote' : 'keptNoteHere', size)}</p>` : nothing}
    ${
      archive.isOpen
        ? [...presses].map((id) =>
            press(
              ended.filter((entry) => entry.id === id),
              view,
            ),
          )
        : nothing
    }
  </details>`;
}

/** @param {string} lang @param {number} bytes */
function sizeOf(lang, bytes) {
  return bytes >= 1e6 && bytes < 1e7 ? megabytes(lang, bytes, 1) : fileSize(lang, bytes);
}

/** What one press trained. @param {Entry[]} entries @param {View} view */
function press(entries, view) {
  const { lab, t, lang } = view;
  const [first] = entries;
  const { data, recipe } = /** @type {import('./run.js').Facts} */ (first.run.facts);
  const told = {
    when: moment(lang, first.when),
    images: number(lang, data.images),
    data: data.synthetic ? t('synthetic') : data.name,
    epochs: number(lang, recipe.epochs),
    lr: recipe.lr,
  };
  const title = t('keptPress', told);
  return html`<section class="press" aria-label=${title}>
    <p>
      <b>${title}</b>
      <button class="quiet" ?disabled=${lab.busy} @click=${() => lab.archive.openExperiment(first)}>
        ${t('keptOpen')}
      </button>
    </p>
    <ul>
      ${entries.toSorted((a, b) => a.index - b.index).map((entry) => keptRun(entry, view))}
    </ul>
  </section>`;
}

/** @param {Entry} entry @param {View} view */
function keptRun(entry, view) {
  const { lab, t, lang } = view;
  const { name, run } = entry;
  const isShown = lab.runs.isOnChart(entry);
  const [train, test] = [run.trainError, run.testError].map((error) =>
    error === undefined ? '–' : percent(lang, error),
  );
  const end = endOf(run);
  const isUnkept = lab.storageKey !== '' && entry.bytes === 0;
  return html`<li>
    <span class="facts">
      ${lab.archive.renamed === entry ? nameInput(entry, view) : html`<b>${name}</b>`} ${t(`state_${run.state}`)}, ${t('keptErrors', { train, test })}${isUnkept ? html`, ${t('keptNot')}` : nothing}
      ${end ? html`<code title=${t('digest', { ...end, tier: t(`tier_${end.tier}`) })}>${end.trajectory}</code>` : nothing}
    </span>
    <span class="actions-of" role="group" aria-label=${t('toolsOf', { name })}>
      <label>
        <input
          type="checkbox"
          .checked=${isShown}
          ?disabled=${lab.runs.isOwn(entry)}
          @change=${() => lab.archive.putOnChart(entry, !isShown)}
        />
        ${t('onChart')}
      </label>
      <button class="rename" @click=${() => lab.archive.startRename(entry)}>
        ${t('renameRun')}
      </button>
      <button ?disabled=${!isRecordable(run)} @click=${() => lab.exchange.saveRun(entry)}>
        ${t('keptRun')}
      </button>
      <button ?disabled=${!run.weights} @click=${() => lab.exchange.saveWeights(entry)}>
        ${t('keptWeights')}
      </button>
      <button ?disabled=${!lab.archive.isRemovable(entry)} @click=${() => lab.archive.remove(entry)}>
        ${t('deleteRun')}
      </button>
    </span>
  </li>`;
}

/** A name that is being written; leaving it keeps it.
 * @param {Entry} entry @param {View} view */
function nameInput(entry, { lab, t }) {
  const { name } = entry;
  const onBlur = (/** @type {{ target: HTMLInputElement }} */ { target }) => {
    lab.archive.startRename(null);
    if (target.value !== name) void lab.archive.rename(entry, target.value);
  };
  return html`<input
    name="kept-name"
    aria-label=${t('nameOf', { name })}
    maxlength=${LONGEST_NAME}
    .value=${name}
    @keydown=${keysOfName(name)}
    @blur=${onBlur}
  />`;
}
