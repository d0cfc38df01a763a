/** Turns for the event loop while the core computes. */
import { yieldToEvents } from '#platform';

/** How long computing goes on, in ms, before the event loop gets a turn. */
const TURN_MS = 16;

/** Makes a function that gives the event loop a turn if one is due. */
export function pacer() {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await yieldToEvents();
    last = performance.now();
  };
}
