/** What work is, and how networks share the cores. */

/** Evaluating an image takes a forward pass, of the three that a training step is worth. */
export const TEST_SHARE = 1 / 3;

/** Steps of training and tests after epochs, in images that are trained on.
 * @param {number} steps @param {number} tests
 * @param {{ batchSize: number, testImages: number }} recipe */
export function workOf(steps, tests, { batchSize, testImages }) {
  return steps * batchSize + tests * testImages * TEST_SHARE;
}

/** The part of its own pace that each of so many networks has while they train at once.
 * @param {number} networks @param {number} threads of each @param {number} [cores] of the machine */
export function shareOf(networks, threads, cores = navigator.hardwareConcurrency || 1) {
  return Math.min(1, cores / (networks * threads));
}
