/** The table of groups: networks that were trained with several seeds, each as mean and standard deviation. */
import { html, nothing } from 'lit';
import { number } from '../../ui/format.js';
import { groupsOf } from '../charts/series.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('../view.js').View} View */

/** @typedef {{ mean: number, deviation: number | null }} Spread of a sample; null: of one value */

/** @param {number[]} values @returns {Spread} */
export function spreadOf(values) {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: length > 1 ? Math.sqrt(squares / (length - 1)) : null };
}

/** @param {View} view */
export function groupTable({ lab, t, lang }) {
  const finished = lab.runs.all.filter(({ run }) => run.state === 'finished' && run.facts);
  const groups = groupsOf(finished);
  if (!groups.some((members) => members.length > 1)) return nothing;
  const cell = (/** @type {Row[]} */ members, /** @type {'trainError' | 'testError'} */ error) => {
    const values = members.flatMap(({ run }) => run[error] ?? []);
    if (values.length === 0) return '–';
    const { mean, deviation } = spreadOf(values);
    const [middle, around] = [mean, deviation ?? 0].map((value) => number(lang, 100 * value, 1));
    return deviation === null ? middle : `${middle} ± ${around}`;
  };
  return html`<table class="groups">
    <caption>
      ${t('groupsCaption')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t('network')}</th>
        <th scope="col">${t('trainError')}</th>
        <th scope="col">${t('testError')}</th>
        <th scope="col">n</th>
      </tr>
    </thead>
    <tbody>
      ${groups.map((members) => {
        const [{ name, group, color }] = members;
        return html`<tr style=${`--line: ${color}`}>
          <th scope="row"><span class="swatch"></span>${members.length > 1 ? group : name}</th>
          <td>${cell(members, 'trainError')}</td>
          <td>${cell(members, 'testError')}</td>
          <td>${number(lang, members.length)}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
