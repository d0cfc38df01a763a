/** The structs of residua.h, field by field in the same order: the one place that knows them. */
const STRUCTS = /** @type {const} */ ({
  error: { size: 'u32', message: 'text508' },
  spec: {
    size: 'u32',
    family: 'u32',
    depth: 'u32',
    width: 'u32',
    shortcut: 'u32',
    norm: 'u32',
    init: 'u32',
    initSigma: 'f32',
    classes: 'u32',
    frozenStages: 'u32',
    seedLow: 'u32',
    seedHigh: 'u32',
    mean: 'f32x3',
    stddev: 'f32x3',
  },
  capacity: {
    size: 'u32',
    batchSize: 'u32',
    training: 'u32',
    threads: 'u32',
    conv: 'u32',
    tier: 'u32',
  },
  plan: {
    size: 'u32',
    tensors: 'u32',
    parameters: 'u32',
    convolutions: 'u32',
    bytes: 'u64',
    flopsPerImage: 'u64',
    checkpointBytes: 'u64',
  },
  tensor: {
    size: 'u32',
    kind: 'u32',
    rank: 'u32',
    shape: 'u32x4',
    elements: 'u32',
    name: 'text64',
  },
  score: { size: 'u32', wrong: 'u32', lossSum: 'f64' },
  layerInfo: {
    size: 'u32',
    weights: 'u32',
    height: 'u32',
    width: 'u32',
    channels: 'u32',
    hasShortcut: 'u32',
  },
  layerStatistics: {
    size: 'u32',
    images: 'u32',
    responseMean: 'f64',
    responseStd: 'f64',
    activationRms: 'f64',
    shortcutRms: 'f64',
    residualRatio: 'f64',
  },
  recipe: {
    size: 'u32',
    images: 'u32',
    batchSize: 'u32',
    epochs: 'u32',
    lr: 'f32',
    momentum: 'f32',
    weightDecay: 'f32',
    schedule: 'u32',
    augment: 'u32',
    seedLow: 'u32',
    seedHigh: 'u32',
    nesterov: 'u32',
    noDecayNorm: 'u32',
    labelSmoothing: 'f32',
    clip: 'f32',
    ema: 'f32',
    mixup: 'f32',
    cutout: 'u32',
    augmentSeedLow: 'u32',
    augmentSeedHigh: 'u32',
    classWeights: 'f32x1024',
  },
  progress: {
    size: 'u32',
    step: 'u32',
    steps: 'u32',
    stepsPerEpoch: 'u32',
    epoch: 'u32',
    epochImages: 'u32',
    epochWrong: 'u32',
    lr: 'f32',
    loss: 'f64',
    epochLossSum: 'f64',
    trajectoryLow: 'u32',
    trajectoryHigh: 'u32',
  },
  /** Where functions write a pointer, a size_t or a uint32_t. */
  out: { first: 'u32', second: 'u32' },
});

/** @typedef {keyof typeof STRUCTS} StructName */
/** The values of a struct, by field: numbers, lists of them, or text.
 * @template {StructName} N
 * @typedef {{ -readonly [K in keyof typeof STRUCTS[N]]: ValueOf<typeof STRUCTS[N][K]> }} Fields */
/** @template T
 * @typedef {T extends `text${string}` ? string : T extends `${string}x${string}` ? number[] : number}
 *   ValueOf */

/**
 * @typedef {object} Type
 * @property {number} bytes
 * @property {number} align
 * @property {(view: DataView, at: number) => any} read
 * @property {(view: DataView, at: number, value: any) => void} write
 */

/** @type {Type} */
const u32 = {
  bytes: 4,
  align: 4,
  read: (view, at) => view.getUint32(at, true),
  write: (view, at, value) => view.setUint32(at, value, true),
};
/** @type {Type} */
const f32 = {
  bytes: 4,
  align: 4,
  read: (view, at) => view.getFloat32(at, true),
  write: (view, at, value) => view.setFloat32(at, value, true),
};
/** @type {Type} */
const u64 = {
  bytes: 8,
  align: 8,
  read: (view, at) => Number(view.getBigUint64(at, true)),
  write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
};
/** @type {Type} */
const f64 = {
  bytes: 8,
  align: 8,
  read: (view, at) => view.getFloat64(at, true),
  write: (view, at, value) => view.setFloat64(at, value, true),
};

/** @param {Type} type @param {number} count @returns {Type} */
const arrayOf = (type, count) => ({
  bytes: type.bytes * count,
  align: type.align,
  read: (view, at) => Array.from({ length: count }, (_, i) => type.read(view, at + i * type.bytes)),
  // A shorter list leaves the zeros that are there.
  write: (view, at, values) => {
    for (let i = 0; i < values.length; i++) type.write(view, at + i * type.bytes, values[i]);
  },
});

/** Zero-terminated UTF-8 that only the core writes. @param {number} bytes @returns {Type} */
const text = (bytes) => ({
  bytes,
  align: 1,
  read: (view, at) => readText(view, at, bytes),
  write: () => {},
});

/** @type {Record<string, Type>} */
const TYPES = {
  u32,
  f32,
  u64,
  f64,
  f32x3: arrayOf(f32, 3),
  f32x1024: arrayOf(f32, 1024),
  u32x4: arrayOf(u32, 4),
  text64: text(64),
  text508: text(508),
};

/** @param {DataView} view @param {number} at @param {number} limit in bytes */
export function readText(view, at, limit) {
  let end = at;
  while (end < at + limit && view.getUint8(end) !== 0) end++;
  // Copied, since TextDecoder refuses views of shared memory.
  return new TextDecoder().decode(new Uint8Array(view.buffer, at, end - at).slice());
}

/** @param {number} value @param {number} multiple */
export function roundUp(value, multiple) {
  return Math.ceil(value / multiple) * multiple;
}

/** @typedef {{ name: string, at: number, type: Type }} Field */
/** @typedef {{ at: number, bytes: number, fields: Field[] }} Slot */

/** Lays the fields out as C does, and the structs one after the other, one slot for each. */
function layOut() {
  /** @type {Record<string, Slot>} */
  const slots = {};
  let at = 0;
  for (const [struct, fields] of Object.entries(STRUCTS)) {
    let offset = 0;
    const placed = Object.entries(fields).map(([name, typeName]) => {
      const type = TYPES[typeName];
      const field = { name, type, at: roundUp(offset, type.align) };
      offset = field.at + type.bytes;
      return field;
    });
    const align = Math.max(...placed.map((field) => field.type.align));
    slots[struct] = { at, bytes: roundUp(offset, align), fields: placed };
    at = roundUp(at + slots[struct].bytes, 8);
  }
  return { slots, bytes: at };
}

const { slots, bytes } = layOut();
export const SLOTS = /** @type {Record<StructName, Slot>} */ (slots);
export const SLOTS_BYTES = bytes;

/** Writes a struct: its size, the given fields, zero elsewhere.
 * @template {StructName} N
 * @param {DataView} view @param {number} at @param {N} name @param {Partial<Fields<N>>} values */
export function writeStruct(view, at, name, values) {
  const slot = SLOTS[name];
  const given = /** @type {Record<string, unknown>} */ (values);
  new Uint8Array(view.buffer, at, slot.bytes).fill(0);
  for (const field of slot.fields) {
    const value = field.name === 'size' ? slot.bytes : given[field.name];
    if (value !== undefined) field.type.write(view, at + field.at, value);
  }
}

/** @template {StructName} N
 * @param {DataView} view @param {number} at @param {N} name @returns {Fields<N>} */
export function readStruct(view, at, name) {
  const pairs = SLOTS[name].fields.map((field) => [
    field.name,
    field.type.read(view, at + field.at),
  ]);
  return /** @type {Fields<N>} */ (Object.fromEntries(pairs));
}
