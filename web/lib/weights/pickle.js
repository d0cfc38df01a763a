/** Reads pickles of protocols 2 to 5 as data. Invariant: nothing is looked up or called; what a pickle
 * wants to be made stays a description of it. */
import { ResiduaError } from '../errors.js';

/** An opcode of one byte makes a container of a hundred bytes; checkpoints have some thousands. */
const MOST_CONTAINERS = 500_000;
const LONGEST_NAME = 200;

/** @param {string} problem completes "The pickle ..." */
function broken(problem) {
  const message = `This PyTorch file is damaged or no such file: its pickle ${problem}.`;
  return new ResiduaError('BAD_FILE', 'loadNet', message);
}

export class Tuple {
  /** @param {unknown[]} items */
  constructor(items) {
    this.items = items;
  }
}

/** A class or function of Python. */
export class Name {
  /** @param {string} name with its module */
  constructor(name) {
    this.name = name;
  }
}

/** What the pickle wants to be made by calling `name` with `args`; then it is given a state, items of a
 * dictionary and items of a list. */
export class Made {
  /** @type {unknown} */
  state = undefined;
  /** @type {Map<unknown, unknown>} */
  entries = new Map();
  /** @type {unknown[]} */
  items = [];

  /** @param {string} name @param {unknown[]} args */
  constructor(name, args) {
    this.name = name;
    this.args = args;
  }
}

/** What lies outside of the pickle: a storage of numbers. */
export class Persistent {
  /** @param {unknown} id */
  constructor(id) {
    this.id = id;
  }
}

/** Legacy files keep the sources of a module's class beside it: "module", the class, file, source.
 * @param {Persistent} persistent */
function classIn({ id }) {
  const [kind, made] = id instanceof Tuple ? id.items : [];
  return kind === 'module' ? made : null;
}

const END = 'ends too early';

class Machine {
  /** @type {unknown[]} */
  stack = [];
  /** Lengths of the stack at the marks. @type {number[]} */
  marks = [];
  /** @type {Map<number, unknown>} */
  memo = new Map();
  #containers = 0;

  /** @param {Uint8Array} bytes @param {number} at */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** @param {number} count */
  take(count) {
    if (!(count <= this.bytes.length - this.at)) throw broken(END);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** @param {1 | 2 | 4 | 8} size of an unsigned number */
  number(size) {
    const at = this.at;
    this.take(size);
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at, true);
    if (size === 4) return this.view.getUint32(at, true);
    return Number(this.view.getBigUint64(at, true));
  }

  int32() {
    return this.number(4) | 0;
  }

  /** Big-endian, unlike all others. */
  float64() {
    const at = this.at;
    this.take(8);
    return this.view.getFloat64(at);
  }

  /** A number of any size in two's complement. @param {number} count of bytes */
  long(count) {
    if (count > 1000) throw broken('holds a number of more than 1000 bytes');
    const bytes = this.take(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    const signed = count > 0 ? BigInt.asIntN(8 * count, value) : 0n;
    const small = Number(signed);
    return Number.isSafeInteger(small) ? small : signed;
  }

  /** @param {1 | 4 | 8} size of the length that stands before it */
  text(size) {
    return new TextDecoder().decode(this.take(this.number(size)));
  }

  line() {
    const end = this.bytes.subarray(this.at, this.at + LONGEST_NAME).indexOf(0x0a);
    if (end < 0) throw broken('holds a name without an end');
    return new TextDecoder().decode(this.take(end + 1)).slice(0, -1);
  }

  /** @param {unknown} value */
  push(value) {
    this.stack.push(value);
  }

  /** @param {object} container */
  pushNew(container) {
    if (++this.#containers > MOST_CONTAINERS) throw broken('holds too many objects');
    this.push(container);
  }

  pop() {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw broken('takes from an empty stack');
    return this.stack.pop();
  }

  top() {
    const value = this.pop();
    this.push(value);
    return value;
  }

  popToMark() {
    const mark = this.marks.pop();
    if (mark === undefined) throw broken('has an end without a beginning');
    return this.stack.splice(mark);
  }

  /** @param {number} count */
  popTuple(count) {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.pushNew(new Tuple(items));
  }

  /** @param {number} key */
  put(key) {
    this.memo.set(key, this.top());
  }

  /** @param {number} key */
  get(key) {
    if (!this.memo.has(key)) throw broken('refers to what is not there');
    this.push(this.memo.get(key));
  }

  /** @param {unknown[]} pairs keys and values in turn */
  setItems(pairs) {
    const value = this.top();
    const map = value instanceof Made ? value.entries : value;
    if (!(map instanceof Map)) throw broken('fills something that is no dictionary');
    if (pairs.length % 2 === 1) throw broken('has a key without a value');
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }

  /** @param {unknown[]} items */
  append(items) {
    const value = this.top();
    const list = value instanceof Made ? value.items : value;
    if (!Array.isArray(list)) throw broken('fills something that is no list');
    for (const item of items) list.push(item);
  }

  /** @param {unknown} callable @param {unknown} args */
  make(callable, args) {
    const made = callable instanceof Persistent ? classIn(callable) : callable;
    const isCallable = made instanceof Name || made instanceof Made;
    if (!isCallable || !(args instanceof Tuple)) throw broken('makes something of no function');
    this.pushNew(new Made(made.name, args.items));
  }

  reduce() {
    const args = this.pop();
    this.make(this.pop(), args);
  }

  reduceWithKeywords() {
    this.pop();
    this.reduce();
  }

  build() {
    const state = this.pop();
    const value = this.top();
    if (value instanceof Made) value.state = state;
  }

  stackName() {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string') throw broken('names no text');
    this.pushNew(new Name(`${module}.${name}`));
  }

  dictionary() {
    const pairs = this.popToMark();
    this.pushNew(new Map());
    this.setItems(pairs);
  }
}

/** What each opcode does. @type {Map<number, (m: Machine) => void>} */
const ACTIONS = new Map([
  [0x28, (m) => void m.marks.push(m.stack.length)], // MARK
  [0x29, (m) => m.pushNew(new Tuple([]))], // EMPTY_TUPLE
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x42, (m) => m.pushNew(m.take(m.number(4)))], // BINBYTES
  [0x43, (m) => m.pushNew(m.take(m.number(1)))], // SHORT_BINBYTES
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x4b, (m) => m.push(m.number(1))], // BININT1
  [0x4d, (m) => m.push(m.number(2))], // BININT2
  [0x4e, (m) => m.push(null)], // NONE
  [0x51, (m) => m.pushNew(new Persistent(m.pop()))], // BINPERSID
  [0x52, (m) => m.reduce()], // REDUCE
  [0x54, (m) => m.push(m.text(4))], // BINSTRING
  [0x55, (m) => m.push(m.text(1))], // SHORT_BINSTRING
  [0x58, (m) => m.push(m.text(4))], // BINUNICODE
  [0x5d, (m) => m.pushNew([])], // EMPTY_LIST
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x62, (m) => m.build()], // BUILD
  [0x63, (m) => m.pushNew(new Name(`${m.line()}.${m.line()}`))], // GLOBAL
  [0x64, (m) => m.dictionary()], // DICT
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x68, (m) => m.get(m.number(1))], // BINGET
  [0x6a, (m) => m.get(m.number(4))], // LONG_BINGET
  [0x6c, (m) => m.pushNew(m.popToMark())], // LIST
  [0x71, (m) => m.put(m.number(1))], // BINPUT
  [0x72, (m) => m.put(m.number(4))], // LONG_BINPUT
  [0x73, (m) => m.setItems([m.pop(), m.pop()].reverse())], // SETITEM
  [0x74, (m) => m.pushNew(new Tuple(m.popToMark()))], // TUPLE
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x7d, (m) => m.pushNew(new Map())], // EMPTY_DICT
  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x85, (m) => m.popTuple(1)], // TUPLE1
  [0x86, (m) => m.popTuple(2)], // TUPLE2
  [0x87, (m) => m.popTuple(3)], // TUPLE3
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x8a, (m) => m.push(m.long(m.number(1)))], // LONG1
  [0x8b, (m) => m.push(m.long(m.number(4)))], // LONG4
  [0x8c, (m) => m.push(m.text(1))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.text(8))], // BINUNICODE8
  [0x8e, (m) => m.pushNew(m.take(m.number(8)))], // BINBYTES8
  [0x8f, (m) => m.pushNew([])], // EMPTY_SET
  [0x90, (m) => m.append(m.popToMark())], // ADDITEMS
  [0x91, (m) => m.pushNew(m.popToMark())], // FROZENSET
  [0x92, (m) => m.reduceWithKeywords()], // NEWOBJ_EX
  [0x93, (m) => m.stackName()], // STACK_GLOBAL
  [0x94, (m) => m.put(m.memo.size)], // MEMOIZE
  [0x95, (m) => void m.take(8)], // FRAME, which says how long the next opcodes are
  [0x96, (m) => m.pushNew(m.take(m.number(8)))], // BYTEARRAY8
]);

const PROTO = 0x80;
const STOP = 0x2e;

/** Reads one pickle: dictionaries as Map, lists and sets as Array, bytes as views of the file.
 * @param {Uint8Array} bytes @param {number} [at] where it begins
 * @returns {{ value: unknown, end: number }} `end` is behind its last byte */
export function readPickle(bytes, at = 0) {
  const machine = new Machine(bytes, at);
  const protocol = machine.number(1) === PROTO ? machine.number(1) : 0;
  if (protocol < 2 || protocol > 5) throw broken('is not of protocol 2 to 5');
  for (;;) {
    const from = machine.at;
    const opcode = machine.number(1);
    if (opcode === STOP) return { value: machine.pop(), end: machine.at };
    const action = ACTIONS.get(opcode);
    if (!action) throw broken(`has opcode 0x${opcode.toString(16)} at byte ${from}`);
    action(machine);
  }
}
