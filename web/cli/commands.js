/** The table of commands. */
import { completion } from './completion.js';
import { convert } from './convert.js';
import { doctor } from './doctor.js';
import { drawCurve } from './draw.js';
import { evaluate } from './evaluate.js';
import { exportModel } from './export.js';
import { COMPUTING } from './flags.js';
import { golden } from './golden.js';
import { info } from './info.js';
import { measure } from './measure.js';
import { predict } from './predict.js';
import { train } from './train.js';

/**
 * @typedef {object} Command
 * @property {string} synopsis
 * @property {string} summary
 * @property {Record<string, string[]>} groups its own flags, by the titles that help has
 * @property {Record<string, { value?: string, help: string }>} [help] of flags that mean less than elsewhere
 * @property {string[]} [examples]
 * @property {true} [writes] a file, which is worth more than what it prints
 * @property {(values: import('./flags.js').Values, operands: string[], flags: string[]) => unknown} run
 */

const NORMALISATION = ['net', 'mean', 'std'];
const SCORED = {
  Model: ['model', ...NORMALISATION],
  Images: ['data', 'labels', 'holdout', 'test-images'],
};
const SCORED_HELP = {
  net: { help: 'the network, if the file does not say it' },
  holdout: { help: 'share of the images to test on if the data has no test set (default 1)' },
};
const WRITING_HELP = {
  ...SCORED_HELP,
  out: { value: 'FILE', help: 'the file to write' },
  force: { help: 'overwrite the file if it exists' },
};
const CURVE_HELP = {
  ...WRITING_HELP,
  out: { value: 'FILE', help: 'write FILE.svg or FILE.csv and print nothing' },
};

/** @type {Record<string, Command>} */
export const COMMANDS = {
  train: {
    synopsis: '--net|--recipe NAME | --from|--resume FILE [flags]',
    summary: 'trains a network; without --data, on synthetic images',
    groups: {
      Network: ['net', 'width', 'shortcut', 'init', 'norm', 'mean', 'std', 'from', 'freeze'],
      Images: ['data', 'labels', 'holdout', 'images', 'test-images', 'validation'],
      Training: [
        ...['recipe', 'epochs', 'batch', 'lr', 'momentum', 'weight-decay', 'schedule', 'augment'],
        ...['nesterov', 'no-decay-norm', 'label-smoothing', 'clip', 'ema', 'mixup', 'cutout'],
        ...['seed', 'seed-weights', 'seed-order', 'seed-augment'],
        ...['patience', 'resume', 'extend', 'config'],
      ],
      Results: ['out', 'keep', 'keep-state', 'record', 'curve', 'tensorboard', 'force'],
      Computation: COMPUTING,
    },
    examples: [
      'residua train --net resnet20 --data cifar10 --epochs 12 --out r20.safetensors',
      'residua train --recipe fast --data cifar10 --out fast.safetensors',
      'residua train --net resnet20 --data cifar10 --validation 0.1 --out runs/r20/',
      'residua train --resume runs/r20/last.safetensors --extend 4',
    ],
    writes: true,
    run: train,
  },
  eval: {
    synopsis: '--model FILE --data PATH [flags]',
    summary: 'tests a trained network on labelled images',
    groups: { ...SCORED, Results: ['details', 'views'], Computation: COMPUTING },
    help: SCORED_HELP,
    examples: ['residua eval --model r20.safetensors --data cifar10 --details'],
    run: evaluate,
  },
  predict: {
    synopsis: '--model FILE IMAGE|FOLDER|-... [flags]',
    summary: 'names the most probable classes of pictures; "-" reads one picture from stdin',
    groups: { Model: ['model', ...NORMALISATION], Results: ['top', 'csv'], Computation: COMPUTING },
    help: SCORED_HELP,
    examples: ['residua predict --model r20.safetensors cat.png pictures/ --top 1'],
    run: predict,
  },
  measure: {
    synopsis: '--model FILE --data PATH [flags]',
    summary: 'measures the responses of each layer on test images',
    groups: { ...SCORED, Computation: COMPUTING },
    help: SCORED_HELP,
    run: measure,
  },
  info: {
    synopsis: 'PATH...',
    summary: 'describes files of weights and data sets',
    groups: {},
    run: info,
  },
  convert: {
    synopsis: 'IN OUT [flags]',
    summary: 'writes weights as .safetensors, or as .pt or .pth for PyTorch, as OUT ends',
    groups: { Model: NORMALISATION, Results: ['force'] },
    help: WRITING_HELP,
    examples: ['residua convert resnet20.th resnet20.safetensors --mean imagenet'],
    writes: true,
    run: convert,
  },
  export: {
    synopsis: '--model FILE --out FILE.onnx [flags]',
    summary: 'writes a trained network as an ONNX model',
    groups: { Model: ['model', ...NORMALISATION], Results: ['out', 'force'] },
    help: WRITING_HELP,
    writes: true,
    run: exportModel,
  },
  curve: {
    synopsis: 'RUN.json|DIR [flags]',
    summary: 'draws the errors of a recorded run, on the terminal or into a file',
    groups: { Results: ['out', 'force'] },
    help: CURVE_HELP,
    writes: true,
    run: drawCurve,
  },
  doctor: {
    synopsis: '',
    summary: 'checks what this machine can do and says what is missing',
    groups: {},
    run: doctor,
  },
  completion: {
    synopsis: 'bash|zsh|fish',
    summary: 'prints what a shell needs to complete commands and flags',
    groups: {},
    examples: ['source <(residua completion bash)'],
    run: (_, operands) => completion(operands, COMMANDS),
  },
  golden: {
    synopsis: 'FILE... [flags]',
    summary:
      'compares six training steps with those of PyTorch, as tests/golden/*.safetensors hold them',
    groups: { Computation: COMPUTING },
    run: golden,
  },
};
