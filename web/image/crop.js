/** The square of a picture that a network sees. It lies within the picture; positions are whole pixels. */

/** @typedef {import('../lib/index.js').Square} Square */
/** @typedef {{ width: number, height: number }} Size */

/** The network's input has no more. */
const LEAST_SIDE = 32;
/** Of the square's side, that a key moves or grows it by; with Shift, a pixel. */
const STEP = 0.05;

/** @type {Record<string, [x: number, y: number, side: number]>} */
const KEYS = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  '+': [0, 0, 1],
  '=': [0, 0, 1],
  '-': [0, 0, -1],
};

/** @param {number} value @param {number} most */
const within = (value, most) => Math.min(Math.max(0, Math.round(value)), most);

/** The nearest square that lies within the picture. @param {Square} wanted @param {Size} picture
 * @returns {Square} */
export function fitted({ x, y, side }, { width, height }) {
  const most = Math.min(width, height);
  const own = Math.min(most, Math.max(Math.min(LEAST_SIDE, most), Math.round(side)));
  return { x: within(x, width - own), y: within(y, height - own), side: own };
}

/** The same middle, another side. @param {Square} crop @param {number} side @param {Size} picture */
export function resized({ x, y, side: before }, side, picture) {
  const { side: own } = fitted({ x, y, side }, picture);
  return fitted({ x: x + (before - own) / 2, y: y + (before - own) / 2, side: own }, picture);
}

/** What a key makes of the square; null: nothing. @param {Square} crop @param {KeyboardEvent} event
 * @param {Size} picture */
export function pressed(crop, { key, shiftKey }, picture) {
  const [dx, dy, grown] = KEYS[key] ?? [];
  if (dx === undefined || dy === undefined || grown === undefined) return null;
  const step = shiftKey && !grown ? 1 : Math.max(1, Math.round(crop.side * STEP));
  if (grown !== 0) return resized(crop, crop.side + 2 * grown * step, picture);
  return fitted({ ...crop, x: crop.x + dx * step, y: crop.y + dy * step }, picture);
}

/** The square under a pointer that has pressed it. */
export class CropDrag {
  /** @type {{ x: number, y: number, crop: Square } | null} */
  #from = null;
  #onCrop;

  /** @param {(crop: Square) => void} onCrop */
  constructor(onCrop) {
    this.#onCrop = onCrop;
  }

  /** @param {PointerEvent} event @param {Square} crop */
  begin(event, crop) {
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.#from = { x: event.clientX, y: event.clientY, crop };
  }

  /** @param {PointerEvent} event @param {Size} picture */
  move(event, picture) {
    if (!this.#from) return;
    const { x, y, crop } = this.#from;
    const shown = /** @type {Element} */ (
      /** @type {Element} */ (event.currentTarget).parentElement
    );
    const scale = picture.width / shown.getBoundingClientRect().width;
    const [dx, dy] = [(event.clientX - x) * scale, (event.clientY - y) * scale];
    this.#onCrop(fitted({ ...crop, x: crop.x + dx, y: crop.y + dy }, picture));
  }

  end() {
    this.#from = null;
  }
}
