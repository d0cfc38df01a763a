/** The panel: whether it is open, which network it shows, and the changes that it makes to the networks
 * of the experiment. */
import { defaultExperiment, MOST_RUNS, newRun } from '../experiment.js';

export class Panel {
  isOpen = false;
  /** The network whose controls are shown. @type {number | null} */
  openRun = 0;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {string} [group] that gets the focus */
  async open(group) {
    this.isOpen = true;
    this.#lab.requestUpdate();
    await this.#lab.updateComplete;
    this.#focus(group ? `#${group}-title` : '#panel-title');
  }

  async close() {
    this.isOpen = false;
    this.#lab.requestUpdate();
    await this.#lab.updateComplete;
    this.#focus(this.#lab.busy ? '.actions .primary' : '#change');
  }

  /** @param {string} selector */
  #focus(selector) {
    /** @type {HTMLElement | null} */ (this.#lab.renderRoot.querySelector(selector))?.focus();
  }

  /** Shows the dialog as the state and the room say: beside the figure, or over the page. */
  showDialog() {
    const { renderRoot, layout } = this.#lab;
    const dialog = /** @type {HTMLDialogElement} */ (renderRoot.querySelector('dialog'));
    const isModal = dialog.matches(':modal');
    if (dialog.open && (!this.isOpen || isModal === layout.wide)) dialog.close();
    if (!this.isOpen || dialog.open) return;
    if (layout.wide) dialog.show();
    else dialog.showModal();
  }

  /** @param {number} index */
  toggleRun(index) {
    this.openRun = this.openRun === index ? null : index;
    this.#lab.requestUpdate();
  }

  /** @param {number} index @param {object} change */
  changeRun(index, change) {
    const { runs } = this.#lab.experiment;
    this.#lab.change({ runs: runs.map((run, i) => (i === index ? { ...run, ...change } : run)) });
  }

  /** Adds a copy of the network that is shown, for the reader to change. */
  addRun() {
    const { runs } = this.#lab.experiment;
    if (runs.length >= MOST_RUNS) return;
    const copy = newRun({ ...runs[this.openRun ?? runs.length - 1] });
    this.#lab.change({ runs: [...runs, copy] });
    this.openRun = runs.length;
  }

  /** @param {number} index */
  removeRun(index) {
    this.openRun = null;
    this.#lab.change({ runs: this.#lab.experiment.runs.filter((_, i) => i !== index) });
  }

  /** Back to the default experiment, on the same images. */
  reset() {
    this.#lab.change({ ...defaultExperiment(), data: this.#lab.experiment.data });
  }
}
