/** What npm run release would publish, what it refuses, and that the version stands in one place. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { changelogSection, release } from '../tools/release.js';
import { findProgram } from './programs.js';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHANGELOG = `# Changelog

## Unreleased

### Added
- What is to come.

## 1.2.3 - 2020-01-02

### Added
- What is new.

## 1.2.2

- What was.
`;
const needsGit = { skip: skipWithout(findProgram(['git']), 'git', false) };

describe('npm run release', needsGit, () => {
  /** @type {string} */
  let folder;
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFile(path.join(folder, name), text);
  const git = (/** @type {string[]} */ ...args) => {
    const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org'];
    return promisify(execFile)('git', [...who, ...args], { cwd: folder });
  };
  const commit = async () => {
    await git('add', '-A');
    await git('commit', '-q', '-m', 'x');
  };
  /** What it prints. @param {boolean} dryRun */
  const printed = async (dryRun = true) => {
    /** @type {string[]} */
    const lines = [];
    const build = () => write('dist/index.js', 'export {};\n');
    await release({ folder, dryRun, build, print: (text) => lines.push(text) });
    return lines.join('\n');
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-release-'));
    await mkdir(path.join(folder, 'dist'));
    const manifest = { name: 'made-up', version: '1.2.3', files: ['dist'] };
    await write('package.json', JSON.stringify(manifest));
    await write('CHANGELOG.md', CHANGELOG);
    await write('.gitignore', 'dist/\n');
    await git('init', '-q');
    await commit();
  });
  after(() => rm(folder, { recursive: true }));

  it('shows the version, the files with their sizes and what is new', async () => {
    const text = await printed();
    assert.match(text, /^made-up 1\.2\.3\n/);
    assert.match(text, /^ +11 {2}dist\/index\.js$/m);
    assert.match(text, /in 2 files; packed \d+/);
    assert.match(text, /- What is new\./);
    assert.doesNotMatch(text, /What is to come|What was/);
    assert.match(text, /nothing has been published\.$/);
  });

  it('refuses a tree with changes', async () => {
    await write('stray', 'x');
    await assert.rejects(printed(), /The tree has changes.*\n\?\? stray/);
    await rm(path.join(folder, 'stray'));
  });

  it('refuses a version that CHANGELOG.md does not have', async () => {
    await write('CHANGELOG.md', CHANGELOG.replace('1.2.3', '1.2.4'));
    await commit();
    await assert.rejects(printed(), /no section for version 1\.2\.3; write "## 1\.2\.3 - DATE"/);
    await write('CHANGELOG.md', CHANGELOG);
    await commit();
  });

  it('publishes only a commit with the tag of the version', async () => {
    await git('tag', 'v1.2.2');
    await assert.rejects(printed(false), /no tag v1\.2\.3/);
  });
});

describe('a section of CHANGELOG.md', () => {
  it('is that of the version', () => {
    assert.equal(changelogSection(CHANGELOG, '1.2.2'), '- What was.');
    assert.equal(changelogSection(CHANGELOG.replace('1.2.2', '[1.2.2]'), '1.2.2'), '- What was.');
    assert.equal(changelogSection(CHANGELOG, '1.2'), null);
    assert.equal(changelogSection('## 1.0.0\n\n## 0.9.0\n- x\n', '1.0.0'), null);
  });
});

describe('the version', () => {
  it('stands in package.json alone', async () => {
    const read = (/** @type {string} */ name) => readFile(path.join(ROOT, name), 'utf8');
    const { version } = JSON.parse(await read('package.json'));
    const lock = JSON.parse(await read('package-lock.json'));
    assert.deepEqual([lock.version, lock.packages[''].version], [version, version]);
    const folders = ['web', 'tools', 'include', 'src', 'docs', 'examples'];
    let files = 0;
    for (const folder of folders) {
      for (const name of await readdir(path.join(ROOT, folder), { recursive: true })) {
        if (/node_modules|package(-lock)?\.json$/.test(name)) continue;
        if (!/\.(js|ts|h|c|md|html|css)$/.test(name)) continue;
        const text = await read(path.join(folder, name));
        assert.ok(!text.includes(version), `${folder}/${name} repeats the version ${version}`);
        files++;
      }
    }
    assert.ok(files > 150, `${files} files`);
  });
});

describe('the workflows', () => {
  it('run what there is', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const folder = path.join(ROOT, '.github/workflows');
    const names = await readdir(folder);
    assert.deepEqual(names.sort(), ['ci.yml', 'page.yml', 'release.yml']);
    for (const name of names) {
      const text = await readFile(path.join(folder, name), 'utf8');
      for (const [, script] of text.matchAll(/npm run ([\w:]+)/g))
        assert.ok(scripts[script], script);
      for (const [, program] of text.matchAll(/run: \.\/?([\w./]+)/g)) {
        await readFile(path.join(ROOT, program.startsWith('ci') ? `.${program}` : program));
      }
    }
  });
});
