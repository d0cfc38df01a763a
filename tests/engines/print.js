/** Prints how the known runs end in the program that runs this. */
import * as api from '../../dist/node-worker.js';
import { allEnds } from './runs.js';

process.stdout.write(JSON.stringify(await allEnds(api)));
