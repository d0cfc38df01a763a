/** The link to the experiment: on the clipboard, or on the page where copying is not allowed. What is
 * shown is always the address of the present experiment. */
import { toHash } from './hash.js';
import { curveOf } from './runs/link-state.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

/** Longer addresses are cut off by too many programs. */
const MOST_LENGTH = 8192;

export class Link {
  /** The address that was copied, or that the reader has to copy.
   * @type {{ address: string, copied: boolean, withCurves: boolean } | null} */
  shown = null;
  #lab;

  /** @param {ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {{ withCurves?: boolean }} [options] with the curves of finished runs, for whoever opens it to
   *   see at once; where that is too long, the runs are saved as files */
  async copy({ withCurves = false } = {}) {
    const lab = this.#lab;
    const curves = lab.rows.map(({ run }, i) => ({ ...lab.linkState[i], curve: curveOf(run) }));
    const long = lab.addressOf(lab.experiment, withCurves ? curves : lab.linkState);
    const isTooLong = withCurves && long.length > MOST_LENGTH;
    const address = isTooLong ? lab.addressOf(lab.experiment, lab.linkState) : long;
    if (isTooLong) {
      for (const row of lab.rows) if (row.run.state === 'finished') lab.exchange.saveRun(row);
    }
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    this.shown = { address, copied: copied === true, withCurves };
    const said = copied ? 'linkCopied' : 'linkByHand';
    lab.say(lab.t(isTooLong ? 'curvesTooLong' : said));
  }
}

/** The default of ResiduaLab.addressOf: this page.
 * @type {ResiduaLab['addressOf']} */
export function addressHere(experiment, linkState) {
  const url = new URL(location.href);
  url.hash = toHash(experiment, linkState);
  return url.href;
}
