/** Where the parts of a drawing stand: stages one below the other, their blocks in rows as wide as there is
 * room. Equal blocks in the middle of a long stage are one cell until the reader opens it. */

/** @typedef {import('./plan.js').Block} Block */
/** @typedef {import('./plan.js').Stage} Stage */
/** @typedef {{ block: Block } | { count: number, first: number, last: number }} Content
 *   a block, or how many equal ones, and the layers of the first and last of them */
/** @typedef {Content & { x: number, y: number }} Cell */

export const CELL = { width: 150, height: 72 };
/** Above the first row of a stage. */
const HEADING = 48;
const AFTER = 8;
/** The rows of the image and of the classes. */
const END = 60;
/** A stage of more blocks than this is shortened. */
const MOST_BLOCKS = 4;

/** The cells of a stage. @param {Stage} stage @param {boolean} open @returns {Content[]} */
export function contentsOf({ blocks }, open) {
  const all = blocks.map((block) => ({ block }));
  if (open || blocks.length <= MOST_BLOCKS) return all;
  const hidden = blocks.slice(1, -1);
  const numbers = hidden.flatMap(({ layers }) => layers.map(({ index }) => index));
  const first = numbers[0];
  const last = numbers[numbers.length - 1];
  return [all[0], { count: hidden.length, first, last }, all[all.length - 1]];
}

/** @param {import('./plan.js').DrawnPlan} plan @param {number} width in pixels
 * @param {(stage: Stage) => boolean} isOpen */
export function layoutOf({ stages }, width, isOpen) {
  const columns = Math.max(1, Math.floor(width / CELL.width));
  let top = END;
  const placed = stages.map((stage) => {
    const contents = contentsOf(stage, isOpen(stage));
    const y = top + HEADING;
    const cells = contents.map((content, at) => ({
      ...content,
      x: (at % columns) * CELL.width,
      y: y + Math.floor(at / columns) * CELL.height,
    }));
    const heading = top + HEADING - 24;
    top = y + Math.ceil(contents.length / columns) * CELL.height + AFTER;
    return { stage, heading, cells: /** @type {Cell[]} */ (cells) };
  });
  return { stages: placed, end: top, width: Math.max(width, CELL.width), height: top + END };
}
