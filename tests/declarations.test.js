/** The declarations are the API reference: every call has an example, and all examples type-check. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In the project, so that 'residua' is the package itself. */
const FOLDER = path.join(ROOT, 'build/declarations');

/** Each declaration file, by the entry that it describes. */
const FILES = {
  residua: 'web/lib/index.d.ts',
  'residua/node': 'web/lib/node.d.ts',
  'residua/element': 'web/lab/index.d.ts',
  'residua/image': 'web/image/index.d.ts',
  'residua/host': 'web/ui/host.d.ts',
};
/** Calls whose declaration says all. */
const TRIVIAL = [
  ...['dispose', '[Symbol.dispose]', 'stream', 'pause', 'resume', 'stop'],
  ...['closePanel', 'discardRuns', 'ResiduaError'],
];

/** What examples may take for granted. */
const GIVEN = `import * as api from 'residua';
import * as element from 'residua/element';
import 'residua/image';
declare const { createEngine, Dataset, fetchCifar10, fetchCifar100 }: typeof api;
declare const { classActivationMap, nameOfSpec, occlusion, readRun, resizeToInput }: typeof api;
declare const { readPicture }: typeof api;
`;

/**
 * @typedef {object} Call
 * @property {string} name of a function or method; a constructor's is that of its class
 * @property {string} comment
 */

/** The functions, constructors and methods of a declaration file. @param {string} text @returns {Call[]} */
function callsIn(text) {
  const calls = [];
  let owner = '';
  let comment = '';
  for (const [whole, said, code] of text.matchAll(/^( *\/\*\*[\s\S]*?\*\/)|^([^\n]*)$/gm)) {
    if (said) {
      comment = said;
      continue;
    }
    if (whole.trim() === '') continue;
    owner = /^export (?:class|interface) (\w+)/.exec(code)?.[1] ?? owner;
    const found =
      /^export function (\w+)/.exec(code) ??
      /^ {2}(?:static )?([a-z]\w*|\[Symbol\.\w+\])\(/.exec(code);
    if (found) calls.push({ name: found[1] === 'constructor' ? owner : found[1], comment });
    comment = '';
  }
  return calls;
}

/** The code blocks of a comment. @param {string} comment */
function examplesIn(comment) {
  const plain = comment.replace(/^ *\* ?/gm, '');
  return [...plain.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}

/** @type {Record<string, Call[]>} */
const calls = {};
for (const [entry, file] of Object.entries(FILES)) {
  calls[entry] = callsIn(await readFile(path.join(ROOT, file), 'utf8'));
}

describe('the declarations', () => {
  it('are read whole', () => {
    const names = calls.residua.map(({ name }) => name);
    for (const name of ['createEngine', 'Dataset', 'fromImages', 'train', 'save', 'synthetic']) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(names.length > 25, names.join());
  });

  for (const [entry, those] of Object.entries(calls)) {
    it(`of ${entry} have an example for each call`, () => {
      const without = those.filter(({ name, comment }) => {
        return !TRIVIAL.includes(name) && examplesIn(comment).length === 0;
      });
      assert.deepEqual(
        without.map(({ name }) => name),
        [],
      );
    });
  }

  describe('their examples', () => {
    before(() => mkdir(FOLDER, { recursive: true }));
    after(() => rm(FOLDER, { recursive: true }));

    it('type-check', async () => {
      /** @type {string[]} */
      const names = [];
      for (const [entry, those] of Object.entries(calls)) {
        for (const { name, comment } of those) {
          for (const code of examplesIn(comment)) {
            const file = `${entry.replace('/', '-')}-${name}-${names.length}.ts`;
            await writeFile(path.join(FOLDER, file), programOf(code));
            names.push(file);
          }
        }
      }
      assert.ok(names.length > 30, `${names.length} examples`);
      const config = {
        compilerOptions: {
          ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node'] },
          ...{ module: 'nodenext', target: 'es2023' },
          lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
        },
        files: names,
      };
      await writeFile(path.join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
      const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
      await promisify(execFile)(tsc, ['-p', FOLDER]).catch(({ stdout }) => assert.fail(stdout));
    });
  });
});

/** An example as a module: what it declares itself hides what is given. @param {string} code */
function programOf(code) {
  return `${GIVEN}
declare const { openDataset, specFromName, writeRun }: typeof api;
declare const { defaultExperiment, fromHash, interruptedRuns, newRun, readLink, toHash }: typeof element;
declare const engine: api.Engine;
declare const net: api.Net;
declare const data: api.Dataset;
declare const file: Uint8Array;
declare const json: string;
declare const lab: element.ResiduaLab;
export async function example() {
${code}}
`;
}
