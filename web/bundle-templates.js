/** Shortens the templates of elements, which are text to esbuild: style sheets in full, and HTML by its indentation, which
 * no element shows. A sheet with expressions in it, or with what a template would read otherwise, stays as it is. */
import { readFile } from 'node:fs/promises';
import * as esbuild from 'esbuild';

const SHEET = /\bcss`([^`]*)`/g;
const OF_LIT = /^import .* from 'lit/m;
/** What text between backticks cannot hold as it is. */
const SPECIAL = /[`\\]|\$\{/;

/** @type {import('esbuild').Plugin} */
export const smallTemplates = {
  name: 'small-templates',
  setup(build) {
    if (!build.initialOptions.minify) return;
    build.onLoad({ filter: /[\\/]web[\\/](ui|lab|image|page)[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      // Other templates are texts, such as the lines that a reader may copy.
      if (!OF_LIT.test(source)) return null;
      const sheets = [...source.matchAll(SHEET)].map(([, sheet]) => sheet);
      const short = await Promise.all(sheets.map(shortened));
      const contents = source.replace(SHEET, () => `css\`${short.shift()}\``);
      return { contents: contents.replace(/\n[ \t]+/g, '\n') };
    });
  },
};

/** @param {string} sheet */
async function shortened(sheet) {
  if (SPECIAL.test(sheet)) return sheet;
  const options = { loader: /** @type {const} */ ('css'), minify: true, charset: 'utf8' };
  const { code } = await esbuild.transform(
    sheet,
    /** @type {esbuild.TransformOptions} */ (options),
  );
  return SPECIAL.test(code) ? sheet : code.trim();
}
