/** Keeps the page for use without a network, gives it the policy that its host does not send and, if the
 * reader has chosen so, the headers that threads need. The files of a build lie in a folder that bears the build's name, so those of
 * two builds cannot be mixed: the page itself comes from the server whenever there is one, and
 * what belongs to it from wherever it is. Nothing else passes through here, such as data. */
import { supports } from '../../lib/simd.js';
import { POLICY_HEADERS } from '../policy.js';
import { cachesOf } from './caches.js';

/** From bundle.js: the name of this build, its files to be kept at once, and weights, which are kept once
 * they have been used, as long as their addresses stay the same.
 * @type {{ build: string, files: string[], weights: string[] }} */
const { build, files, weights } = /** @type {any} */ (globalThis).RESIDUA_PAGE;

/**
 * What TypeScript knows only where there is no window.
 * @typedef {Event & { waitUntil: (work: Promise<unknown>) => void }} LifeEvent
 * @typedef {Event & { request: Request, respondWith: (response: Promise<Response>) => void }
 *   } RequestEvent
 * @typedef {object} Scope
 * @property {{ scope: string }} registration
 * @property {{ claim: () => Promise<void> }} clients
 * @property {(type: string, listener: (event: any) => void) => void} addEventListener
 */

const worker = /** @type {Scope} */ (/** @type {unknown} */ (self));
const { scope } = worker.registration;
const kept = cachesOf(scope);
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Of the modules, those that this browser takes by itself; the others come when they are asked for. */
const tier = /** @type {const} */ (['relaxed', 'simd128']).find(
  (one) => supports(one) && files.some((file) => file.endsWith(`residua-${one}.wasm`)),
);
/** @param {string} file */
const isNeeded = (file) => !file.endsWith('.wasm') || file.includes(`residua-${tier}`);

async function install() {
  const page = await fetch(scope, { cache: 'no-cache' });
  if (!page.ok || !(await page.clone().text()).includes(build)) {
    throw new Error(`${scope} is not the page of build ${build}; it is tried again next time.`);
  }
  const cache = await caches.open(kept.ofBuild(build));
  await cache.addAll(files.filter(isNeeded).map((file) => scope + file));
  await cache.put(scope, page);
}

/** Happens when no page of an earlier build is open any more. */
async function activate() {
  for (const name of await caches.keys()) {
    if (kept.isOfBuild(name) && name !== kept.ofBuild(build)) await caches.delete(name);
  }
  await dropOldWeights();
  await worker.clients.claim();
}

async function dropOldWeights() {
  if (!(await caches.has(kept.weights))) return;
  const cache = await caches.open(kept.weights);
  const wanted = weights.map((file) => scope + file);
  for (const request of await cache.keys()) {
    if (!wanted.includes(request.url)) await cache.delete(request);
  }
}

/** What is kept of it, if anything is and can be read. @param {RequestInfo} request */
function keptOf(request) {
  return caches.match(request, { ignoreVary: true }).catch(() => undefined);
}

/** Asked for again, since a page from the browser's own cache may be of a build that is gone.
 * @param {Request} request */
async function pageFor(request) {
  const answer = await fetch(request, { cache: 'no-cache' }).catch(() => null);
  if (answer && answer.status < 500) return answer;
  return (await keptOf(scope)) ?? answer ?? Response.error();
}

/** What most readers never ask for is kept once it has been used. Whatever keeps it from being kept, it is
 * served, and fetched again next time. @param {Request} request @param {string | null} name of the cache */
async function fileFor(request, name) {
  const there = await keptOf(request);
  if (there) return there;
  const response = await fetch(request);
  if (response.ok && name) {
    const copy = response.clone();
    await caches
      .open(name)
      .then((cache) => cache.put(request, copy))
      .catch(() => {});
  }
  return response;
}

/** Where a file is kept; null if it is not. Those of another build are not. @param {string} path */
function cacheFor(path) {
  if (path.startsWith(`${build}/`)) return kept.ofBuild(build);
  return weights.includes(path) ? kept.weights : null;
}

/** Gives the page or worker that gets the response its policy, and isolates it if that has been chosen.
 * @param {Promise<Response>} awaited */
async function guarded(awaited) {
  const response = await awaited;
  if (!response.ok) return response;
  const isChosen = await caches.has(kept.isolation).catch(() => false);
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(POLICY_HEADERS)) {
    // A host's own policy may allow for a mirror.
    if (!headers.has(name)) headers.set(name, value);
  }
  for (const [name, value] of Object.entries(isChosen ? ISOLATION : {})) headers.set(name, value);
  return new Response(response.body, { status, statusText, headers });
}

/** @param {RequestEvent} event */
function answer(event) {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  const path = request.url.slice(scope.length).replace(/[?#].*/, '');
  const isPage = request.mode === 'navigate' && ['', 'index.html'].includes(path);
  if (isPage) event.respondWith(guarded(pageFor(request)));
  else if (path.startsWith('build-')) event.respondWith(guarded(fileFor(request, cacheFor(path))));
  else if (path.startsWith('models/')) event.respondWith(fileFor(request, cacheFor(path)));
}

worker.addEventListener('install', (/** @type {LifeEvent} */ event) => event.waitUntil(install()));
worker.addEventListener('activate', (/** @type {LifeEvent} */ event) =>
  event.waitUntil(activate()),
);
worker.addEventListener('fetch', answer);
