/** Sentences of the page. A network's name in one points at its line: the figure beside it lights up what a
 * word with `data-network` names, and marks the word with `data-lit` when the line is pointed at. A short word
 * with a hyphen, such as CIFAR-10, stays on one line, and so does an equation. */
import { html } from 'lit';

const WORDS =
  /((?:plain|resnet)\d+|[^\s-]{1,12}-[^\s-]{1,8}|[FH]\(x\)(?: [=+−] (?:[FH]\(x\)|x\b))+)/;
const NAME = /^(?:plain|resnet)\d+$/;

/** In Korean, what follows a parenthesis may be a particle of the word before it. */
const BEFORE_PARTICLE = /\)(?=[\uac00-\ud7a3])/g;

/** @param {string} text */
export function prose(text) {
  return text
    .replace(BEFORE_PARTICLE, ')\u2060')
    .split(WORDS)
    .map((part, i) => {
      if (i % 2 === 0) return part;
      if (!NAME.test(part)) return html`<span class="whole">${part}</span>`;
      return html`<span data-network=${part}>${part}</span>`;
    });
}
