/** residua convert: weights of any kind that is read, as safetensors or as a PyTorch file. */
import { ResiduaError } from '../lib/errors.js';
import { writePytorch } from '../lib/weights/pytorch-out.js';
import { OutputFile, readWhole } from './files.js';
import { UsageError } from './flags.js';
import { loadNet, named, withEngine } from './inputs.js';
import { print, printJson } from './output.js';

/** @typedef {import('../lib/index.js').Net} Net */

/** What is written, by the end of the file's name. @type {Record<string, (net: Net) => Promise<Uint8Array>>} */
const WRITERS = {
  safetensors: (net) => net.save(),
  pt: pytorchOf,
  pth: pytorchOf,
};

/** @param {Net} net */
async function pytorchOf(net) {
  return writePytorch(await net.tensors(), await net.save());
}

/** @param {string} file */
function writerOf(file) {
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  if (Object.hasOwn(WRITERS, ending)) return WRITERS[ending];
  if (ending === 'onnx') throw new UsageError(`For ONNX: residua export --model IN --out ${file}.`);
  const endings = Object.keys(WRITERS).map((known) => `.${known}`);
  throw new UsageError(`${file} must end in ${endings.join(', ')}, which says what to write.`);
}

/** @param {import('../lib/index.js').FileInfo} info */
function isUnderWay({ hasOptimizer, recipe, metadata }) {
  if (!hasOptimizer || !recipe) return hasOptimizer;
  return Number(metadata.step) < recipe.epochs * Math.floor(recipe.images / recipe.batchSize);
}

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function convert(values, operands) {
  const [from, to, ...more] = operands;
  if (to === undefined || more.length > 0) throw new UsageError('Give two files: IN and OUT.');
  const write = writerOf(to);
  const out = await OutputFile.prepare(to, values);
  const file = await readWhole(from);
  await withEngine(values, async (engine) => {
    if (isUnderWay(await named(from, engine.inspect(file)))) {
      const problem = `${from} holds a run under way, which a converted file would lose`;
      throw new ResiduaError(
        'BAD_FILE',
        'convert',
        `${problem}; finish the run, or copy the file.`,
      );
    }
    const net = await loadNet(engine, { ...values, model: from }, file);
    const bytes = await write(net);
    await out.write(bytes);
    if (values.json) printJson({ net: net.name, file: to, bytes: bytes.length });
    else print(`${to}: ${net.name}, ${bytes.length.toLocaleString('en')} bytes`);
  });
}
