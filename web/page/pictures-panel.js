/** The panel of the reader's own pictures: whether it is there and open. What it needs is loaded when it is
 * opened for the first time. */

export class PicturesPanel {
  isOpen = false;
  /** It has been opened, and so stays in the page. */
  isThere = false;
  hasFailed = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Once it is more than a name. @returns {import('./pictures/element.js').ResiduaPictures | null} */
  get element() {
    return document.querySelector('residua-pictures:defined');
  }

  /** Opens it and shows it to the reader. */
  async open() {
    Object.assign(this, { isOpen: true, isThere: true, hasFailed: false });
    this.#onChange();
    try {
      await import('./pictures/index.js');
    } catch {
      this.hasFailed = true;
    }
    this.#onChange();
    await this.element?.updateComplete;
    this.element?.scrollIntoView({ block: 'start' });
    this.element?.focus();
  }

  close() {
    this.isOpen = false;
    this.element?.stopCamera();
    this.#onChange();
  }

  /** Loose pictures, which the reader is asked about. @param {File[]} files
   * @param {string} [zone] of the panel, where they were dropped */
  async take(files, zone) {
    if (!this.isOpen) await this.open();
    await this.element?.take(files, zone);
  }
}
