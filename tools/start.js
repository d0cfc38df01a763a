/** npm start: installs, builds and serves the page. */
import { resolve } from 'node:path';
import { BuildError, readArguments, runTool } from './process.js';
import { setUp } from './setup.js';

const HELP = `Usage: npm start
Installs what is needed, builds and serves the page. It takes no flags, but these variables:

  PORT=N                 the port; otherwise 8080 or the next that is free
  CIFAR10=PATH           an archive of CIFAR-10, or a folder of its files, that the page may fetch
  RESIDUA_DATA=ADDRESS   a mirror that the page fetches CIFAR-10 from when that is asked for
`;

function wantedPort() {
  if (!process.env.PORT) return undefined;
  const port = Number(process.env.PORT);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new BuildError(`PORT is ${process.env.PORT}; it has to be a number from 0 to 65535.`);
}

async function wantedData() {
  if (!process.env.CIFAR10) return [];
  const { filesOfPath } = await import('../web/lib/data/paths.js');
  const path = resolve(process.env.INIT_CWD ?? '', process.env.CIFAR10);
  return filesOfPath(path).catch((/** @type {Error} */ error) => {
    throw new BuildError(`CIFAR10: ${error.message}`);
  });
}

function wantedSource() {
  const source = process.env.RESIDUA_DATA;
  if (!source) return undefined;
  if (/^https?:/.test(source) && URL.canParse(source)) return source;
  throw new BuildError(
    `RESIDUA_DATA is ${source}; it has to be the address of a mirror, as https://...`,
  );
}

await runTool(async () => {
  readArguments(HELP, {});
  const port = wantedPort();
  const source = wantedSource();
  await setUp();
  const offered = await wantedData();
  const { build } = await import('./build.js');
  await build();
  const { serve } = await import('../web/serve.js');
  const { url } = await serve({ port, offered, source });
  console.log(`\nResidua is at ${url} (Ctrl-C ends it).`);
});
