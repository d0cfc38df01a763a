/** The cursor of a chart: one run and one position along it, moved by keys or by the pointer. It stays
 * on its run when the chart is drawn again. */

/** A value at the cursor, and where it is drawn.
 * @typedef {{ label: string, text: string, x: number, y: number | null }} Value */

/** What there is to read of one run.
 * @typedef {object} Track
 * @property {string} name
 * @property {string} key by which other parts of the page point at it
 * @property {string} color
 * @property {number[]} positions on the horizontal axis, rising
 * @property {(position: number) => number} toX in pixels
 * @property {(position: number) => { where: string, values: Value[] }} read */

/** Of a track, that Page Up and Page Down move by. */
const PAGE = 0.1;

/** By how many positions a key moves, of so many. @type {Record<string, (count: number) => number>} */
const MOVES = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  PageUp: (count) => Math.max(1, Math.round(count * PAGE)),
  PageDown: (count) => -Math.max(1, Math.round(count * PAGE)),
  Home: (count) => -count,
  End: (count) => count,
};
/** By how many runs. @type {Record<string, number>} */
const SWITCHES = { ArrowUp: -1, ArrowDown: 1 };

/** Of two that are as near, the later. @param {number[]} values rising @param {number} wanted */
function nearest(values, wanted) {
  let best = 0;
  for (const [i, value] of values.entries()) {
    if (Math.abs(value - wanted) <= Math.abs(values[best] - wanted)) best = i;
  }
  return best;
}

export class Cursor {
  shown = false;
  /** @type {Track[]} */
  #tracks = [];
  #index = 0;
  /** The run that is read, once the reader has looked at one. @type {string | null} */
  #name = null;
  #position = Infinity;

  /** Takes the tracks of a new drawing, and stays on the same run if it is still there.
   * @param {Track[]} tracks */
  follow(tracks) {
    this.#tracks = tracks.filter(({ positions }) => positions.length > 0);
    const index = this.#tracks.findIndex(({ name }) => name === this.#name);
    this.#index = Math.max(0, index);
    if (this.#tracks.length === 0) this.shown = false;
  }

  /** What is read, if anything is. */
  get reading() {
    const track = this.#tracks[this.#index];
    if (!this.shown || !track) return null;
    const { name, key, color, positions, toX, read } = track;
    const position = positions[nearest(positions, this.#position)];
    return { name, key, color, x: toX(position), ...read(position) };
  }

  /** At the place where it was, or at the latest. */
  show() {
    this.shown = this.#tracks.length > 0;
    this.#name = this.#tracks[this.#index]?.name ?? null;
  }

  hide() {
    this.shown = false;
  }

  /** Does what a key says, unless it says nothing here. @param {string} key */
  press(key) {
    if (this.#tracks.length === 0) return false;
    if (key === 'Escape' && this.shown) {
      this.hide();
      return true;
    }
    if (!(key in MOVES || key in SWITCHES)) return false;
    if (this.shown) this.#move(key);
    this.show();
    return true;
  }

  /** @param {string} key */
  #move(key) {
    const { positions } = this.#tracks[this.#index];
    if (key in MOVES) {
      const index = nearest(positions, this.#position) + MOVES[key](positions.length);
      this.#position = positions[Math.min(positions.length - 1, Math.max(0, index))];
      return;
    }
    const count = this.#tracks.length;
    this.#position = positions[nearest(positions, this.#position)];
    this.#index = (this.#index + SWITCHES[key] + count) % count;
  }

  /** Reads the run that is drawn nearest to a point. @param {number} x @param {number} y
   * @returns {number} pixels to it */
  point(x, y) {
    let least = Infinity;
    for (const [index, { positions, toX, read }] of this.#tracks.entries()) {
      const position = positions[nearest(positions.map(toX), x)];
      for (const value of read(position).values) {
        const distance = value.y === null ? Infinity : Math.hypot(value.x - x, value.y - y);
        if (distance >= least) continue;
        least = distance;
        this.#index = index;
        this.#position = position;
      }
    }
    this.show();
    return least;
  }
}
