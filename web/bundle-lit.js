/** Lit for packages that servers import too. Lit's build for browsers asks for elements and a document when it is
 * loaded; where there are none it gets stand-ins that nothing renders with. */
import { readFile } from 'node:fs/promises';

const STANDINS = `
  const HTMLElement = globalThis.HTMLElement ?? class {};
  const document = globalThis.document ?? { createTreeWalker: () => ({}) };
`;

/** @type {import('esbuild').Plugin} */
export const serverLit = {
  name: 'server-lit',
  setup(build) {
    const filter = /lit-html[\\/]lit-html\.js$|@lit[\\/]reactive-element[\\/]reactive-element\.js$/;
    build.onLoad({ filter }, async ({ path }) => ({
      contents: `${STANDINS}${await readFile(path, 'utf8')}`,
    }));
  },
};
