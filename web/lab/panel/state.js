/** The panel: whether it is open, which network it shows, and the changes that it makes to the networks
 * of the experiment. */
import { defaultExperiment, MOST_RUNS, newRun, runText } from '../experiment.js';
import { experimentOf } from './presets.js';

export class Panel {
  isOpen = false;
  /** The network whose controls are shown. @type {number | null} */
  openRun = 0;
  /** What is about to be set for all networks, by its name. */
  allField = 'width';
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {string} [group] that gets the focus */
  async open(group) {
    this.isOpen = true;
    this.#lab.requestUpdate();
    this.#lab.preparation.sampleSoon();
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

  /** Changes values; what was trained with those before stays on the chart.
   * @param {Partial<import('../index.js').Experiment>} change */
  edit(change) {
    this.#lab.runs.keepOnChart();
    this.#lab.change(change);
  }

  /** @param {number} index @param {object} change */
  changeRun(index, change) {
    const { runs } = this.#lab.experiment;
    this.edit({ runs: runs.map((run, i) => (i === index ? { ...run, ...change } : run)) });
  }

  /** @param {string} name of a field that is about to be set for all networks */
  chooseField(name) {
    this.allField = name;
    this.#lab.requestUpdate();
  }

  /** Sets a value for all networks; those that are then the same become one.
   * @param {import('../experiment.js').Field} field @param {unknown} value */
  setAll({ name }, value) {
    const lab = this.#lab;
    const before = lab.experiment;
    const runs = unlike(before.runs.map((run) => ({ ...run, [name]: value })));
    this.openRun = null;
    this.edit({ runs });
    const told = { field: lab.t(`field_${name}`), count: runs.length };
    lab.undo.offer(lab.t('said_setAll', told), () => lab.change(before));
  }

  /** @param {import('./presets.js').Preset} preset */
  usePreset(preset) {
    const lab = this.#lab;
    const before = lab.experiment;
    this.openRun = null;
    lab.change(experimentOf(preset, before, lab.source));
    const text = lab.t('said_preset', { name: lab.t(`preset_${preset.id}`) });
    lab.undo.offer(text, () => lab.change(before));
  }

  /** Adds a copy of the network that is shown, for the reader to change. */
  addRun() {
    const { runs } = this.#lab.experiment;
    if (runs.length >= MOST_RUNS) return;
    const copy = newRun({ ...runs[this.openRun ?? runs.length - 1] });
    this.#lab.change({ runs: [...runs, copy] });
    this.openRun = runs.length;
  }

  /** A network that is taken out comes back as it was, with its name. @param {number} index */
  removeRun(index) {
    const lab = this.#lab;
    const { runs } = lab.experiment;
    const [name, config] = [lab.runs.nameOf(runs[index]), runs[index]];
    this.openRun = null;
    lab.change({ runs: runs.filter((_, i) => i !== index) });
    lab.undo.offer(lab.t('said_takenOut', { name }), () => {
      lab.change({ runs: lab.experiment.runs.toSpliced(index, 0, config) });
    });
  }

  /** Back to the default experiment, on the same images. */
  reset() {
    const lab = this.#lab;
    const before = lab.experiment;
    lab.change({ ...defaultExperiment(), data: before.data });
    lab.undo.offer(lab.t('said_reset'), () => lab.change(before));
  }
}

/** Equal ones once. @param {import('../index.js').RunConfig[]} runs */
function unlike(runs) {
  const texts = runs.map(runText);
  return runs.filter((_, i) => texts.indexOf(texts[i]) === i);
}
