/** The view of one channel: its steps as maps, the sum of one pixel, and the last step to a logit. */
import { html, nothing } from 'lit';
import { number, percent } from '../../ui/format.js';
import { notice } from '../../ui/notice.js';
import { className } from '../classes.js';
import { draw } from '../draw.js';
import { bitsText, float32Text, greyOf, largestOf } from '../signed.js';
import { layerFilter, logitOf, pooled, termsAt } from './arithmetic.js';

/** @typedef {import('./element.js').ResiduaFollow} ResiduaFollow */
/** @typedef {import('./arithmetic.js').Steps} Steps */
/** @typedef {import('./exact.js').Look} Look */
/** @typedef {import('./exact.js').ExactNetwork} ExactNetwork */
/** @typedef {{ element: ResiduaFollow, t: import('../../ui/messages.js').Translate, lang: string }} View */
/** @typedef {View & { exact: ExactNetwork, look: Look, steps: Steps, channel: number }} Followed */

/** Features that are written out one by one. */
const SHOWN_FEATURES = 6;
const COLOURS = /** @type {const} */ (['red', 'green', 'blue']);

/** @param {View} view */
export function followView(view) {
  const { element, t } = view;
  const { exact, look, steps, channel, failure } = element;
  if (failure) return notice(t('failed'), failure.message);
  if (!exact || !look || !steps || channel === null) {
    return html`<div class="row"><div class="text"><h2>${t('title')}</h2><p>${t('waiting')}</p></div></div>`;
  }
  const followed = { ...view, exact, look, steps, channel };
  return html`${pixelRow(followed)} ${answerRow(followed)}`;
}

/** @param {Followed} view */
function pixelRow(view) {
  const { t, exact, look, channel } = view;
  const layer = exact.net.layers[look.layer];
  const names = { number: look.layer + 1, name: layer.name, channel: channel + 1 };
  return html`<div class="row" id="pixel">
    <div class="text">
      <h2>${t('title')}</h2>
      <p>${t('text', names)} ${t(look.layer === 0 ? 'textFirst' : 'textLater')}</p>
      ${coordinates(view)}
      <p class="muted">${t('exact')}</p>
    </div>
    <div class="figure">${maps(view)} ${sums(view)}</div>
  </div>`;
}

/** @param {Followed} view */
function coordinates({ element, look, t }) {
  const { height, width } = look.output;
  const field = (/** @type {'y' | 'x'} */ name, /** @type {number} */ most) => html`<label
    >${t(name === 'y' ? 'rowOf' : 'columnOf')}
    <input
      type="number"
      name=${name}
      min="1"
      max=${most}
      .value=${String(element.pixel[name] + 1)}
      @input=${(/** @type {{ target: HTMLInputElement }} */ { target }) => {
        const at = Math.round(target.valueAsNumber) - 1;
        if (at >= 0 && at < most) element.point({ [name]: at });
      }}
  /></label>`;
  return html`<p class="coordinates">${field('y', height)} ${field('x', width)}</p>`;
}

/** The maps from step to step, on one scale. @param {Followed} view */
function maps(view) {
  const { element, steps, look, t } = view;
  const { height, width } = look.output;
  const { convolved, normed, shortcut, added, output } = steps;
  const all = [convolved, normed, shortcut ?? [], added ?? [], output];
  const largest = Math.max(...all.map(largestOf));
  const map = (/** @type {string} */ step, /** @type {Float32Array} */ values) =>
    stepMap(view, t(step), greyOf({ width, height, values }, largest), width);
  return html`<div class="steps">
    ${look.layer === 0 && element.picture ? stepMap(view, t('step_picture'), element.picture.pixels, width, 3) : nothing}
    ${map('step_convolved', convolved)} ${map('step_normed', normed)}
    ${shortcut && added ? html`${map('step_shortcut', shortcut)} ${map('step_added', added)}` : nothing}
    ${map('step_output', output)}
    <p class="muted">${t('stepScale', { largest: number(view.lang, largest, 2) })}</p>
  </div>`;
}

/** A map with a frame around the pixel, or around the window that it is made of.
 * @param {Followed} view @param {string} name @param {import('../pixels.js').Pixels} pixels
 * @param {number} side pixels of the output in a line @param {number} [window] */
function stepMap({ element }, name, pixels, side, window = 1) {
  const { y, x } = element.pixel;
  const share = (/** @type {number} */ at) => `${(100 * (at - (window - 1) / 2)) / side}%`;
  const size = `${(100 * window) / side}%`;
  const onPoint = (/** @type {PointerEvent} */ { currentTarget, clientX, clientY }) => {
    const { left, top, width, height } = /** @type {Element} */ (
      currentTarget
    ).getBoundingClientRect();
    const at = (/** @type {number} */ part) =>
      Math.min(side - 1, Math.max(0, Math.floor(part * side)));
    element.point({ y: at((clientY - top) / height), x: at((clientX - left) / width) });
  };
  return html`<figure class="step">
    <div class="frame" @pointermove=${onPoint} @pointerdown=${onPoint}>
      <canvas role="img" aria-label=${name} ${draw(pixels)}></canvas>
      <span class="mark" style=${`left: ${share(x)}; top: ${share(y)}; width: ${size}; height: ${size}`}></span>
    </div>
    <figcaption>${name}</figcaption>
  </figure>`;
}

/** @param {Followed} view */
function sums(view) {
  const { element, exact, look, steps, channel, t } = view;
  const { y, x } = element.pixel;
  const filter = layerFilter(exact.net, exact.tensors, look.layer, channel);
  const { chains, sum } = termsAt(filter, look.input, y, x);
  const at = y * look.output.width + x;
  const core = look.output.values[at * look.output.channels + channel];
  const isSame = Object.is(core, steps.output[at]);
  const say = float32Text;
  const count = chains.reduce((total, { terms }) => total + terms.length, 0);
  const facts = { y: y + 1, x: x + 1, count, sums: chains.length };
  return html`<section class="sums" aria-label=${t('sumsLabel', facts)}>
    <p>${t(look.layer === 0 ? 'productsFirst' : 'productsLater', facts)}</p>
    ${look.layer === 0 ? products(chains, view) : chainSums(chains, view)}
    <table class="lines">
      <caption class="unseen">${t('sumsLabel', facts)}</caption>
      <tbody>
        ${line(t('line_convolved'), chains.length > 3 ? '' : chains.map((one) => say(one.sum)).join(' + '), sum)}
        ${line(t('line_shift'), `${say(sum)} + ${say(filter.shift)}`, steps.normed[at])}
        ${
          steps.shortcut && steps.added
            ? line(
                t('line_shortcut'),
                `${say(steps.normed[at])} + ${say(steps.shortcut[at])}`,
                steps.added[at],
              )
            : nothing
        }
        ${line(t('line_relu'), `max(0, ${say((steps.added ?? steps.normed)[at])})`, steps.output[at])}
        <tr class="core">
          <th scope="row">${t('line_core')}</th>
          <td>${t(isSame ? 'same' : 'other', { bits: bitsText(core) })}</td>
          <td id="core-value">${say(core)}</td>
        </tr>
      </tbody>
    </table>
  </section>`;
}

/** @param {string} name @param {string} how @param {number} value */
function line(name, how, value) {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${how}</td>
    <td>${float32Text(value)}</td>
  </tr>`;
}

/** @typedef {ReturnType<typeof termsAt>['chains']} Chains */

/** All products of the first layer: a row for each of the nine pixels. @param {Chains} chains
 * @param {Followed} view */
function products(chains, { t }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('productsLabel')}>
    <table class="products">
      <thead>
        <tr>
          <th scope="col">${t('pixel')}</th>
          ${COLOURS.map((colour) => html`<th scope="col">${t(colour)}</th>`)}
        </tr>
      </thead>
      ${chains.map(
        ({ terms, sum }) => html`<tbody>
          ${[0, 3, 6].map(
            (from) => html`<tr>
              <th scope="row">${terms[from].y + 1}, ${terms[from].x + 1}</th>
              ${terms
                .slice(from, from + 3)
                .map(
                  ({ input, weight, product }) =>
                    html`<td>${float32Text(input)} × ${float32Text(weight)} <span class="word">= <b>${float32Text(product)}</b></span></td>`,
                )}
            </tr>`,
          )}
          <tr class="sum">
            <th scope="row">${t('sum')}</th>
            <td colspan="3"><b>${float32Text(sum)}</b></td>
          </tr>
        </tbody>`,
      )}
    </table>
  </div>`;
}

/** @param {Chains} chains @param {Followed} view */
function chainSums(chains, { t }) {
  return html`<details class="chains">
    <summary>${t('chains', { count: chains.length })}</summary>
    <ol>
      ${chains.map(({ terms, sum }) => html`<li>${t('chain', { terms: terms.length })} ${float32Text(sum)}</li>`)}
    </ol>
  </details>`;
}

/** Average pooling, the dense layer and softmax. @param {Followed} view */
function answerRow(view) {
  const { element, exact, look, t, lang } = view;
  const { kind } = /** @type {NonNullable<ResiduaFollow['opened']>} */ (element.opened);
  const { logits, last } = look;
  const label = element.label ?? logits.indexOf(Math.max(...logits));
  const features = pooled(last);
  const { weights, products: parts, bias, logit } = logitOf(exact.tensors, features, label);
  const order = Array.from(parts.keys()).sort((a, b) => Math.abs(parts[b]) - Math.abs(parts[a]));
  const shown = order.slice(0, SHOWN_FEATURES);
  const others = order.slice(SHOWN_FEATURES);
  const rest = others.reduce((sum, i) => sum + parts[i], 0);
  const say = (/** @type {number} */ value) => number(lang, value, 3).replace('-', '−');
  const powers = Array.from(logits, (one) => Math.exp(one - Math.max(...logits)));
  const share = powers[label] / powers.reduce((sum, one) => sum + one, 0);
  const size = { features: features.length, height: last.height, width: last.width };
  const onClass = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.ask(target.selectedIndex);
  return html`<div class="row" id="logit">
    <div class="text">
      <h2>${t('answerTitle')}</h2>
      <p>${t('answerText', size)}</p>
      <label
        >${t('class')}
        <select name="logit-class" @change=${onClass}>
          ${Array.from(
            logits,
            (_, i) => html`<option .selected=${i === label}>${className(kind, i, lang)}</option>`,
          )}
        </select></label
      >
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('answerLabel')}>
      <table class="features">
        <caption class="unseen">${t('answerLabel')}</caption>
        <thead>
          <tr>
            <th scope="col">${t('featureOf')}</th>
            <th scope="col">${t('mean')}</th>
            <th scope="col">${t('weight')}</th>
            <th scope="col">${t('product')}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (i) => html`<tr>
              <th scope="row">${i + 1}</th>
              <td>${say(features[i])}</td>
              <td>${say(weights[i])}</td>
              <td>${say(parts[i])}</td>
            </tr>`,
          )}
          <tr>
            <th scope="row" colspan="3">${t('others', { count: others.length })}</th>
            <td>${say(rest)}</td>
          </tr>
          <tr>
            <th scope="row" colspan="3">${t('bias')}</th>
            <td>${say(bias)}</td>
          </tr>
          <tr class="core">
            <th scope="row" colspan="3">${t('logitOf', { name: className(kind, label, lang) })}</th>
            <td>${say(logit)}</td>
          </tr>
        </tbody>
      </table>
      <p class="muted">
        ${t(Object.is(logit, logits[label]) ? 'logitSame' : 'logitOther', { bits: bitsText(logits[label]) })}
        ${t('softmax', { share: percent(lang, share) })}
      </p>
    </div>
  </div>`;
}
