/** Where the parts of a drawing stand: stages one below the other, their blocks in rows as wide as there is
 * room. Equal blocks in the middle of a long stage are one cell until the reader opens it; of very many, only
 * some are drawn then. */

/** @typedef {import('./plan.js').Block} Block */
/** @typedef {import('./plan.js').Stage} Stage */
/** @typedef {{ block: Block } | { count: number, first: number, last: number, from: number }} Content
 *   a block, or how many equal ones, the layers of the first and last of them, and the block that a stage is
 *   opened from to draw those beside the ones that are drawn */
/** @typedef {Content & { x: number, y: number }} Cell */

export const CELL = { width: 150, height: 72 };
/** Above the first row of a stage. */
const HEADING = 48;
const AFTER = 8;
/** The rows of the image and of the classes. */
const END = 60;
/** A stage of more blocks than this is shortened. */
const MOST_BLOCKS = 4;
/** Of the blocks between the first and the last of a stage, drawn at once: more take a browser long. */
const MOST_OPEN = 24;

/** The blocks that a stage draws between its first and its last: from the one up to, not including, the other.
 * @param {number} count of all blocks @param {number | null} from the first of them; null: none */
export function openBlocks(count, from) {
  if (count <= MOST_BLOCKS) return { from: 1, to: count - 1 };
  if (from === null) return { from: 1, to: 1 };
  const first = Math.max(1, Math.min(from, count - 1 - MOST_OPEN));
  return { from: first, to: Math.min(count - 1, first + MOST_OPEN) };
}

/** Where a stage is opened so that a block is in the middle of what is drawn. @param {number} block */
export const openedAround = (block) => block - MOST_OPEN / 2;

/** The cells of a stage. @param {Stage} stage @param {number | null} opened from which block; null: closed
 * @returns {Content[]} */
export function contentsOf({ blocks }, opened) {
  const { from, to } = openBlocks(blocks.length, opened);
  const end = blocks.length - 1;
  /** @param {number} first @param {number} last @param {number} next @returns {Content[]} */
  const equal = (first, last, next) => {
    if (first > last) return [];
    const [{ index }] = blocks[first].layers;
    const count = last - first + 1;
    return [{ count, first: index, last: index + 2 * count - 1, from: next }];
  };
  const drawn = (/** @type {Block[]} */ some) => some.map((block) => ({ block }));
  return [
    ...drawn(blocks.slice(0, 1)),
    ...equal(1, from - 1, from - MOST_OPEN),
    ...drawn(blocks.slice(from, to)),
    ...equal(to, end - 1, to),
    ...drawn(blocks.slice(Math.max(1, end))),
  ];
}

/** @param {import('./plan.js').DrawnPlan} plan @param {number} width in pixels
 * @param {(stage: Stage) => number | null} openedFrom */
export function layoutOf({ stages }, width, openedFrom) {
  const columns = Math.max(1, Math.floor(width / CELL.width));
  let top = END;
  const placed = stages.map((stage) => {
    const contents = contentsOf(stage, openedFrom(stage));
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
