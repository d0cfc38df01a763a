/** What every element of this project is: it has a language, a text that screen readers announce, and
 * events that bubble out of it. */
import { LitElement } from 'lit';
import { langOf, translator } from './messages.js';

export class ResiduaElement extends LitElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { lang: { reflect: true } };

  /** The latest announcement. */
  said = '';
  #messages;

  /** @param {Parameters<typeof translator>[0]} messages its texts, by language */
  constructor(messages) {
    super();
    this.#messages = messages;
    this.lang = langOf(document.documentElement.lang);
  }

  /** The texts in the element's language. */
  get t() {
    return translator(this.#messages, this.lang);
  }

  /** Announces a text. @param {string} text */
  say(text) {
    this.said = text;
    this.requestUpdate();
  }

  /** @param {string} type @param {object} [detail] */
  send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
