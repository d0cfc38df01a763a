/** The declarations of the entries name what the entries export, and custom-elements.json is that of the elements;
 * tests/types/ compares the types. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { manifest } from '../tools/elements.js';
import { skipWithout } from './skip.js';

/** Values that a declaration file exports, with what it passes on. @param {string} file in dist/
 * @returns {Promise<string[]>} */
async function declared(file) {
  const text = await readFile(new URL(`../dist/${file}.d.ts`, import.meta.url), 'utf8');
  const own = [...text.matchAll(/^export (?:declare )?(?:function|class|const) (\w+)/gm)];
  const others = [...text.matchAll(/^export \* from '\.\/(\w+)\.js'/gm)];
  const passed = await Promise.all(others.map(([, other]) => declared(other)));
  return [...own.map(([, name]) => name), ...passed.flat()];
}

for (const [types, script] of [
  ['index', 'index'],
  ['node', 'node'],
  ['worker', 'node-worker'],
]) {
  it(`${types}.d.ts has what ${script}.js exports`, async () => {
    const exported = Object.keys(await import(`../dist/${script}.js`));
    assert.deepEqual((await declared(types)).sort(), exported.sort());
  });
}

const analyzer = new URL('../tools/docs/node_modules/@custom-elements-manifest', import.meta.url);
const skip = skipWithout(existsSync(analyzer), 'npm ci --prefix tools/docs', true);
it('custom-elements.json is that of the declarations: node tools/elements.js', {
  skip,
}, async () => {
  const file = new URL('../dist/custom-elements.json', import.meta.url);
  assert.equal(await readFile(file, 'utf8'), await manifest());
});
