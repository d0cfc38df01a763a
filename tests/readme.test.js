/** What README.md shows runs as it stands there, on fewer images: its JavaScript, and its commands in their
 * order in one folder. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { CLI } from './command.js';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from './data/fixtures.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const text = await readFile(path.join(ROOT, 'README.md'), 'utf8');

/** The code blocks in a language. @param {string} language */
const blocksOf = (language) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code);

/** The commands of the shell blocks, without comments. */
const commands = blocksOf('sh')
  .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.replace(/(^|\s)#.*/, '').trim())
  .filter(Boolean);

describe('README.md', () => {
  /** @type {string} */
  let folder;
  const at = (/** @type {string} */ name) => path.join(folder, name);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-readme-'));
    const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 32)]));
    await writeFile(at('cifar-10-binary.tar.gz'), await tarGz(binaryFiles(batches)));
    await writeFile(at('cat.png'), PNG.sync.write(new PNG({ width: 40, height: 40 })));
  });
  after(() => rm(folder, { recursive: true }));

  it('has code to run', () => {
    assert.ok(blocksOf('js').length > 0);
    assert.ok(commands.some((command) => command.startsWith('npx residua train ')));
  });

  for (const [i, code] of blocksOf('js').entries()) {
    it(`JavaScript ${i + 1} runs`, async () => {
      // In the project, where 'residua' is the package itself.
      const inside = path.join(ROOT, 'build/readme');
      await mkdir(inside, { recursive: true });
      const small = code
        .replace(/\bimages: \d+/g, 'images: 64')
        .replace(/testImages: \d+/g, 'testImages: 16')
        .replace(/epochs: \d+/g, 'epochs: 2');
      const file = path.join(inside, `${i}.mjs`);
      await writeFile(file, small);
      const { stdout, stderr } = await run(process.execPath, [file]);
      assert.equal(stderr, '');
      if (code.includes('console.log')) assert.match(stdout, /^2 [\d.]+ [\d.]+$/m);
      await rm(inside, { recursive: true });
    });
  }

  for (const command of commands) {
    it(`${command}`, async () => {
      const [program, ...args] = command.split(/\s+/);
      if (program === 'npm') {
        const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
        const [verb, name] = args;
        assert.ok(verb === 'ci' || scripts[verb === 'run' ? name : verb], command);
        return;
      }
      if (program.startsWith('./')) return access(path.join(ROOT, program));
      assert.deepEqual([program, args.shift()], ['npx', 'residua'], `unknown: ${command}`);
      const quick = args.flatMap((arg, i) => {
        if (arg === 'tests/golden/*.safetensors')
          return path.join(ROOT, 'tests/golden/plain8-w4.safetensors');
        return args[i - 1] === '--epochs' ? '1' : arg;
      });
      const { stdout, stderr } = await run(process.execPath, [CLI, ...quick], { cwd: folder });
      assert.ok(stdout.length > 0 || stderr.length > 0, 'it says nothing');
    });
  }
});
