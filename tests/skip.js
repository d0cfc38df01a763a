/** Why a test is left out where what it takes is not there.
 * @param {unknown} found @param {string} what
 * @param {boolean} inCi whether continuous integration must have it */
export function skipWithout(found, what, inCi) {
  if (found) return false;
  if (inCi && process.env.CI === 'true') throw new Error(`${what} is missing, which CI needs`);
  return `*** NOT TESTED: ${what} is missing ***`;
}
