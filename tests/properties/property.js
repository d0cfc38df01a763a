/** Properties: what must hold for any input, tried on many made-up ones. By default these are few and
 * always the same; PROPERTY_SECONDS=300 tries new ones for so many seconds each. A failure names its
 * seed, and PROPERTY_SEED tries the inputs of that seed again. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';

const KNOWN_SEED = 20151210;
/** An input that takes longer is taken for one that never ends. */
const MOST_MILLISECONDS = 60000;

const seconds = Number(process.env.PROPERTY_SECONDS ?? 0);
const drawnSeed = () => (seconds > 0 ? Math.trunc(Math.random() * 2 ** 31) : KNOWN_SEED);
const seed = Number(process.env.PROPERTY_SEED ?? drawnSeed());

/** @param {string} name @param {number} runs by default
 * @param {fc.Arbitrary<any>[]} inputs @param {(...inputs: any[]) => unknown} holds throws if not */
export function property(name, runs, inputs, holds) {
  it(name, async (t) => {
    let tried = 0;
    const counted = async (/** @type {any[]} */ ...values) => {
      tried++;
      await holds(...values);
    };
    const endless = {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: seconds * 1000,
      markInterruptAsFailure: false,
    };
    await fc.assert(fc.asyncProperty(.../** @type {[fc.Arbitrary<any>]} */ (inputs), counted), {
      ...{ seed, timeout: MOST_MILLISECONDS },
      ...(seconds > 0 ? endless : { numRuns: runs }),
    });
    t.diagnostic(`${tried} inputs tried, seed ${seed}`);
  });
}

/** The result, or null for an error of Residua's; any other error is thrown on.
 * @template T @param {() => T | Promise<T>} work @param {string[]} [codes] that are expected */
export async function resultOrRefusal(work, codes = ['BAD_FILE']) {
  try {
    return await work();
  } catch (thrown) {
    const error = /** @type {import('residua').ResiduaError} */ (thrown);
    if (error.name !== 'ResiduaError') throw error;
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    assert.match(error.message, /\.$/);
    return null;
  }
}
