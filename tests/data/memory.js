/** How much memory work takes at once. */

/** The size in bytes of the largest array that was made for something else than what it was given.
 * @param {() => unknown} work */
export async function largestArray(work) {
  const Whole = globalThis.Uint8Array;
  let largest = 0;
  globalThis.Uint8Array = new Proxy(Whole, {
    construct(target, args, made) {
      if (typeof args[0] === 'number') largest = Math.max(largest, args[0]);
      return Reflect.construct(target, args, made);
    },
  });
  try {
    await work();
  } finally {
    globalThis.Uint8Array = Whole;
  }
  return largest;
}
