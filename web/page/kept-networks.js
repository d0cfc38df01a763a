/** Networks whose weights the browser keeps, of all chapters, whether they were opened in this visit or not. They
 * are looked for once something offers them, and again whenever what is kept changes. */
import { readKept } from '../lab/runs/kept.js';
import { onChange } from '../lab/runs/store.js';
import { moment } from '../ui/format.js';
import { translator } from '../ui/messages.js';
import { CHAPTERS } from './chapters.js';
import { pageMessages } from './messages/index.js';

/** @typedef {import('../lab/index.js').TrainedNetwork} TrainedNetwork */
/** @typedef {import('../ui/messages.js').Lang} Lang */

export class KeptNetworks {
  /** The latest first. @type {import('../lab/runs/kept.js').Ended[]} */
  #ended = [];
  #isLooking = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Looks for them, from now on. */
  open() {
    if (this.#isLooking) return;
    this.#isLooking = true;
    onChange(() => void this.#look());
    void this.#look();
  }

  async #look() {
    this.#ended = (await readKept()).ended;
    this.#onChange();
  }

  /** Those that the page does not offer already, with their chapter and when they were trained.
   * @param {Set<string | undefined>} offered digests of all losses of other networks @param {Lang} lang
   * @returns {TrainedNetwork[]} */
  beside(offered, lang) {
    const t = translator(pageMessages, lang);
    return this.#ended.flatMap(({ head, when, saved: { name, run } }) => {
      const { weights, facts, tick } = run;
      const chapter = CHAPTERS.find(({ id }) => id === head.storageKey);
      if (!chapter || !weights || !facts || offered.has(tick?.trajectory)) return [];
      const told = { name, chapter: t(`${chapter.id}_name`), when: moment(lang, when) };
      return [{ name: t('keptNetwork', told), weights, data: facts.data }];
    });
  }
}
