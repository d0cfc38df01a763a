/** Prints how the known runs end in the program that runs this. */
import { allEnds } from './runs.js';

const api = await import(String(new URL('../../dist/node-worker.js', import.meta.url)));

process.stdout.write(JSON.stringify(await allEnds(api)));
