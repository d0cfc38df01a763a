/** Calls of the function it returns come to one call of `draw` in a frame, and to no more than one
 * in `every` ms. @param {number} every @param {() => void} draw */
export function throttled(every, draw) {
  let last = -Infinity;
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const drawNow = () => {
      waiting = false;
      last = performance.now();
      draw();
    };
    const wait = Math.max(0, last + every - performance.now());
    setTimeout(() => requestAnimationFrame(drawNow), wait);
  };
}
