/** Measures one case after the other. */
import { ownCases } from './cases.js';
import { runCase } from './child.js';
import { peers } from './peers.js';

/** @typedef {import('./cases.js').Case} Case */
/** @typedef {'full' | 'quick'} Pace */

/**
 * A line of output: a case of ours or another's. It has an error or figures.
 * @typedef {object} Figures
 * @property {string} runtime
 * @property {string} [peer] whose it is, if not ours
 * @property {string} [version]
 * @property {string} [error]
 * @property {number} [images_per_s]
 * @property {number} [peak_gflops]
 * @property {number} [roofline]
 * @property {number} [ratio] Chromium's speed over Node's; ours over another's
 * @typedef {Case & Figures} Line
 */

const RUNTIME = `Node ${process.versions.node}`;

/** A failure is a line too: it does not keep the rest from being measured.
 * @param {Line} shown @param {() => Promise<Partial<Figures>>} measure @returns {Promise<Line>} */
async function lineOf(shown, measure) {
  const figures = await measure().catch(({ message }) => ({ error: message }));
  return { ...shown, ...figures };
}

/** @param {Pace} pace @param {Case} wanted */
function inNode(pace, wanted) {
  return lineOf({ ...wanted, runtime: RUNTIME }, () => runCase(pace, wanted));
}

/** @param {Line} line @param {Line} base */
const speedRatio = ({ images_per_s: speed }, { images_per_s: base }) =>
  speed && base ? { ratio: speed / base } : {};

/** Ours, in Node and right after it in the browser, if there is one. @param {Pace} pace
 * @param {Awaited<ReturnType<typeof import('./browser.js').openBrowser>> | null} browser */
export async function* ownLines(pace, browser) {
  for (const wanted of ownCases(pace)) {
    const node = await inNode(pace, wanted);
    yield node;
    if (!browser) continue;
    const shown = { ...wanted, runtime: browser.runtime };
    const line = await lineOf(shown, () => browser.runCase(pace, wanted));
    yield { ...line, ...speedRatio(line, node) };
  }
}

/** Others', each with the same case of ours right after it. @param {Pace} pace */
export async function* peerLines(pace) {
  for (const { peer, name, version, wanted } of peers(pace)) {
    const runtime = peer === 'pytorch' ? 'Python' : RUNTIME;
    const shown = { ...wanted, peer: name, version, runtime };
    const theirs = await lineOf(shown, () => runCase(pace, { ...wanted, peer }));
    const ours = await inNode(pace, wanted);
    yield { ...theirs, ...speedRatio(ours, theirs) };
    yield ours;
  }
}
