/** Every public function with every argument wrong, one at a time, under AddressSanitizer and
 * UndefinedBehaviorSanitizer. The calls are made from the declarations of residua.h: a function or a number
 * that this file does not know fails the test. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { enumsOf, functionsOf, structsOf } from '../tools/header.js';
import { compiler, compilerVersion, FLAGS, MEMORY } from '../tools/native.js';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const header = await readFile(path.join(ROOT, 'include/residua.h'), 'utf8');
const functions = functionsOf(header);
const structs = structsOf(header);
const enums = enumsOf(header);

/** @typedef {import('../tools/header.js').Declaration} Declaration */
/** @typedef {import('../tools/header.js').Parameter} Parameter */
/**
 * What the header alone does not tell of a function.
 * @typedef {object} Facts
 * @property {Record<string, string>} [args] sound arguments whose names in the fixture differ
 * @property {Record<string, (string | [value: string, status: string])[]>} [numbers] wrong ones; none if
 *   every number is right
 * @property {string[]} [optional] pointers that may be NULL
 * @property {string[]} [overlaps] calls whose arguments overlap
 */

const ANY = /** @type {string[]} */ ([]);
const TOO_MANY = { count: ['0', 'BATCH + 1', 'UINT32_MAX'] };
const PARTS = { index: ['plan->tensors', 'UINT32_MAX'], part: ['-1', '3', '4'] };
const FILE = /** @type {Facts} */ ({
  args: {},
  numbers: {
    length: [
      ['0', 'RSD_BAD_FILE'],
      ['7', 'RSD_BAD_FILE'],
      ['length - 1', 'RSD_BAD_FILE'],
      'SIZE_MAX',
    ],
  },
});

/** @type {Record<string, Facts>} */
const FACTS = {
  rsd_abi_version: {},
  rsd_numerics_version: {},
  rsd_tier: {},
  rsd_instructions: {},
  rsd_use_wide_blocks: { args: { wide: '0' }, numbers: { wide: ANY } },
  rsd_default_spec: {},
  rsd_default_recipe: {},
  rsd_option_name: {
    args: { option: '0', value: '1' },
    numbers: { option: ['7', 'UINT32_MAX'], value: ['2', 'UINT32_MAX'] },
  },
  rsd_read_net_name: { args: { name: '"resnet-56"' } },
  rsd_plan_net: {},
  rsd_net_create: {
    args: { bytes: 'net_bytes', net: 'made_net' },
    numbers: { bytes: [['0', 'RSD_NO_MEMORY'], ['net_bytes - 1', 'RSD_NO_MEMORY'], 'SIZE_MAX'] },
    overlaps: [
      'rsd_net_create(spec, capacity, memory, net_bytes, (rsd_net **)memory, error)',
      'rsd_net_create(spec_in(memory), capacity, memory, net_bytes, made_net, error)',
      'rsd_net_create(spec, capacity_in(memory), memory, net_bytes, made_net, error)',
    ],
  },
  rsd_net_spec: {},
  rsd_net_tensor: { args: { index: '0' }, numbers: { index: ['plan->tensors', 'UINT32_MAX'] } },
  rsd_net_read: { args: { index: '0', part: 'RSD_PART_VALUE' }, numbers: PARTS },
  rsd_net_write: { args: { index: '0', part: 'RSD_PART_VALUE' }, numbers: PARTS },
  rsd_infer: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_evaluate: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_evaluate_each: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_features: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_input_gradient: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_softmax: {
    args: { count: 'BATCH', classes: 'CLASSES' },
    numbers: { count: ['0'], classes: ['0', 'RSD_MAX_CLASSES + 1', 'UINT32_MAX'] },
  },
  rsd_net_layer: { args: { layer: '0' }, numbers: { layer: ['LAYERS', 'UINT32_MAX'] } },
  rsd_add_layer_stats: { args: { count: 'BATCH' }, numbers: TOO_MANY },
  rsd_activation: { args: { layer: '0' }, numbers: { layer: ['LAYERS', 'UINT32_MAX'] } },
  rsd_train_begin: {},
  rsd_train_indices: { args: { count: 'wanted' } },
  rsd_train_step: {},
  rsd_train_gradients: {},
  rsd_train_gradients_float: {},
  rsd_train_update: {},
  rsd_train_progress: {},
  rsd_train_end: {},
  rsd_train_set_lr: {
    args: { lr: '0.5f' },
    numbers: { lr: ['-0.5f', '__builtin_nanf("")', '__builtin_inff()'] },
  },
  rsd_train_logits: {},
  rsd_train_layer_stats: {},
  rsd_learning_rate: {
    args: { depth: '20', step: '1' },
    numbers: {
      depth: [
        ['0', 'RSD_BAD_SPEC'],
        ['21', 'RSD_BAD_SPEC'],
      ],
      step: ['2', 'UINT32_MAX'],
    },
  },
  rsd_file_spec: { ...FILE, optional: ['has_metadata', 'has_optimizer'] },
  rsd_file_run: { ...FILE, optional: ['progress'] },
  rsd_net_load: FILE,
  rsd_net_load_features: FILE,
  rsd_net_save: {
    args: { optimizer: '1', bytes: 'bytes', capacity: 'length' },
    numbers: {
      optimizer: ['2', 'UINT32_MAX'],
      capacity: [['0', 'RSD_NO_MEMORY'], ['length - 1', 'RSD_NO_MEMORY'], 'SIZE_MAX'],
    },
    overlaps: ['rsd_net_save(net, 1, bytes, length, (size_t *)bytes, error)'],
  },
  rsd_cifar_decode: {
    args: { length: '2 * RSD_CIFAR_RECORD_BYTES', classes: 'CLASSES' },
    numbers: {
      length: [['0', 'RSD_BAD_FILE'], ['RSD_CIFAR_RECORD_BYTES + 1', 'RSD_BAD_FILE'], 'SIZE_MAX'],
      classes: ['0', ['1', 'RSD_BAD_FILE'], 'RSD_MAX_CLASSES + 1'],
    },
    overlaps: [
      'rsd_cifar_decode(records, RSD_CIFAR_RECORD_BYTES, 10, records + 1, labels, error)',
      'rsd_cifar_decode(records, RSD_CIFAR_RECORD_BYTES, 10, images, (uint16_t *)records, error)',
      'rsd_cifar_decode(records, RSD_CIFAR_RECORD_BYTES, 10, images, (uint16_t *)images, error)',
    ],
  },
  rsd_synthetic: {
    args: { split: '1', first: '0', count: 'BATCH' },
    numbers: { split: ['2', 'UINT32_MAX'], first: ['UINT32_MAX', 'UINT32_MAX - 3'], count: ANY },
    overlaps: ['rsd_synthetic(0, 0, 1, images, (uint16_t *)images, error)'],
  },
  rsd_pool_bytes: {},
  rsd_pool_create: {
    args: { threads: '2', memory: 'pool_memory', bytes: 'rsd_pool_bytes()', pool: 'made_pool' },
    numbers: {
      threads: ['0', 'RSD_MAX_THREADS + 1', 'UINT32_MAX'],
      bytes: [['0', 'RSD_NO_MEMORY'], ['rsd_pool_bytes() - 1', 'RSD_NO_MEMORY'], 'SIZE_MAX'],
    },
    overlaps: [
      'rsd_pool_create(1, pool_memory, rsd_pool_bytes(), (rsd_pool **)pool_memory, error)',
    ],
  },
  rsd_pool_work: {
    args: { pool: 'stopped_pool()', index: '1' },
    numbers: { index: ['0', '2', 'UINT32_MAX'] },
  },
  rsd_pool_stop: {},
  rsd_net_use_pool: { optional: ['pool'] },
};

/** Of a pointer that is never NULL: wrong ones, and what the refusal says.
 * @param {Parameter} parameter @param {string} sound @param {boolean} withNet */
function wrongPointers({ name, type, stars, isConst }, sound, withNet) {
  const cast = `(${isConst ? 'const ' : ''}${type} ${'*'.repeat(stars)})`;
  const wrong = [{ value: `${cast}NULL`, says: `${name} is NULL` }];
  const unaligned = type === 'uint8_t' || type === 'char' || (type === 'void' && name === 'bytes');
  if (!unaligned) wrong.push({ value: `${cast}((char *)${sound} + 1)`, says: 'multiple of' });
  if (type === 'rsd_net' && stars === 1) {
    for (const value of ['no_net', 'moved_net']) wrong.push({ value, says: 'no net' });
  } else if (type === 'rsd_pool' && stars === 1) {
    for (const value of ['no_pool', 'moved_pool']) wrong.push({ value, says: 'no pool' });
  } else if (withNet) {
    wrong.push({ value: `${cast}((char *)net + 64)`, says: 'memory of the net' });
  }
  return wrong;
}

/** C statements that call one function with each argument wrong, and then as it should be.
 * @param {Declaration} declaration */
function casesOf({ name, returns, parameters }) {
  const facts = FACTS[name] ?? assert.fail(`${name} has no row in tests/calls.test.js`);
  const sound = parameters.map((parameter) => facts.args?.[parameter.name] ?? parameter.name);
  const call = (/** @type {number} */ place, /** @type {string} */ value) =>
    `${name}(${sound.map((arg, i) => (i === place ? value : arg)).join(', ')})`;
  if (returns !== 'rsd_status') return othersOf(name, parameters, call);
  const withNet = parameters.some(({ type, stars }) => type === 'rsd_net' && stars === 1);
  /** @type {string[]} */
  const lines = [];
  const refuse = (
    /** @type {string} */ status,
    /** @type {string} */ says,
    /** @type {string} */ c,
  ) => lines.push(`REFUSED(${status}, ${JSON.stringify(says)}, ${c});`);
  for (const [place, parameter] of parameters.entries()) {
    if (parameter.type === 'rsd_error') continue;
    if (parameter.stars === 0) {
      const numbers =
        facts.numbers?.[parameter.name] ??
        assert.fail(`${name}: which ${parameter.name} is wrong?`);
      for (const wrong of numbers) {
        const [value, status] = typeof wrong === 'string' ? [wrong, 'RSD_BAD_ARGUMENT'] : wrong;
        refuse(
          status,
          '',
          call(place, enums.has(parameter.type) ? `(${parameter.type})${value}` : value),
        );
      }
      continue;
    }
    const isOptional = facts.optional?.includes(parameter.name);
    for (const { value, says } of wrongPointers(parameter, sound[place], withNet).slice(
      isOptional ? 1 : 0,
    ))
      refuse('RSD_BAD_ARGUMENT', says, call(place, value));
    if (!structs.has(parameter.type)) continue;
    for (const size of ['0', `sizeof *${sound[place]} - 4`, `sizeof *${sound[place]} + 4`]) {
      const says = `size field of ${parameter.name === 'stats' ? 'statistics 0' : parameter.name}`;
      const refusal = `REFUSED(RSD_BAD_ARGUMENT, ${JSON.stringify(says)}, ${call(-1, '')})`;
      lines.push(`SIZE_OF(${sound[place]}, (uint32_t)(${size}), ${refusal});`);
    }
  }
  for (const overlap of facts.overlaps ?? []) refuse('RSD_BAD_ARGUMENT', 'overlap', overlap);
  return [...lines, ...errorsOf(lines), ...successesOf(parameters, facts, call)];
}

/** The same refusal where an error cannot be written. @param {string[]} refusals */
function errorsOf(refusals) {
  const first = refusals.find((line) => line.startsWith('REFUSED'));
  const [, status, call] = /^REFUSED\((\w+), "[^"]*", (.*)error\)\);$/.exec(first ?? '') ?? [];
  if (!call) throw new Error(`no refusal with an error: ${first}`);
  return [
    `SILENT(${status}, ${call}NULL));`,
    `SILENT(${status}, ${call}(rsd_error *)((char *)error + 1)));`,
    `SIZE_OF(error, 256, SILENT(${status}, ${call}error)));`,
  ];
}

/** @param {Parameter[]} parameters @param {Facts} facts @param {(place: number, value: string) => string} call */
function successesOf(parameters, { optional = [] }, call) {
  const lines = optional.map((name) => {
    const place = parameters.findIndex((parameter) => parameter.name === name);
    return `ACCEPTED(${call(place, 'NULL')});`;
  });
  return [...lines, `ACCEPTED(${call(-1, '')});`];
}

/** Functions without a status do nothing with a wrong pointer, and return NULL for a wrong number.
 * @param {string} name @param {Parameter[]} parameters @param {(place: number, value: string) => string} call */
function othersOf(name, parameters, call) {
  const [parameter] = parameters;
  if (parameters.length > 1) {
    const wrong = parameters.flatMap(({ name: number, stars }, place) => {
      assert.equal(stars, 0, `${name} has no status for its arguments`);
      return (FACTS[name].numbers?.[number] ?? []).map((value) => call(place, String(value)));
    });
    return [
      ...wrong.map((text) => `if (${text}) failures++;`),
      `if (!${call(-1, '')}) failures++;`,
    ];
  }
  if (!parameter?.stars) return [`(void)${call(-1, '')};`];
  const wrong = wrongPointers(parameter, parameter.name, false).map(({ value }) => call(0, value));
  return [...wrong.map((text) => `${text};`), `${call(-1, '')};`];
}

const PREAMBLE = `#include "tests/calls/fixture.h"
static rsd_spec *spec_in(void *at) { memcpy(at, spec, sizeof *spec); buffers_follow(at); return at; }
static rsd_capacity *capacity_in(void *at) {
  memcpy(at, capacity, sizeof *capacity); buffers_follow(at); return at;
}
/* Threads that work for it return at once. */
static rsd_pool *stopped_pool(void) {
  static _Alignas(64) char room[4096];
  rsd_pool *made = NULL;
  must(rsd_pool_create(2, room, sizeof room, &made, error));
  must(rsd_pool_stop(made, error));
  return made;
}
`;

function program() {
  const cases = functions.map((declaration) => {
    const body = casesOf(declaration).map((line) => `  ${line}\n`);
    return `static void cases_of_${declaration.name}(void) {\n  set_up();\n${body.join('')}}\n`;
  });
  const calls = functions.map(({ name }) => `  cases_of_${name}();\n`);
  return `${PREAMBLE}${cases.join('')}int main(void) {\n${calls.join('')}  return failures != 0;\n}\n`;
}

const skip = skipWithout(await compilerVersion(), 'a C compiler', true);

describe('every argument of every public function', () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('has a row here, and no row is of another function', () => {
    assert.ok(functions.length >= 39);
    assert.deepEqual(Object.keys(FACTS).sort(), functions.map(({ name }) => name).sort());
    for (const declaration of functions) casesOf(declaration);
  });

  it('is refused when it is wrong, and nothing is written then', { skip }, async (context) => {
    const file = path.join(folder, 'calls.c');
    const text = program();
    await writeFile(file, text);
    const object = path.join(folder, 'calls');
    const flags = [...FLAGS, '-D_POSIX_C_SOURCE=200809L', ...MEMORY, '-O1', '-g', '-I', ROOT];
    const sources = [file, path.join(ROOT, 'src/residua.c')];
    await run(compiler, [...flags, ...sources, '-o', object, '-lpthread', '-lm']);
    const { stdout } = await run(object).catch((error) => assert.fail(error.stdout + error.stderr));
    assert.equal(stdout, '');
    context.diagnostic(`${text.split('REFUSED(').length - 1} refusals`);
  });
});
