/** Waiting for what a page will say, by asking it. A question costs the page time, so that whoever waits long asks
 * seldom. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

/** Milliseconds that are waited in all, not counting how long the answers take. */
export const PATIENCE = 120000;
const FIRST_WAIT = 20;
const LONGEST_WAIT = 200;

/** Waits until `ask` says yes. @param {() => unknown} ask @param {unknown} [name] of what is waited for */
export async function untilYes(ask, name = ask) {
  let wait = FIRST_WAIT;
  for (let waited = 0; waited < PATIENCE; waited += wait) {
    if (await ask()) return;
    await setTimeout(wait);
    wait = Math.min(1.2 * wait, LONGEST_WAIT);
  }
  assert.fail(`${name} has not come true`);
}
