/** The link to the experiment: on the clipboard, or on the page where copying is not allowed. What is
 * shown is always the address of the present experiment. */
import { toHash } from './experiment.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

export class Link {
  /** The address that was copied, or that the reader has to copy.
   * @type {{ address: string, copied: boolean } | null} */
  shown = null;
  #lab;

  /** @param {ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  async copy() {
    const lab = this.#lab;
    const address = lab.addressOf(lab.experiment, lab.linkState);
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    this.shown = { address, copied: copied === true };
    lab.say(lab.t(copied ? 'linkCopied' : 'linkByHand'));
  }
}

/** The default of ResiduaLab.addressOf: this page.
 * @type {ResiduaLab['addressOf']} */
export function addressHere(experiment, linkState) {
  const url = new URL(location.href);
  url.hash = toHash(experiment, linkState);
  return url.href;
}
