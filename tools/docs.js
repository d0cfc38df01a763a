/** npm run docs: the API reference, from the declarations of the entries, in build/docs/ and in the page as
 * api/. */
import { readArguments, runTool } from './process.js';
import { hasReference, makeReference } from './reference.js';
import { install, setUp } from './setup.js';

const HELP = `Usage: npm run docs
Makes the API reference: build/docs/index.html, and in the page dist/page/api/.
`;

await runTool(async () => {
  readArguments(HELP, {});
  await setUp();
  await install('tools/docs');
  if (!(await hasReference())) await makeReference();
  const { bundle } = await import('../web/bundle.js');
  await bundle(false);
  console.log('The API reference is build/docs/index.html, and in the page dist/page/api/.');
});
