/** Bytes and texts that were damaged. */
import fc from 'fast-check';

/** Positions are drawn without knowing the length, and wrap around. */
const place = fc.nat(2 ** 31 - 1);
const size = fc.oneof(fc.nat(8), fc.nat(600), place);

const EDITS = {
  flip: fc.record({ at: place, bit: fc.nat(7) }),
  set: fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
  fill: fc.record({ at: place, count: size, byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) }),
  cut: fc.record({ at: place }),
  remove: fc.record({ at: place, count: size }),
  insert: fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }) }),
  repeat: fc.record({ at: place, count: size, to: place }),
};

/** @type {Record<string, (bytes: Buffer, edit: any) => Uint8Array[]>} the pieces of what comes out */
const APPLY = {
  flip: (bytes, { at, bit }) => {
    const copy = Buffer.from(bytes);
    copy[at % copy.length] ^= 1 << bit;
    return [copy];
  },
  set: (bytes, { at, bytes: some }) => spliced(bytes, at, some.length, some),
  fill: (bytes, { at, count, byte }) =>
    spliced(bytes, at, count, Buffer.alloc(Math.min(count, bytes.length), byte)),
  cut: (bytes, { at }) => [bytes.subarray(0, at % bytes.length)],
  remove: (bytes, { at, count }) => spliced(bytes, at, count, []),
  insert: (bytes, { at, bytes: some }) => spliced(bytes, at, 0, some),
  repeat: (bytes, { at, count, to }) => {
    const from = at % bytes.length;
    return spliced(bytes, to, 0, bytes.subarray(from, from + count));
  },
};

/** @param {Uint8Array} bytes @param {number} at @param {number} count @param {ArrayLike<number>} some */
function spliced(bytes, at, count, some) {
  const from = at % bytes.length;
  return [bytes.subarray(0, from), Uint8Array.from(some), bytes.subarray(from + count)];
}

const edit = fc.oneof(
  ...Object.entries(EDITS).map(([kind, parts]) => parts.map((values) => ({ kind, ...values }))),
);
/** Few: of a file with many faults only the first one is looked at. */
export const edits = fc.array(edit, { minLength: 1, maxLength: 4, size: 'max' });

/** An edit of bytes, with what its kind is told. @typedef {{ kind: string }} Edit */

/** @param {Uint8Array} bytes @param {Edit[]} edits @returns {Buffer} */
export function damaged(bytes, edits) {
  let before = Buffer.from(bytes);
  for (const edit of edits) {
    if (before.length > 0) before = Buffer.concat(APPLY[edit.kind](before, edit));
  }
  return before;
}

const WORDS = ['null', '{}', '[]', '""', '-1', '1e999', '0.5', '"__proto__"', '\\ud800', ',', ':'];
const textEdit = fc.record({
  at: place,
  count: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(2000)),
  text: fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 20 })),
});
export const textEdits = fc.array(textEdit, { minLength: 1, maxLength: 4, size: 'max' });

/** @param {string} text @param {{ at: number, count: number, text: string }[]} edits */
export function damagedText(text, edits) {
  return edits.reduce((before, { at, count, text: some }) => {
    const from = at % (before.length + 1);
    return before.slice(0, from) + some + before.slice(from + count);
  }, text);
}
