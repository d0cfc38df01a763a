import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { resizeToInput } from '../lib/data/resize.js';
import { IMAGE_BYTES } from '../lib/dataset.js';
import { ResiduaError } from '../lib/errors.js';
import { CIFAR10_CLASSES } from '../lib/index.js';
import { readWhole } from './files.js';
import { loadNet, needFlag, needOperands, withEngine } from './inputs.js';
import { print, printJson, rounded } from './output.js';

const MOST_MEGAPIXELS = 100;
const TOP = 5;

/** @param {import('./flags.js').Values} values @param {string[]} files */
export async function predict(values, files) {
  needFlag(values, 'model');
  needOperands(files, 'IMAGE');
  const model = await readWhole(values.model);
  const inputs = new Uint8Array(files.length * IMAGE_BYTES);
  for (const [i, file] of files.entries()) {
    inputs.set(resizeToInput(decode(file, await readWhole(file))), i * IMAGE_BYTES);
  }
  await withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, model);
    const { classes } = net.spec;
    const shares = await net.classify(inputs);
    files.forEach((file, i) => {
      report(file, net.name, best(shares.subarray(i * classes, (i + 1) * classes)), values.json);
    });
  });
}

/** @param {string} file @param {string} problem */
function badImage(file, problem) {
  return new ResiduaError('BAD_FILE', 'predict', `${file} ${problem}; give a PNG or JPEG image.`);
}

/** @param {string} file @param {Uint8Array} bytes
 * @returns {{ width: number, height: number, data: Uint8Array }} RGBA */
function decode(file, bytes) {
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw badImage(file, 'is neither');
  try {
    return isPng ? decodePng(bytes) : decodeJpeg(bytes);
  } catch (error) {
    throw badImage(file, `cannot be decoded (${/** @type {Error} */ (error).message})`);
  }
}

/** @param {Uint8Array} bytes */
function decodePng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(16) * view.getUint32(20) > MOST_MEGAPIXELS * 1e6) {
    throw new Error(`it has more than ${MOST_MEGAPIXELS} megapixels`);
  }
  return PNG.sync.read(Buffer.from(bytes));
}

/** @param {Uint8Array} bytes */
function decodeJpeg(bytes) {
  const limits = { maxResolutionInMP: MOST_MEGAPIXELS, maxMemoryUsageInMB: 1024 };
  return jpeg.decode(bytes, { useTArray: true, ...limits });
}

/** The most probable classes. @param {Float32Array} shares */
function best(shares) {
  const names = shares.length === CIFAR10_CLASSES.length ? CIFAR10_CLASSES : null;
  return Array.from(shares, (share, i) => ({
    class: names?.[i] ?? `class ${i}`,
    probability: rounded(share, 6),
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
}

/** @param {string} file @param {string} net @param {ReturnType<typeof best>} top
 * @param {boolean} json */
function report(file, net, top, json) {
  if (json) return printJson({ file, net, top });
  const shares = top.map(({ class: name, probability }) => {
    return `${name} ${(probability * 100).toFixed(1)} %`;
  });
  print(`${file}: ${shares.join(', ')}`);
}
