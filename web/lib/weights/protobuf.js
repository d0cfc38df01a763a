/** As much of protocol buffers as it takes to write a message. */

/** @typedef {number | string | Uint8Array | Message} Value */

/** @param {number} value a whole number from 0 on @returns {number[]} */
function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** Its bytes are joined once, in the outermost message: weights are large. */
export class Message {
  /** @type {Uint8Array[]} */
  pieces = [];
  length = 0;

  /** @param {Record<number, Value | Value[]>} fields by their numbers; a list repeats its field */
  constructor(fields) {
    for (const [number, values] of Object.entries(fields)) {
      for (const value of [values].flat()) this.#field(Number(number), value);
    }
  }

  /** @param {number} number @param {Value} value */
  #field(number, value) {
    if (typeof value === 'number') return this.#add([...varint(number * 8), ...varint(value)]);
    const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    this.#add([...varint(number * 8 + 2), ...varint(content.length)]);
    const pieces = content instanceof Message ? content.pieces : [content];
    for (const piece of pieces) this.#add(piece);
  }

  /** @param {ArrayLike<number>} bytes */
  #add(bytes) {
    this.pieces.push(bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes));
    this.length += bytes.length;
  }

  get bytes() {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }
}
