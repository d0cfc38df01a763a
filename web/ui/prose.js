/** Sentences of the page. A network's name in one points at its line: the figure beside it lights up what a
 * word with `data-network` names, and marks the word with `data-lit` when the line is pointed at. A short word
 * with a hyphen, such as CIFAR-10, stays on one line, and so does an equation. */
import { html } from 'lit';

const NETWORK = String.raw`(?:plain|resnet)\d+`;
const WHOLE = String.raw`[^\s-]{1,12}-[^\s-]{1,8}|[FH]\(x\)(?: [=+−] (?:[FH]\(x\)|x\b))+`;
const KIND = new RegExp(`^${NETWORK}$`);

/** In Korean, what follows a parenthesis may be a particle of the word before it. */
const BEFORE_PARTICLE = /\)(?=[\uac00-\ud7a3])/g;

/** Names as whole words, which a Korean particle may follow: the longest first, since one may begin another.
 * @param {string[]} names */
function wordsOf(names) {
  const longest = names.filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const texts = longest.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const named = String.raw`(?<![\p{L}\p{N}])(?:${texts.join('|')})(?![a-z0-9]|[.,]\d)`;
  return new RegExp(`(${[...(texts.length > 0 ? [named] : []), NETWORK, WHOLE].join('|')})`, 'u');
}

/** @param {string} text @param {string[]} [names] of networks, beside those of every kind */
export function prose(text, names = []) {
  return text
    .replace(BEFORE_PARTICLE, ')\u2060')
    .split(wordsOf(names))
    .map((part, i) => {
      if (i % 2 === 0) return part;
      if (!names.includes(part) && !KIND.test(part))
        return html`<span class="whole">${part}</span>`;
      return html`<span data-network=${part}>${part}</span>`;
    });
}
