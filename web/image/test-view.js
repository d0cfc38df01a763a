/** The view of a test: the confusion matrix and the most confident mistakes. */
import { html, nothing } from 'lit';
import { number, percent } from '../ui/format.js';
import { lineColor } from '../ui/palette.js';
import { setLabel } from '../ui/set-name.js';
import { className } from './classes.js';
import { dataSlot } from './data-slot.js';
import { draw } from './draw.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {NonNullable<import('./session.js').ImageSession['result']>} Result */

/** @param {View} view */
export function testView(view) {
  const { session } = view;
  const { result } = session;
  return html`
    <div class="test row" id="test">
      ${testText(view)} ${result?.score.details ? matrix(view, result) : nothing} ${dataSlot()}
    </div>
    ${result ? mistakesRow(view, result) : nothing}
  `;
}

/** @param {View} view */
function testText({ element, session, t, lang }) {
  const canBringData = element.querySelector('[slot=data]') !== null;
  const { result, testCount, busy } = session;
  const opened = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const data =
    opened.kind === 'shapes' ? t('synthetic') : setLabel(session.source?.name ?? 'CIFAR-10');
  return html`<div class="text">
    <h2>${t('testTitle')}</h2>
    <p>${t('testText')}</p>
    ${
      testCount === 0
        ? html`<p class="muted">${t(opened.kind === 'cifar10' && canBringData ? 'testNeeds' : 'testNone')}</p>`
        : html`<p class="controls">
            <button
              class="primary"
              id="run-test"
              ?disabled=${busy !== null}
              @click=${() => session.test()}
            >
              ${t(busy === 'testing' ? 'testing' : 'test', {
                count: number(lang, testCount),
                data,
              })}
            </button>
            ${
              busy === 'testing'
                ? html`<button @click=${() => session.stop()}>${t('stop')}</button>`
                : nothing
            }
          </p>`
    }
    ${
      result
        ? html`<p class="result">
            ${t('testResult', {
              wrong: number(lang, result.score.wrong),
              total: number(lang, result.score.total),
              error: percent(lang, result.score.error, 2),
              data,
            })}
          </p>`
        : nothing
    }
  </div>`;
}

/** @param {View} view @param {Result} result */
function matrix({ session, t, lang }, { score }) {
  const { kind, net } = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { confusion, classErrors } = /** @type {import('../lib/index.js').Details} */ (
    score.details
  );
  const name = (/** @type {number} */ index) => className(kind, index, lang);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('matrix')}>
    <table class="matrix" style=${`--line: ${lineColor(net.spec)}`}>
      <caption>${t('matrixCaption')}</caption>
      <thead>
        <tr>
          <td></td>
          ${confusion.map((_, i) => html`<th scope="col"><span>${name(i)}</span></th>`)}
          <th scope="col" class="error"><span>${t('classError')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${confusion.map((row, label) => {
          const total = row.reduce((sum, count) => sum + count, 0);
          return html`<tr>
            <th scope="row">${name(label)}</th>
            ${row.map((count, answer) => cell(count, total, answer === label, lang))}
            <td class="error">
              ${classErrors[label] === null ? '–' : percent(lang, classErrors[label])}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Its shade says which share of the row it is. @param {number} count @param {number} total
 * @param {boolean} right @param {string} lang */
function cell(count, total, right, lang) {
  const share = total > 0 ? count / total : 0;
  const shade = (100 * Math.sqrt(share)).toFixed(0);
  return html`<td
    class=${`${right ? 'right' : ''} ${count === 0 ? 'none' : ''}`}
    style=${`--share: ${shade}%`}
  >
    ${number(lang, count)}
  </td>`;
}

/** @param {View} view @param {Result} result */
function mistakesRow({ element, session, t, lang }, { mistakes, synthetic }) {
  const kind = session.opened?.kind ?? 'numbers';
  return html`<div class="row" id="mistakes">
    <div class="text">
      <h2>${t('mistakesTitle')}</h2>
      <p>${mistakes.length > 0 ? t('mistakesText') : t('mistakesNone')}</p>
      ${synthetic ? html`<p class="muted">${t('mistakesSynthetic')}</p>` : nothing}
    </div>
    <ol class="gallery">
      ${mistakes.map(({ picture, label, predicted, probability, index }) => {
        const words = {
          label: className(kind, label, lang),
          answer: className(kind, predicted, lang),
          probability: percent(lang, probability),
        };
        return html`<li>
          <button class="sample" @click=${() => element.showPicture(picture)}>
            <canvas ${draw(picture.pixels)}></canvas>
            <span class="unseen">${t('mistake', { number: number(lang, index + 1) })}</span>
            <span class="answered">${words.answer} ${words.probability}</span>
            <span class="muted">${t('labelled', words)}</span>
          </button>
        </li>`;
      })}
    </ol>
  </div>`;
}
