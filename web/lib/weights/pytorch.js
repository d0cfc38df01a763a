/** PyTorch's files, the zip and the legacy format, as safetensors with the names that they hold: the
 * core knows what other programs call its tensors. Nothing of a file is run. */
import { ResiduaError } from '../errors.js';
import { contentsOf } from './archive.js';
import { Made, Name, Persistent, readPickle, Tuple } from './pickle.js';
import { writeSafetensors } from './safetensors.js';

/** @typedef {import('./safetensors.js').RawTensor} RawTensor */
/** The bytes of a storage, by its key; undefined if there is none.
 * @typedef {(key: string) => Uint8Array | undefined} Storages */

/** Where weights lie inside of what was saved, in the order in which they are looked for. */
const PLACES = ['state_dict', 'model_state_dict', 'model', 'net', 'ema'];
const DEEPEST = 3;
/** Of what a file holds, in messages. */
const MOST_NAMED = 8;
/** What a net cannot do without. */
const WEIGHT = /(^|\.)(weight|bias|running_mean|running_var)$/;

/** What the storages of PyTorch hold. @type {Record<string, { dtype: string, size: number }>} */
const STORAGES = {
  FloatStorage: { dtype: 'F32', size: 4 },
  DoubleStorage: { dtype: 'F64', size: 8 },
  HalfStorage: { dtype: 'F16', size: 2 },
  BFloat16Storage: { dtype: 'BF16', size: 2 },
  LongStorage: { dtype: 'I64', size: 8 },
  IntStorage: { dtype: 'I32', size: 4 },
  ShortStorage: { dtype: 'I16', size: 2 },
  CharStorage: { dtype: 'I8', size: 1 },
  ByteStorage: { dtype: 'U8', size: 1 },
  BoolStorage: { dtype: 'BOOL', size: 1 },
};

const TENSOR = /^torch\._utils\._rebuild_tensor(_v2)?$/;
const PARAMETER = /^torch\._utils\._rebuild_parameter(_with_state)?$/;
const SUBCLASS = 'torch._tensor._rebuild_from_type_v2';

/** The name that no net needs: batch norm's counters. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/** Where our own metadata is kept: an attribute of the state_dict, which PyTorch keeps too. */
export const METADATA = 'residua';

/** @param {string} problem with the full stop */
function bad(problem) {
  return new ResiduaError('BAD_FILE', 'loadNet', problem);
}

const damaged = (/** @type {string} */ why) =>
  bad(`This PyTorch file is damaged or cut off (${why}); save or fetch it again.`);

const SAVE = "torch.save(model.state_dict(), 'weights.pt')";

/** @param {unknown} value a dictionary of Python, or its subclass OrderedDict @returns {Map<unknown, unknown> | null} */
function dictionaryOf(value) {
  if (value instanceof Map) return value;
  return value instanceof Made && value.name === 'collections.OrderedDict' ? value.entries : null;
}

/** A module of PyTorch as a whole: an object with the attribute _modules. @param {unknown} value */
const isModule = (value) =>
  value instanceof Made && value.state instanceof Map && value.state.has('_modules');

/** What makes a tensor, without what only trains it: parameters are tensors.
 * @param {unknown} value @returns {Made | null} */
function tensorIn(value) {
  let made = value;
  for (let depth = 0; depth < DEEPEST && made instanceof Made; depth++) {
    if (TENSOR.test(made.name)) return made;
    if (PARAMETER.test(made.name)) made = made.args[0];
    else if (made.name === SUBCLASS) made = ofSubclass(made);
    else return null;
  }
  return null;
}

/** @param {Made} made by a function that is its first argument, with arguments that are its third */
function ofSubclass({ args: [callable, , args] }) {
  return callable instanceof Name && args instanceof Tuple
    ? new Made(callable.name, args.items)
    : null;
}

/**
 * @typedef {object} View of a storage
 * @property {string} name
 * @property {string} key of the storage
 * @property {{ dtype: string, size: number }} type
 * @property {number} first element of it
 * @property {number[]} shape
 * @property {number[]} strides
 * @property {number} elements
 */

/** @param {unknown} value */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param {string} name @param {Made} made @returns {View} */
function viewOf(name, { args: [storage, offset, size, stride] }) {
  const id = storage instanceof Persistent && storage.id instanceof Tuple ? storage.id.items : [];
  const [kind, type, key, , , window] = id;
  const first = Number(offset) + firstOf(window);
  const shape = size instanceof Tuple ? size.items.map(Number) : [NaN];
  const strides = stride instanceof Tuple ? stride.items.map(Number) : [NaN];
  const elements = shape.reduce((product, side) => product * side, 1);
  const isSound = [...shape, ...strides, first, elements].every(isCount);
  if (
    kind !== 'storage' ||
    !(type instanceof Name) ||
    !isSound ||
    shape.length !== strides.length
  ) {
    throw damaged(`tensor ${name} is described in another way than PyTorch does`);
  }
  const known = STORAGES[type.name.replace(/^torch\.(cuda\.)?/, '')];
  if (!known) throw bad(`Tensor ${name} is of ${type.name}; convert it: model.float().`);
  return { name, key: String(key), type: known, first, shape, strides, elements };
}

/** Old files have storages that are windows into others: their key, first element and size.
 * @param {unknown} window */
function firstOf(window) {
  return window instanceof Tuple ? Number(window.items[1]) : 0;
}

/** The element behind the last one that a view reads. @param {View} view */
function endOf({ first, shape, strides, elements }) {
  if (elements === 0) return first;
  return shape.reduce((last, side, i) => last + (side - 1) * strides[i], first) + 1;
}

/** The elements of a view one after the other. @param {View} view @param {Uint8Array} storage */
function gather({ first, shape, strides, elements, type: { size } }, storage) {
  const out = new Uint8Array(elements * size);
  const index = shape.map(() => 0);
  let from = first;
  for (let to = 0; to < out.length; to += size) {
    for (let byte = 0; byte < size; byte++) out[to + byte] = storage[from * size + byte];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

/** @param {View} view */
function isContiguous({ shape, strides }) {
  let wanted = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== wanted) return false;
    wanted *= shape[axis];
  }
  return true;
}

/** @param {View} view @param {Storages} storages @returns {RawTensor} */
function readTensor(view, storages) {
  const { name, key, type, first, shape, elements } = view;
  const storage = storages(key);
  if (!storage || endOf(view) * type.size > storage.length) {
    throw damaged(`the numbers of tensor ${name} are not in it`);
  }
  const begin = first * type.size;
  const bytes = isContiguous(view)
    ? storage.subarray(begin, begin + elements * type.size)
    : gather(view, storage);
  return { name, dtype: type.dtype, shape, bytes };
}

/** The dictionary of tensors in what was saved, and how one gets there.
 * @param {unknown} value @param {number} depth @returns {Made | Map<unknown, unknown> | null} */
function findWeights(value, depth) {
  if (isModule(value)) {
    const advice = `it can only be rebuilt by running code of its own. In Python: ${SAVE}`;
    throw bad(`This file holds a whole module of PyTorch, not its weights; ${advice}.`);
  }
  const map = dictionaryOf(value);
  if (!map || depth > DEEPEST) return null;
  for (const place of PLACES) {
    const found = map.has(place) ? findWeights(map.get(place), depth + 1) : null;
    if (found) return found;
  }
  const values = [...map.values()];
  const inside = hasWeights(value) ? [] : values.filter(hasWeights);
  const found = inside.length === 1 ? inside[0] : values.some(tensorIn) && value;
  return found ? /** @type {Made | Map<unknown, unknown>} */ (found) : null;
}

/** Whether this is weights by its names, unlike an optimizer's tensors. @param {unknown} value */
function hasWeights(value) {
  const pairs = [...(dictionaryOf(value) ?? [])];
  return pairs.some(([key, tensor]) => /(^|\.)weight$/.test(String(key)) && tensorIn(tensor));
}

/** What was saved, for messages. @param {unknown} saved */
function contentOf(saved) {
  const keys = [...(dictionaryOf(saved)?.keys() ?? [])].slice(0, MOST_NAMED).map(String);
  return keys.length > 0 ? ` (it holds ${keys.join(', ')})` : '';
}

/** @param {unknown} saved @returns {{ views: View[], metadata: Record<string, string> }} */
function weightsIn(saved) {
  const found = findWeights(saved, 0);
  if (!found) {
    const places = PLACES.join(', ');
    const problem = `This PyTorch file holds no weights, alone or under ${places}`;
    throw bad(`${problem}${contentOf(saved)}; save them: ${SAVE}.`);
  }
  /** @type {View[]} */
  const views = [];
  for (const [key, value] of dictionaryOf(found) ?? []) {
    if (typeof key !== 'string' || COUNTER.test(key)) continue;
    const tensor = tensorIn(value);
    if (tensor) views.push(viewOf(key, tensor));
    else if (value instanceof Made && (value.name.startsWith('torch.') || WEIGHT.test(key))) {
      const advice = `save plain tensors: ${SAVE}`;
      throw bad(`${key} is made by ${value.name}, which would have to be run; ${advice}.`);
    }
  }
  return { views, metadata: ownMetadata(found) };
}

/** @param {Made | Map<unknown, unknown>} found @returns {Record<string, string>} */
function ownMetadata(found) {
  const state = found instanceof Made && found.state instanceof Map ? found.state : new Map();
  const own = dictionaryOf(state.get(METADATA)) ?? new Map();
  const texts = [...own].filter((pair) => pair.every((text) => typeof text === 'string'));
  return Object.fromEntries(texts);
}

/** Views that overlap may make a file larger than it was, but not without end.
 * @param {number} length of the file */
const mostOf = (length) => 4 * length + 2 ** 16;

/** @param {View[]} views @param {Storages} storages @param {Record<string, string>} metadata
 * @param {number} length of the file */
function write(views, storages, metadata, length) {
  const bytes = views.reduce((sum, { elements, type }) => sum + elements * type.size, 0);
  if (bytes > mostOf(length)) throw damaged(`its tensors would take ${bytes} bytes`);
  return writeSafetensors(
    views.map((view) => readTensor(view, storages)),
    metadata,
  );
}

/* ------------------------------------------------------------------ the zip format */

/** @typedef {import('./archive.js').Part} Part */

/** The pickle, which stands in the archive's one folder. @param {Part[]} parts */
const pickleIn = (parts) => parts.find(({ path }) => /^[^/]*\/data\.pkl$/.test(path));

/** Is it an archive of PyTorch's? @param {Part[]} parts of a zip archive */
export const isPytorchZip = (parts) => pickleIn(parts) !== undefined;

/** @param {Uint8Array} file @param {Part[]} parts of it */
export function readPytorchZip(file, parts) {
  const pickle = /** @type {Part} */ (pickleIn(parts));
  const root = pickle.path.slice(0, -'data.pkl'.length);
  const unpacked = parts.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > mostOf(file.length)) throw damaged('it is packed; PyTorch packs nothing');
  if (parts.some(({ path }) => path.startsWith(`${root}code/`))) {
    throw bad(`This is a TorchScript program, not weights. In Python: load it and ${SAVE}.`);
  }
  const order = parts.filter(({ path }) => path === `${root}byteorder`);
  const first = contentsOf(file, [pickle, ...order]);
  const text = new TextDecoder().decode(first.get(`${root}byteorder`));
  if (text.trim() === 'big') throw bigEndian();
  const { value } = readPickle(/** @type {Uint8Array} */ (first.get(pickle.path)));
  const { views, metadata } = weightsIn(value);
  const paths = new Set(views.map(({ key }) => `${root}data/${key}`));
  const storages = contentsOf(
    file,
    parts.filter(({ path }) => paths.has(path)),
  );
  return write(views, (key) => storages.get(`${root}data/${key}`), metadata, file.length);
}

function bigEndian() {
  return bad(`This file has the bytes of a big-endian machine; save it on a little-endian one.`);
}

/* --------------------------------------------------------------- the legacy format */

/** What a legacy file begins with, as a number. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;

/** Five pickles one after the other: a number, the protocol, the machine, what was saved, and the keys of
 * the storages, which follow: of each the number of elements, then these.
 * @param {Uint8Array} file */
export function readPytorchLegacy(file) {
  let at = 0;
  const next = () => {
    const { value, end } = readPickle(file, at);
    at = end;
    return value;
  };
  if (next() !== MAGIC) {
    throw bad(`This pickle is no file that torch.save wrote; load it in Python, then ${SAVE}.`);
  }
  if (next() !== LEGACY_PROTOCOL) throw damaged('its version is unknown');
  const machine = next();
  if (machine instanceof Map && machine.get('little_endian') === false) throw bigEndian();
  const saved = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damaged('it does not say which storages it has');
  const storages = legacyStorages(file, at, keys.map(String), sizesIn(saved));
  const { views, metadata } = weightsIn(saved);
  return write(views, (key) => storages.get(key), metadata, file.length);
}

/** How large the elements of each storage are. Every storage that anything in the pickle refers to is
 * in the file, also those of an optimizer. @param {unknown} saved */
function sizesIn(saved) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  const seen = new Set();
  const left = [saved];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Persistent && value.id instanceof Tuple) {
      const [, type, key] = value.id.items;
      const known =
        type instanceof Name ? STORAGES[type.name.replace(/^torch\.(cuda\.)?/, '')] : null;
      if (known) sizes.set(String(key), known.size);
    } else for (const part of partsOf(value)) left.push(part);
  }
  return sizes;
}

/** What a value of a pickle holds. @param {object} value @returns {unknown[]} */
function partsOf(value) {
  if (value instanceof Map) return [...value.values()];
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (!(value instanceof Made)) return [];
  return [...value.args, value.state, ...value.entries.values(), ...value.items];
}

/** @param {Uint8Array} file @param {number} at @param {string[]} keys in the order of the storages
 * @param {Map<string, number>} sizes */
function legacyStorages(file, at, keys, sizes) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  /** @type {Map<string, Uint8Array>} */
  const storages = new Map();
  let from = at;
  for (const key of keys) {
    const size = sizes.get(key);
    if (size === undefined) throw damaged(`storage ${key} belongs to no tensor`);
    if (from + 8 > file.length) throw damaged(`storage ${key} is not in it`);
    const end = from + 8 + Number(view.getBigInt64(from, true)) * size;
    if (!(end >= from + 8 && end <= file.length)) throw damaged(`storage ${key} is cut off`);
    storages.set(key, file.subarray(from + 8, end));
    from = end;
  }
  return storages;
}
