/** What an element says went wrong: a sentence in the reader's language, and the error's own message in
 * English. Screen readers announce it at once. */
import { html, nothing } from 'lit';
import { inert } from '../lib/inert.js';

/** @param {string} lead @param {string} [detail] the message of an error
 * @param {{ label: string, close: () => void } | null} [closing] the button that closes it */
export function notice(lead, detail, closing = null) {
  return html`<div class="box notice" role="alert">
    <p>${lead}</p>
    ${detail ? html`<p class="detail" lang="en">${inert(detail)}</p>` : nothing}
    ${
      closing
        ? html`<button class="close" aria-label=${closing.label} @click=${closing.close}>×</button>`
        : nothing
    }
  </div>`;
}
