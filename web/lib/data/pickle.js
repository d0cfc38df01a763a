/** Reads the pickles of the official CIFAR-10 archive: protocol 2, in the opcodes in which Python 2
 * wrote dictionaries of strings, integers and numpy arrays of bytes, and in no others. Names are
 * data here: nothing is ever looked up or called. */
import { EndOfBytes } from './bytes.js';

/** The message completes "X is not as Python 2 wrote it: ". */
export class PickleError extends Error {}

/** The only names that a pickle may hold. */
const NAMES = ['numpy.core.multiarray._reconstruct', 'numpy.ndarray', 'numpy.dtype'];
const CALLABLE = ['numpy.core.multiarray._reconstruct', 'numpy.dtype'];

/** Longer than any opcode with its argument, other than the pixels. */
const LONGEST_OPCODE = 512;
const LONGEST_NAME = 100;
/** Bytes beside the pixels: 10,000 labels and file names are about 0.3 MB. */
const MOST_REST = 2e6;
/** Lists, dictionaries, tuples and the like; the official files have 14. An opcode of one byte makes
 * a container of a hundred or more. */
const MOST_CONTAINERS = 100;

const OP = {
  BINSTRING: 0x54,
  PROTO: 0x80,
  STOP: 0x2e,
};

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
    this.pushNew(new Made(callable.name, args.items));
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

/** @param {Uint8Array} bytes little-endian, the sign in the last one */
function integerOf(bytes) {
  const sum = bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  return bytes[3] >= 128 ? sum - 2 ** 32 : sum;
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
  const name = `${takeLine(reader)}.${takeLine(reader)}`;
  if (!NAMES.includes(name)) throw new PickleError(`it names ${JSON.stringify(name)}`);
  return new Name(name);
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
  [0x55, (m, r) => m.push(textOf(r.take(r.takeByte())))], // SHORT_BINSTRING
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
]);

/** @param {Machine} machine @param {unknown[]} items */
function appendTo(machine, items) {
  const list = machine.top(Array);
  for (const item of items) list.push(item);
}

/** Reads one pickle to the end of the stream: dictionaries as Map, lists as Array, strings as
 * string, long strings (the pixels) as the Uint8Array that `room` gives for their length.
 * @param {ByteReader} reader @param {(length: number) => Uint8Array} room
 * @returns {Promise<unknown>} */
export async function readPickle(reader, room) {
  const machine = new Machine();
  let longStrings = 0;
  await reader.fill(2);
  if (reader.takeByte() !== OP.PROTO || reader.takeByte() !== 2) {
    throw new PickleError('it is not of protocol 2');
  }
  for (;;) {
    if (reader.available < LONGEST_OPCODE) await reader.fill(LONGEST_OPCODE);
    if (reader.position - longStrings > MOST_REST) {
      throw new PickleError(`it holds more than ${MOST_REST / 1e6} MB beside the pixels`);
    }
    const at = reader.position;
    const opcode = reader.takeByte();
    if (opcode === OP.STOP) break;
    if (opcode === OP.BINSTRING) {
      const bytes = room(new DataView(reader.take(4).slice().buffer).getUint32(0, true));
      await reader.takeInto(bytes);
      longStrings += bytes.length;
      machine.push(bytes);
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
