/** residua export: a network as a file for ONNX runtimes. */
import { checkEnding, OutputFile, readWhole } from './files.js';
import { loadNet, needFlag, needNoOperands, withEngine } from './inputs.js';
import { print, printJson } from './output.js';

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function exportModel(values, operands) {
  needNoOperands(operands);
  needFlag(values, 'model');
  needFlag(values, 'out');
  checkEnding('out', values.out, '.onnx');
  const out = await OutputFile.prepare(values.out, values);
  const file = await readWhole(values.model);
  await withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, file);
    const model = await net.toOnnx();
    await out.write(model);
    report(net, values.out, model.length, values.json);
  });
}

/** @param {import('../lib/index.js').Net} net @param {string} file @param {number} bytes
 * @param {boolean} json */
function report({ name, spec }, file, bytes, json) {
  if (json) return printJson({ net: name, file, bytes });
  print(
    `${file}: ${name} for any ONNX runtime with opset 17 (${bytes.toLocaleString('en')} bytes)`,
  );
  print('input   images  float32 [N,3,32,32], planes red, green, blue, values from 0 to 255');
  print(`output  logits  float32 [N,${spec.classes}]`);
}
