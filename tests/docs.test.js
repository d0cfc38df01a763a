/** The documents hold together: headings that comments and documents link to exist, and so do the files
 * that docs/ARCHITECTURE.md names. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = [
  '.ci',
  'bench',
  'docs',
  'examples',
  'include',
  'models',
  'src',
  'tests',
  'tools',
  'web',
];
const TEXT = /\.(c|h|js|ts|py|md|html|css)$/;

/** @param {string} name */
const read = (name) => readFile(path.join(ROOT, name), 'utf8');
/** @param {string} name */
const exists = (name) => existsSync(path.join(ROOT, name));

async function ourFiles() {
  const found = (await readdir(ROOT)).filter((name) => TEXT.test(name));
  for (const folder of FOLDERS.filter(exists)) {
    for (const name of await readdir(path.join(ROOT, folder), { recursive: true }))
      found.push(`${folder}/${name.replaceAll('\\', '/')}`);
  }
  return found.filter((name) => TEXT.test(name) && !name.includes('node_modules/'));
}

/** The anchors of a document's headings, as GitHub makes them. @param {string} markdown */
function anchorsOf(markdown) {
  const prose = markdown.replace(/^```.*?^```/gms, '');
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What a text links to: documents by their path from the root, and Markdown links.
 * @param {string} name @param {string} text @returns {{ file: string, anchor?: string }[]} */
function linksIn(name, text) {
  const byPath = text.matchAll(/(?<![\w/.])(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g);
  const links = [...byPath].map(([, file, anchor]) => ({ file, anchor }));
  if (!name.endsWith('.md')) return links;
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^\w+:/.test(target)) continue;
    const [file, anchor] = target.split('#');
    const from = path.posix.dirname(name);
    links.push({ file: file ? path.posix.join(from, file) : name, anchor });
  }
  return links;
}

describe('the documents', () => {
  it('exist where they are linked to, with the heading', async () => {
    const broken = [];
    let anchors = 0;
    for (const name of await ourFiles()) {
      for (const { file, anchor } of linksIn(name, await read(name))) {
        if (!exists(file)) broken.push(`${name} links to ${file}, which does not exist`);
        else if (anchor && anchors++ >= 0 && !anchorsOf(await read(file)).includes(anchor))
          broken.push(`${name} links to ${file}#${anchor}, which has no such heading`);
      }
    }
    assert.deepEqual(broken, []);
    assert.ok(anchors > 8, `only ${anchors} links to headings were found`);
  });

  it('know the anchors of headings', () => {
    const text = '# F(4x4, 3x3)\n```\n# no heading\n```\n## What `x` is';
    assert.deepEqual(anchorsOf(text), ['f4x4-3x3', 'what-x-is']);
  });

  it('name files that exist: docs/ARCHITECTURE.md', async () => {
    const missing = [];
    let files = 0;
    // Dependencies are packages, and some are called like files.
    const [text] = (await read('docs/ARCHITECTURE.md')).split('## Dependencies');
    for (const block of text.split(/\n(?=- |\||\d\. |\n)/)) {
      // A name without a folder is a file of a folder that the same paragraph names.
      const folders = [...block.matchAll(/(?:\*\*|`)([\w./-]+)(?:\*\*|`)/g)]
        .map(([, name]) => (exists(name) && /\.\w+$/.test(name) ? path.posix.dirname(name) : name))
        .filter(exists);
      for (const [, name] of block.matchAll(/`([\w./-]+\.(?:c|h|js|ts|md|json))`/g)) {
        files++;
        const found = name.includes('/')
          ? exists(name)
          : ['', ...folders].some((folder) => exists(path.posix.join(folder, name)));
        if (!found) missing.push(name);
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(files > 60, `only ${files} files are named`);
  });

  it('keep ARCHITECTURE within 150 lines', async () => {
    assert.ok((await read('docs/ARCHITECTURE.md')).trimEnd().split('\n').length <= 150);
  });

  it('C sources open with what they hold', async () => {
    const sources = (await ourFiles()).filter((name) =>
      /^(src|include|tests)\/.*\.[ch]$/.test(name),
    );
    const bare = [];
    for (const name of sources) if (!(await read(name)).startsWith('/* ')) bare.push(name);
    assert.deepEqual(bare, []);
    assert.ok(sources.length > 60, `only ${sources.length} sources were found`);
  });
});
