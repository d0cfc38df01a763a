/** Reads pickles of CIFAR's kind, protocols 2 to 5: the opcodes in which Python 2 and 3 write
 * dictionaries of strings, integers and numpy arrays of bytes, and no others. Names are data here:
 * nothing is ever looked up or called. */
import { EndOfBytes } from './bytes.js';

/** The message completes "X is not a python file of CIFAR-10: ". */
export class PickleError extends Error {}

/** The only names that a pickle may hold, and what they are called here: numpy 2 has moved its own.
 * Python 3 writes bytes in protocol 2 as a text that is to be encoded. */
const NAMES = new Map([
  ['numpy.core.multiarray._reconstruct', 'numpy._reconstruct'],
  ['numpy._core.multiarray._reconstruct', 'numpy._reconstruct'],
  ['numpy.core.numeric._frombuffer', 'numpy._frombuffer'],
  ['numpy._core.numeric._frombuffer', 'numpy._frombuffer'],
  ['numpy.ndarray', 'numpy.ndarray'],
  ['numpy.dtype', 'numpy.dtype'],
  ['_codecs.encode', '_codecs.encode'],
]);
const CALLABLE = ['numpy._reconstruct', 'numpy._frombuffer', 'numpy.dtype', '_codecs.encode'];

/** Longer than any opcode with its argument, other than the pixels. */
const LONGEST_OPCODE = 512;
const LONGEST_NAME = 100;
/** What an opcode and its length leave of that. */
const LONGEST_STRING = LONGEST_OPCODE - 9;
/** Bytes beside the pixels: 50,000 labels and file names are about 2 MB, 4 MB as Python 3 writes them
 * in protocol 2. */
const MOST_REST = 8e6;
/** Lists, dictionaries, tuples and the like; the official files have 14, but one for each file name if
 * Python 3 wrote them in protocol 2. An opcode of one byte makes a container of a hundred bytes. */
const MOST_CONTAINERS = 110000;

const OP = {
  PROTO: 0x80,
  STOP: 0x2e,
};

/** Opcodes of strings and bytes, by the size in bytes of the length that follows.
 * @type {Map<number, { sizeBytes: 1 | 4 | 8, isText: boolean }>} */
const STRINGS = new Map([
  [0x54, { sizeBytes: 4, isText: false }], // BINSTRING
  [0x55, { sizeBytes: 1, isText: false }], // SHORT_BINSTRING
  [0x42, { sizeBytes: 4, isText: false }], // BINBYTES
  [0x43, { sizeBytes: 1, isText: false }], // SHORT_BINBYTES
  [0x8e, { sizeBytes: 8, isText: false }], // BINBYTES8
  [0x96, { sizeBytes: 8, isText: false }], // BYTEARRAY8
  [0x58, { sizeBytes: 4, isText: true }], // BINUNICODE
  [0x8c, { sizeBytes: 1, isText: true }], // SHORT_BINUNICODE
  [0x8d, { sizeBytes: 8, isText: true }], // BINUNICODE8
]);

export class Tuple {
  /** @param {unknown[]} items */
  constructor(items) {
    this.items = items;
  }
}

export class Name {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
}

/** What the pickle wants to be made by calling `name` with `args`, then given `state`. */
export class Made {
  /** @type {unknown} */
  state = undefined;

  /** @param {string} name @param {unknown[]} args */
  constructor(name, args) {
    this.name = name;
    this.args = args;
  }
}

class Machine {
  /** @type {unknown[]} */
  stack = [];
  /** Lengths of the stack at the marks. @type {number[]} */
  marks = [];
  /** @type {Map<number, unknown>} */
  memo = new Map();
  #containers = 0;

  /** @param {unknown} value */
  push(value) {
    this.stack.push(value);
  }

  /** @param {object} container */
  pushNew(container) {
    if (++this.#containers > MOST_CONTAINERS) throw new PickleError('it holds too many containers');
    this.push(container);
  }

  pop() {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw new PickleError('its stack is empty');
    return this.stack.pop();
  }

  popToMark() {
    const mark = this.marks.pop();
    if (mark === undefined) throw new PickleError('it has an end without a beginning');
    return this.stack.splice(mark);
  }

  /** @param {number} count */
  popTuple(count) {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.pushNew(new Tuple(items));
  }

  /** The value on top, which stays there and must be of this class.
   * @template T @param {new (...args: any[]) => T} type @returns {T} */
  top(type) {
    const value = this.pop();
    if (!(value instanceof type)) throw new PickleError('it fills something that is no container');
    this.push(value);
    return value;
  }

  /** @param {number} key */
  put(key) {
    const value = this.pop();
    this.push(value);
    this.memo.set(key, value);
  }

  /** @param {number} key */
  get(key) {
    if (!this.memo.has(key)) throw new PickleError('it refers to what is not there');
    this.push(this.memo.get(key));
  }

  /** @param {unknown[]} items keys and values in turn */
  setItems(items) {
    const map = this.top(Map);
    for (let i = 0; i < items.length; i += 2) {
      if (typeof items[i] !== 'string' || i + 1 === items.length) {
        throw new PickleError('it has a dictionary with keys that are no strings');
      }
      map.set(items[i], items[i + 1]);
    }
  }

  reduce() {
    const args = this.pop();
    const callable = this.pop();
    if (!(callable instanceof Name && args instanceof Tuple && CALLABLE.includes(callable.name))) {
      throw new PickleError('it wants something else than a numpy array to be made');
    }
    if (callable.name !== '_codecs.encode') this.pushNew(new Made(callable.name, args.items));
    else if (args.items[1] === 'latin1') this.push(args.items[0]);
    else throw new PickleError('it holds a text that is not to be encoded as latin1');
  }

  /** A name whose parts stand on the stack. */
  stackName() {
    const name = this.pop();
    const module = this.pop();
    const isText = typeof module === 'string' && typeof name === 'string';
    if (!isText) throw new PickleError('it names something that is no text');
    this.pushNew(nameOf(`${module}.${name}`));
  }

  build() {
    const state = this.pop();
    const made = this.top(Made);
    if (made.state !== undefined) throw new PickleError('it makes an array twice');
    made.state = state;
  }
}

/** @typedef {import('./bytes.js').ByteReader} ByteReader */

/** @param {Uint8Array} bytes one character each, as Python 2 has them */
const textOf = (bytes) => String.fromCharCode(...bytes);

/** @param {Uint8Array} bytes little-endian */
const unsignedOf = (bytes) => bytes.reduceRight((value, byte) => value * 256 + byte, 0);

/** @param {Uint8Array} bytes little-endian, the sign in the last one if there are four */
function integerOf(bytes) {
  const sum = unsignedOf(bytes);
  return bytes[3] >= 128 ? sum - 2 ** 32 : sum;
}

/** @param {string} name as the pickle has it */
function nameOf(name) {
  const known = NAMES.get(name);
  if (!known) throw new PickleError(`it names ${JSON.stringify(name)}`);
  return new Name(known);
}

/** @param {ByteReader} reader */
function takeLine(reader) {
  const length = reader.peek(LONGEST_NAME).indexOf(0x0a);
  if (length >= 0) return textOf(reader.take(length + 1)).slice(0, -1);
  if (reader.available < LONGEST_NAME) throw new EndOfBytes(reader.position + reader.available);
  throw new PickleError('it holds a name that is too long');
}

/** @param {ByteReader} reader */
function takeName(reader) {
  return nameOf(`${takeLine(reader)}.${takeLine(reader)}`);
}

/** What each opcode does. @type {Map<number, (machine: Machine, reader: ByteReader) => void>} */
const ACTIONS = new Map([
  [0x28, (m) => void m.marks.push(m.stack.length)], // MARK
  [0x29, (m) => m.pushNew(new Tuple([]))], // EMPTY_TUPLE
  [0x4a, (m, r) => m.push(integerOf(r.take(4)))], // BININT
  [0x4b, (m, r) => m.push(integerOf(r.take(1)))], // BININT1
  [0x4d, (m, r) => m.push(integerOf(r.take(2)))], // BININT2
  [0x4e, (m) => m.push(null)], // NONE
  [0x52, (m) => m.reduce()], // REDUCE
  [0x5d, (m) => m.pushNew([])], // EMPTY_LIST
  [0x61, (m) => appendTo(m, [m.pop()])], // APPEND
  [0x62, (m) => m.build()], // BUILD
  [0x63, (m, r) => m.pushNew(takeName(r))], // GLOBAL
  [0x65, (m) => appendTo(m, m.popToMark())], // APPENDS
  [0x68, (m, r) => m.get(r.takeByte())], // BINGET
  [0x6a, (m, r) => m.get(integerOf(r.take(4)))], // LONG_BINGET
  [0x71, (m, r) => m.put(r.takeByte())], // BINPUT
  [0x72, (m, r) => m.put(integerOf(r.take(4)))], // LONG_BINPUT
  [0x73, (m) => m.setItems([m.pop(), m.pop()].reverse())], // SETITEM
  [0x74, (m) => m.pushNew(new Tuple(m.popToMark()))], // TUPLE
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x7d, (m) => m.pushNew(new Map())], // EMPTY_DICT
  [0x85, (m) => m.popTuple(1)], // TUPLE1
  [0x86, (m) => m.popTuple(2)], // TUPLE2
  [0x87, (m) => m.popTuple(3)], // TUPLE3
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x93, (m) => m.stackName()], // STACK_GLOBAL
  [0x94, (m) => m.put(m.memo.size)], // MEMOIZE
  [0x95, (_, r) => void r.take(8)], // FRAME, which says what comes, not what it is
]);

/** @param {Machine} machine @param {unknown[]} items */
function appendTo(machine, items) {
  const list = machine.top(Array);
  for (const item of items) list.push(item);
}

/** Reads one pickle to the end of the stream: dictionaries as Map, lists as Array, strings and bytes
 * as string (a character a byte), long ones (the pixels) into the Uint8Array that `room` gives for
 * their length. For texts, whose characters take one or two bytes each, it is given the bytes, and
 * may return more or less.
 * @param {ByteReader} reader @param {(length: number, isText: boolean) => Uint8Array} room
 * @returns {Promise<unknown>} */
export async function readPickle(reader, room) {
  const machine = new Machine();
  let longStrings = 0;
  await reader.fill(2);
  const protocol = reader.takeByte() === OP.PROTO ? reader.takeByte() : 0;
  if (protocol < 2 || protocol > 5) throw new PickleError('it is not of protocol 2 to 5');
  for (;;) {
    if (reader.available < LONGEST_OPCODE) await reader.fill(LONGEST_OPCODE);
    if (reader.position - longStrings > MOST_REST) {
      throw new PickleError(`it holds more than ${MOST_REST / 1e6} MB beside the pixels`);
    }
    const at = reader.position;
    const opcode = reader.takeByte();
    if (opcode === OP.STOP) break;
    const string = STRINGS.get(opcode);
    if (string) {
      const length = unsignedOf(reader.take(string.sizeBytes));
      machine.push(await readString(reader, length, string.isText, room));
      if (length > LONGEST_STRING) longStrings += length;
      continue;
    }
    const action = ACTIONS.get(opcode);
    if (!action) throw new PickleError(`at byte ${at} is opcode 0x${opcode.toString(16)}`);
    action(machine, reader);
  }
  const result = machine.pop();
  if (machine.stack.length > 0 || !(await reader.isAtEnd())) {
    throw new PickleError('it goes on after its end');
  }
  return result;
}

/** @param {ByteReader} reader @param {number} length in bytes @param {boolean} isText
 * @param {(length: number, isText: boolean) => Uint8Array} room */
async function readString(reader, length, isText, room) {
  if (length <= LONGEST_STRING) {
    const bytes = reader.take(length);
    return isText ? new TextDecoder().decode(bytes) : textOf(bytes);
  }
  const target = room(length, isText);
  if (isText) return target.subarray(0, await takeLatin1(reader, length, target));
  await reader.takeInto(target);
  return target;
}

/** Takes a text in UTF-8 whose characters are bytes, one or two bytes each.
 * @param {ByteReader} reader @param {number} length @param {Uint8Array} target
 * @returns {Promise<number>} how many characters there were */
async function takeLatin1(reader, length, target) {
  const end = reader.position + length;
  let count = 0;
  let high = 0;
  while (reader.position < end) {
    if (await reader.isAtEnd()) throw new EndOfBytes(reader.position, end);
    for (const byte of reader.take(Math.min(reader.available, end - reader.position))) {
      if (high === 0 && (byte === 0xc2 || byte === 0xc3)) {
        high = byte;
        continue;
      }
      if (high === 0 ? byte >= 0x80 : (byte & 0xc0) !== 0x80) {
        throw new PickleError('it holds a long text that is no bytes');
      }
      if (count === target.length) throw new PickleError(`it holds more than ${count} pixels`);
      target[count++] = high === 0xc3 ? byte | 0x40 : byte;
      high = 0;
    }
  }
  if (high !== 0) throw new PickleError('it holds a long text that is no bytes');
  return count;
}
