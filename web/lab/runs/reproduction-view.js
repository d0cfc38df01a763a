/** The view that compares how runs ended with what their link says, digest by digest. */
import { html, nothing } from 'lit';
import { differences, endOf } from './link-state.js';

/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('../view.js').View} View */
/** @typedef {import('./link-state.js').End} End */

/** 'same', 'other', or undefined where there is nothing to compare.
 * @param {Row} row @param {View['lab']} lab */
export function verdictOf({ config, run }, lab) {
  const [expected, ended] = [lab.runs.expectedEnd(config), endOf(run)];
  if (!expected || !ended) return undefined;
  return expected.trajectory === ended.trajectory ? 'same' : 'other';
}

/** @param {View} view */
export function reproduction(view) {
  const { lab, t } = view;
  const promised = lab.rows.flatMap((row) => {
    const expected = lab.runs.expectedEnd(row.config);
    return expected ? [{ row, expected }] : [];
  });
  if (promised.length === 0) return nothing;
  const verdicts = promised.map(({ row }) => verdictOf(row, lab));
  const lead = verdicts.includes('other')
    ? 'reproducedNot'
    : verdicts.includes(undefined)
      ? 'promised'
      : 'reproduced';
  const why = new Set(promised.flatMap(({ row, expected }) => reasons(row, expected, view)));
  return html`<section class="box reproduction" aria-label=${t('reproduction')}>
    <p>${t(lead, { count: promised.length })}</p>
    <ul>
      ${promised.map(({ row, expected }) => line(row, expected, view))}
    </ul>
    ${why.size > 0 ? html`<p>${[...why].join(' ')}</p>` : nothing}
  </section>`;
}

/** @param {Row} row @param {End} expected @param {View} view */
function line(row, expected, { lab, t }) {
  const verdict = verdictOf(row, lab);
  const here = row.run.tick?.trajectory;
  return html`<li class=${verdict ?? ''} style=${`--line: ${row.color}`}>
    <span><span class="swatch"></span>${row.name}</span>
    <span>
      ${
        verdict === 'other'
          ? html`<span>${t('digestThere')} <code>${expected.trajectory}</code>,</span>
              <span>${t('digestHere')} <code>${here}</code></span>`
          : html`<code>${expected.trajectory}</code> ${t(verdict ? 'digestSame' : 'digestWaits')}`
      }
    </span>
  </li>`;
}

/** @param {Row} row @param {End} expected @param {View} view @returns {string[]} */
function reasons({ run }, expected, { t }) {
  const ended = endOf(run);
  if (!ended || !run.facts) return [];
  const [there, here] = [expected, ended].map(({ tier }) => t(`tier_${tier}`));
  const versions = { thereVersion: expected.numerics, hereVersion: ended.numerics };
  return differences(expected, ended, run.facts.data.synthetic).map((reason) =>
    t(`why_${reason}`, { there, here, ...versions }),
  );
}
