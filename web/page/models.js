/** The recorded runs and their weights: files beside the page (models/README.md). They are fetched after
 * the page is drawn, and a page built without them has none. */
import { labMessages } from '../lab/messages/index.js';
import { recordedName } from '../lab/runs/reference.js';
import { readRun } from '../lib/formats/run-file.js';
import { reach } from '../lib/reach.js';
import { translator } from '../ui/messages.js';

/** @typedef {import('../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('../lib/index.js').LayerStatistics} LayerStatistics */
/** By model, where its files are, seen from the folder of the build; web/bundle-models.js writes it.
 * @typedef {Record<string, { run?: string, layers?: string, weights?: string }>} Index */

const INDEX = new URL('./models.json', import.meta.url);

/** @type {Promise<Index> | undefined} */
let opened;

/** @param {string | URL} address */
async function fetched(address) {
  const response = await reach(address, { priority: 'low' });
  const name = String(address).replace(/.*\//, '');
  if (!response.ok) throw new Error(`${name}: the host answers ${response.status}.`);
  return response;
}

/** A failure is not kept: the next who asks tries again. */
async function index() {
  opened ??= fetched(INDEX).then((response) => response.json());
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

/** Named after their files: "resnet20-long", "paper/plain20". @returns {Promise<RunRecord[]>} */
export async function recordedRuns() {
  const runs = Object.entries(await index()).map(async ([name, { run }]) => {
    if (!run) return [];
    const response = await fetched(new URL(run, INDEX));
    return [{ ...readRun(await response.text(), `${name}.json`), name }];
  });
  return (await Promise.all(runs)).flat();
}

/** What flows through the layers of the recorded networks, measured on the test images that they were
 * tested on; by name. @returns {Promise<Record<string, LayerStatistics[]>>} */
export async function recordedLayers() {
  const measured = Object.entries(await index()).map(async ([name, { layers }]) => {
    if (!layers) return [];
    const response = await fetched(new URL(layers, INDEX));
    return [[name, (await response.json()).layers.map(signalsOf)]];
  });
  return Object.fromEntries((await Promise.all(measured)).flat());
}

/** As the command prints them. @param {Record<string, any>} layer @returns {LayerStatistics} */
function signalsOf(layer) {
  return {
    responseMean: layer.response_mean,
    responseStd: layer.response_std,
    activationRms: layer.activation_rms,
    residualRatio: layer.residual_ratio,
  };
}

/** The names of the runs whose weights can be had. */
async function recordedModels() {
  return Object.entries(await index()).flatMap(([name, { weights }]) => (weights ? [name] : []));
}

/** A safetensors file, which is fetched only now. @param {string} name "resnet20" */
export async function recordedWeights(name) {
  const { weights } = (await index())[name] ?? {};
  if (!weights) throw new Error(`There are no recorded weights of ${name} on this host.`);
  const response = await fetched(new URL(weights, INDEX));
  return new Uint8Array(await response.arrayBuffer());
}

/** Networks for the image chapter, the one with the fewest errors first; none where the host has none. They are
 * called what the charts call them, not what their files are.
 * @returns {Promise<import('../image/networks.js').Choice[]>} */
export async function recordedNetworks() {
  try {
    const [names, runs] = await Promise.all([recordedModels(), recordedRuns()]);
    const error = (/** @type {string} */ name) => {
      const ticks = runs.find((run) => run.name === name)?.ticks ?? [];
      return ticks.findLast(({ kind }) => kind === 'epoch')?.testError ?? 1;
    };
    const t = translator(labMessages, document.documentElement.lang);
    return names
      .sort((a, b) => error(a) - error(b))
      .map((file) => {
        const run = runs.find(({ name }) => name === file);
        const name = run ? recordedName(run, runs, t) : file;
        const from = /** @type {const} */ ('recorded');
        return { from, name, weights: () => recordedWeights(file), data: run?.data ?? null };
      });
  } catch {
    return []; // Without a connection the other networks are still there.
  }
}
