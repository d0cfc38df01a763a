/** What the reader has deleted, discarded or reset, to be undone: the latest first, by button or by Ctrl+Z. */

/** @typedef {import('lit').ReactiveController} ReactiveController */
/** `undo` resolves to false if it could not. What has a `label`, a message's name, is undone by a button beside the
 * one that trains, and by no notice.
 * @typedef {{ text: string, undo: () => unknown, label?: string }} Done */

/** @implements {ReactiveController} */
export class Undo {
  /** What the notice is about. @type {Done | null} */
  shown = null;
  /** @type {Done[]} */
  #done = [];
  #lab;

  /** @param {import('./lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
    lab.addController(this);
  }

  hostConnected() {
    addEventListener('keydown', this.#onKey);
  }

  hostDisconnected() {
    removeEventListener('keydown', this.#onKey);
  }

  /** @param {string} text what was done @param {Done['undo']} undo */
  offer(text, undo) {
    this.shown = { text, undo };
    this.#done.push(this.shown);
    this.#lab.say(text);
    this.#lab.requestUpdate();
    void this.#lab.updateComplete.then(() => this.#focusButton());
  }

  /** As offer, for what the button beside the one that trains undoes. @param {string} text @param {string} label
   * @param {Done['undo']} undo */
  offerBeside(text, label, undo) {
    this.#done.push({ text, undo, label });
    this.#lab.say(text);
    this.#lab.requestUpdate();
  }

  /** Of the button beside the one that trains, if the latest is undone there. */
  get label() {
    return this.#done.at(-1)?.label ?? null;
  }

  /** Training begins: there is no notice, and what was stopped before cannot go on. */
  begin() {
    this.shown = null;
    this.#done = this.#done.filter(({ label }) => !label);
    this.#lab.requestUpdate();
  }

  /** What was done draws the figure anew, which may move the button once it has the focus. */
  #focusButton() {
    const button = this.#lab.renderRoot.querySelector('.undo button');
    /** @type {HTMLElement | null} */ (button)?.focus();
    requestAnimationFrame(() => button?.closest('.undo')?.scrollIntoView({ block: 'nearest' }));
  }

  /** Undoes the latest. Nothing while training, which changes what it would come back to. */
  async undo() {
    const lab = this.#lab;
    if (lab.busy) return;
    const latest = this.#done.pop();
    if (!latest) return;
    this.shown = null;
    const isUndone = (await latest.undo()) !== false;
    lab.say(lab.t(isUndone ? 'said_undone' : 'said_notUndone'));
    lab.focus();
  }

  /** Takes the notice away; keys can undo what it was about. */
  dismiss() {
    this.shown = null;
    this.#lab.requestUpdate();
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (key.toLowerCase() !== 'z' || !(ctrlKey || metaKey) || shiftKey || altKey) return;
    if (this.#done.length === 0 || isText(event.composedPath()[0])) return;
    if (!this.#lab.checkVisibility()) return;
    event.preventDefault();
    void this.undo();
  };
}

/** Has it an undo of its own? @param {EventTarget | undefined} target */
function isText(target) {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
