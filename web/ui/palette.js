/** Line colours of networks: hue is the family, lightness the depth. The hues are Okabe and Ito's
 * vermilion and blue, which colour-blind readers can tell apart. */

/** The shallowest and the deepest, each on the light and on the dark ground. */
const ENDS = {
  plain: [
    ['#e2691a', '#d9641f'],
    ['#5f2000', '#ffd9bf'],
  ],
  residual: [
    ['#2f8fd0', '#3a8fd0'],
    ['#002b47', '#cfeaff'],
  ],
};
const SHALLOWEST = 14;
/** Deeper networks have its lightness. */
export const DEEPEST = 110;

/** Degrees of hue that networks of one family and depth are turned by, so that each has a hue of its own:
 * vermilion, mustard, magenta and green; blue, teal, violet and green. */
const TURNS = { plain: [0, 48, -52, 96], residual: [0, -62, 58, -105] };
/** Of the chroma, for each time round. */
const PALER = 0.55;

/** A CSS colour for lines, at least 3:1 on both grounds; for text it is to be mixed with ink.
 * @param {{ family: 'plain' | 'residual', depth: number }} run
 * @param {number} [variant] among networks of this family and depth */
export function lineColor({ family, depth }, variant = 0) {
  const position = Math.log(depth / SHALLOWEST) / Math.log(DEEPEST / SHALLOWEST);
  const share = `${(100 * Math.min(1, Math.max(0, position))).toFixed(1)}%`;
  const [shallow, deep] = ENDS[family];
  const [light, dark] = [0, 1].map(
    (ground) => `color-mix(in oklab, ${shallow[ground]}, ${deep[ground]} ${share})`,
  );
  const color = `light-dark(${light}, ${dark})`;
  if (variant === 0) return color;
  const turns = TURNS[family];
  const turn = turns[variant % turns.length];
  const chroma = PALER ** Math.floor(variant / turns.length);
  return `oklch(from ${color} l calc(c * ${chroma}) calc(h + ${turn}))`;
}
