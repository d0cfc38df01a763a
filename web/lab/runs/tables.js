/** The tables below the figure: the runs with their progress, and errors by epoch. */
import { html, nothing } from 'lit';
import { clock, number, percent } from '../../ui/format.js';
import { resolveConfig } from '../experiment.js';
import { timeLeftOf } from '../time-left.js';

import { verdictOf } from './reproduction-view.js';
import { runTools } from './tools-view.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('../view.js').View} View */
/** @typedef {{ t: import('../../ui/messages.js').Translate, lang: string }} Look */

const NONE = '–';

/** @param {Row[]} rows @param {View} view */
export function runTable(rows, view) {
  const { t, lab } = view;
  const { each: timeLeft } = timeLeftOf(lab);
  return html`
    <table class="networks-table" aria-label=${t('runs')}>
      <thead>
        <tr>
          <th scope="col">${t('network')}</th>
          <th scope="col" class="wide">${t('progress')}</th>
          <th scope="col">${t('trainError')}</th>
          <th scope="col">${t('testError')}</th>
          <th scope="col" class="narrow-hide">${t('speed')}</th>
          <th scope="col" class="now">${t('left')}</th>
          <th scope="col"><span class="unseen">${t('tools')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`${runRow(row, timeLeft.get(row.run), view)}
          ${
            lab.tools.shownFor === row.config
              ? html`<tr class="tools">
                  <td colspan="7">${runTools(row, view)}</td>
                </tr>`
              : nothing
          }`,
        )}
      </tbody>
    </table>
  `;
}

/** A run's swatch and name, which breaks between its words, not within "plain20"; a long word may.
 * @param {string} name */
function swatchAndName(name) {
  return name.split(' ').map((word, i) => {
    const part = i === 0 ? html`<span class="swatch"></span>${word}` : word;
    return html`${i === 0 ? nothing : ' '}<span class=${word.length > 12 ? '' : 'word'}>${part}</span>`;
  });
}

/** What a run is at. Where there is little room, how far it has come says that it is training.
 * @param {string} progress may be empty @param {string} state @param {Look['t']} t */
function stateAnd(progress, state, t) {
  const said = t(`state_${state}`);
  if (progress === '') return said;
  const lead = html`${said}, `;
  return html`${state === 'running' ? html`<span class="narrow-hide">${lead}</span>` : lead}${progress}`;
}

/** @param {Row} row @param {number | undefined} timeLeft @param {View} view */
function runRow(row, timeLeft, { t, lang, lab }) {
  const verdict = verdictOf(row, lab);
  const { config, name, color, run, hidden, origin } = row;
  const { epochs } = resolveConfig(lab.experiment, config);
  const { tick, trainError, testError, state } = run;
  const share = tick ? tick.step / tick.steps : 0;
  const alarm = state === 'diverged' || state === 'failed';
  const active = state === 'running' || state === 'paused';
  const epoch = number(lang, tick?.epoch ?? 0, active ? 1 : 0);
  const progress = t('epochOf', { epoch, epochs: tick?.epochs ?? epochs });
  const error = (/** @type {number | undefined} */ value) =>
    value === undefined ? NONE : percent(lang, value);
  return html`
    <tr
      class=${hidden ? 'off' : ''}
      style=${`--line: ${color}`}
      data-network=${name}
      @focusin=${() => lab.chart.pointAt(name)}
      @focusout=${() => lab.chart.pointAt(null)}
    >
      <th scope="row">${swatchAndName(name)}</th>
      <td class="wide">
        <span class=${`state ${alarm ? 'alarm' : ''}`}>
          ${hidden ? html`${t('state_hidden')}, ` : nothing}${origin ? html`${t(`from_${origin}`)}, ` : nothing}${stateAnd(tick && state !== 'finished' ? progress : '', state, t)}${verdict ? html`, ${t(`asInLink_${verdict}`)}` : nothing}
        </span>
        <progress
          class=${active || state === 'starting' ? '' : 'still'}
          max="1"
          .value=${share}
          aria-label=${`${name}: ${progress}`}
        ></progress>
      </td>
      <td>${error(trainError)}</td>
      <td>${error(testError)}</td>
      <td class="narrow-hide">${tick?.imagesPerSecond ? number(lang, tick.imagesPerSecond) : NONE}</td>
      <td class="now">${timeLeft !== undefined ? clock(timeLeft) : NONE}</td>
      <td class="more">
        <button
          aria-expanded=${lab.tools.shownFor === config}
          aria-label=${t('toolsOf', { name })}
          @click=${() => lab.tools.toggle(config)}
        >
          ⋯
        </button>
      </td>
    </tr>
  `;
}

/** What the chart shows, in numbers. @param {Row[]} rows @param {Look & { data: string }} look */
export function tickTable(rows, { t, lang, data }) {
  const trained = rows.filter(({ run }) => run.curve.epochs.length > 0);
  if (trained.length === 0) return html`<p class="note">${t('noTicks')}</p>`;
  const count = Math.max(...trained.map(({ run }) => run.curve.epochs.length));
  const error = (/** @type {number | undefined} */ value) =>
    html`<td>${value === undefined ? '' : number(lang, value * 100, 1)}</td>`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${t('ticks')}>
      <table class="ticks">
        <caption>
          ${t('ticksCaption', { data })}
        </caption>
        <thead>
          <tr>
            <th rowspan="2" scope="col">${t('epoch')}</th>
            ${trained.map(
              ({ name, color }) =>
                html`<th class="of" colspan="2" scope="colgroup" style=${`--line: ${color}`}>
                  ${name}
                </th>`,
            )}
          </tr>
          <tr>
            ${trained.map(
              () => html`<th scope="col">${t('trainShort')}</th>
                <th scope="col">${t('testShort')}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${Array.from(
            { length: count },
            (_, epoch) => html`<tr>
              <th scope="row">${epoch + 1}</th>
              ${trained.map(({ run }) => {
                const tick = run.curve.epochs[epoch];
                return html`${error(tick?.trainError)}${error(tick?.testError)}`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}
