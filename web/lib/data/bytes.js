/** Thrown when a stream ends in the middle of something. */
export class EndOfBytes extends Error {
  /** @param {number} position @param {number} [needed] how many bytes there should have been */
  constructor(position, needed) {
    super(`The bytes end at ${position}.`);
    this.position = position;
    this.needed = needed;
  }
}

/** Reads a stream a few bytes at a time. What `fill` made available can be taken at once, without
 * waiting. */
export class ByteReader {
  #chunks;
  /** @type {Uint8Array} */
  #chunk = new Uint8Array(0);
  #at = 0;
  /** Bytes taken so far. */
  position = 0;

  /** @param {ReadableStream<Uint8Array>} stream */
  constructor(stream) {
    this.#chunks = stream.getReader();
  }

  get available() {
    return this.#chunk.length - this.#at;
  }

  /** Sees to it that `count` bytes are available; fewer are only if the stream ends. For small
   * counts: what is there is copied. @param {number} count */
  async fill(count) {
    while (this.available < count) {
      const { done, value } = await this.#chunks.read();
      if (done) return;
      this.#chunk = joined(this.#chunk.subarray(this.#at), value);
      this.#at = 0;
    }
  }

  /** Has everything been taken? */
  async isAtEnd() {
    await this.fill(1);
    return this.available === 0;
  }

  /** The next bytes, which stay where they are: all that is available, but at most `count`.
   * @param {number} count */
  peek(count) {
    return this.#chunk.subarray(this.#at, this.#at + count);
  }

  /** A view, valid until the next `fill`. @param {number} count */
  take(count) {
    if (this.available < count) throw new EndOfBytes(this.position + this.available);
    const bytes = this.peek(count);
    this.#at += count;
    this.position += count;
    return bytes;
  }

  takeByte() {
    return this.take(1)[0];
  }

  /** Takes as many bytes as `target` has room for. @param {Uint8Array} target */
  async takeInto(target) {
    const needed = this.position + target.length;
    let filled = 0;
    while (filled < target.length) {
      if (await this.isAtEnd()) throw new EndOfBytes(this.position, needed);
      const count = Math.min(this.available, target.length - filled);
      target.set(this.take(count), filled);
      filled += count;
    }
  }

  /** What has not been taken yet, as a stream. @returns {ReadableStream<Uint8Array>} */
  rest() {
    return new ReadableStream(
      {
        pull: async (controller) => {
          if (await this.isAtEnd()) controller.close();
          else controller.enqueue(this.take(this.available));
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  /** @param {unknown} reason */
  cancel(reason) {
    return this.#chunks.cancel(reason);
  }
}

/** @param {Uint8Array} first @param {Uint8Array} second */
function joined(first, second) {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The same stream, watched: `onChunk` hears the size of each chunk, and may throw to end it.
 * @param {ReadableStream<Uint8Array>} stream @param {(bytes: number) => void} onChunk
 * @returns {ReadableStream<Uint8Array>} */
export function watched(stream, onChunk) {
  const chunks = stream.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.read();
        if (done) return controller.close();
        try {
          onChunk(value.length);
        } catch (error) {
          await chunks.cancel(error).catch(() => {});
          throw error;
        }
        controller.enqueue(value);
      },
      cancel: (reason) => chunks.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const UNITS = /** @type {const} */ ([
  [1e6, 'MB'],
  [1e3, 'KB'],
  [1, 'bytes'],
]);

/** "12.1 MB"; in the unit that suits `of`, so that two sizes can be compared.
 * @param {number} bytes @param {number} [of] */
export function sizeText(bytes, of = bytes) {
  const [unit, name] = UNITS.find(([least]) => of >= least) ?? UNITS[2];
  return `${unit === 1 ? bytes : (bytes / unit).toFixed(1)} ${name}`;
}
