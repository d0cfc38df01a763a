/** Event files of TensorBoard: records of TFRecord, each a message Event of protocol buffers. Each process writes
 * a file of its own; that of a run that goes on says from which step it counts. */
import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ResiduaError } from '../lib/errors.js';
import { Message } from '../lib/weights/protobuf.js';

/** @typedef {import('../lib/index.js').Tick} Tick */

/** By the names that TensorBoard groups by. @type {[string, (tick: Tick) => number | undefined][]} */
const SCALARS = [
  ['loss/train', ({ trainLoss }) => trainLoss],
  ['loss/validation', ({ validationLoss }) => validationLoss],
  ['loss/test', ({ testLoss }) => testLoss],
  ['error/train', ({ trainError }) => trainError],
  ['error/validation', ({ validationError }) => validationError],
  ['error/test', ({ testError }) => testError],
  ['lr', ({ lr }) => lr],
  ['images_per_second', ({ imagesPerSecond }) => imagesPerSecond],
];

/** CRC-32C, the polynomial of Castagnoli. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** @param {Uint8Array} bytes */
export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** As TFRecord stores it, so that a checksum of a checksum is no constant. @param {Uint8Array} bytes */
function maskedCrc(bytes) {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** @param {Uint8Array} data */
function recordOf(data) {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** Fields of fixed size, which `Message` has not: a tag of one byte and the value.
 * @param {number} tag @param {number} bytes @param {(view: DataView) => void} write */
function fixed(tag, bytes, write) {
  const field = new Uint8Array(1 + bytes);
  field[0] = tag;
  write(new DataView(field.buffer, 1));
  return field;
}

/** @param {number} step @param {import('../lib/weights/protobuf.js').Message} content */
function eventOf(step, content) {
  const time = fixed(9, 8, (view) => view.setFloat64(0, Date.now() / 1000, true)); // wall_time = 1
  const rest = new Message({ 2: step }).bytes; // step
  return recordOf(Buffer.concat([time, rest, content.bytes]));
}

/** @param {string} tag @param {number} value */
function scalarOf(tag, value) {
  const number = fixed(21, 4, (view) => view.setFloat32(0, value, true)); // simple_value = 2
  return Buffer.concat([new Message({ 1: tag }).bytes, number]);
}

const FILE_VERSION = 'brain.Event:2';
/** SessionLog.START: what was written of later steps does not count any more. */
const START = 1;

export class EventFile {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
  }

  /** @param {string} folder @param {number} step that the run goes on from */
  static async begin(folder, step) {
    const seconds = Math.floor(Date.now() / 1000);
    const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`;
    const file = new EventFile(path.join(folder, name));
    await file.#append(() => mkdir(folder, { recursive: true }));
    await file.#add(eventOf(0, new Message({ 3: FILE_VERSION })));
    const start = new Message({ 1: START });
    if (step > 0) await file.#add(eventOf(step + 1, new Message({ 7: start })));
    return file;
  }

  /** The figures of an epoch's end. @param {Tick} tick */
  async push(tick) {
    const values = SCALARS.flatMap(([tag, of]) => {
      const value = of(tick);
      return value === undefined ? [] : [scalarOf(tag, value)];
    });
    const summary = new Message({ 1: values });
    await this.#add(eventOf(tick.step, new Message({ 5: summary })));
  }

  /** @param {Uint8Array} record */
  #add(record) {
    return this.#append(() => appendFile(this.file, record));
  }

  /** @param {() => Promise<unknown>} write */
  async #append(write) {
    await write().catch((error) => {
      const message = `${this.file} cannot be written: ${error.message}.`;
      throw new ResiduaError('BAD_FILE', 'write', message);
    });
  }
}
