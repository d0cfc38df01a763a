/** The command lines of the tools: help and unknown flags end them before they do anything, and so does a reader
 * that leaves. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipWithout } from './skip.js';

const FOLDER = fileURLToPath(new URL('../tools/', import.meta.url));
const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.js'));
const texts = await Promise.all(files.map((name) => readFile(`${FOLDER}${name}`, 'utf8')));
/** Those that are run: they call what all of them share. */
const TOOLS = files.filter((_, i) => /await runTool\(/.test(texts[i]));

/** @param {string} program @param {string[]} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
function outcome(program, ...args) {
  const env = { ...process.env, CIFAR10: '' };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 60000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? NaN) : 0, stdout, stderr });
    });
  });
}

describe('a tool', () => {
  it('is one of those that are known here', () => {
    assert.ok(TOOLS.length >= 13, String(TOOLS));
    for (const name of ['build', 'docs', 'start', 'test', 'lint', 'record']) {
      assert.ok(TOOLS.includes(`${name}.js`));
    }
  });

  for (const name of TOOLS) {
    it(`${name} has help, and refuses other flags before it does anything`, async () => {
      const help = await outcome(process.execPath, `${FOLDER}${name}`, '--help');
      assert.deepEqual([help.code, help.stderr], [0, '']);
      assert.match(help.stdout, /^Usage: \S/);
      const wrong = await outcome(process.execPath, `${FOLDER}${name}`, '--no-such-flag');
      assert.deepEqual([wrong.code, wrong.stdout], [2, ''], wrong.stderr);
      assert.match(wrong.stderr, /--no-such-flag[\s\S]*Usage: /);
      assert.doesNotMatch(wrong.stderr, /\n\s+at /);
    });
  }

  it('ends quietly, as pipes do, when its reader leaves', {
    skip: skipWithout(process.platform !== 'win32', 'a shell with PIPESTATUS', false),
  }, async () => {
    const list = `"${process.execPath}" "${FOLDER}record.js" --list --folder /nowhere`;
    const script = `${list} | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await outcome('bash', '-c', script);
    assert.deepEqual([stdout, stderr], ['141\n', '']);
  });
});
