/** The page on a static host that sends no headers of its own: offline, with threads, renewed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sendFile } from '../../tools/send-file.js';
import { serve } from '../../web/serve.js';
import { launchChromium, needsChromium } from '../chromium.js';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from '../data/fixtures.js';
import { listening } from '../listening.js';
import { ends, TWO, uninterrupted } from './survival.js';
import { textOf, Visitor } from './visit.js';

/** @typedef {import('playwright-core').Page} Page */

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));
const TINY = 'images=64&testImages=10&epochs=1&run=plain8';

/** A static host with a copy of the page in a folder of its own. */
class Host {
  static async open() {
    const root = await mkdtemp(join(tmpdir(), 'residua-host-'));
    const page = join(root, 'page');
    await cp(PAGE, page, { recursive: true });
    await writeFile(join(root, 'outside.html'), '<link rel="icon" href="data:," />');
    const build = (await readdir(page)).find((name) => name.startsWith('build-'));
    const { server, url } = await listening((request, response) =>
      sendFile(request, response, root),
    );
    return new Host({ root, page, build: String(build), server, url: `${url}/page/` });
  }

  /** @param {{ root: string, page: string, build: string, server: import('node:http').Server,
   *   url: string }} parts */
  constructor({ root, page, build, server, url }) {
    this.root = root;
    this.page = page;
    this.build = build;
    this.server = server;
    this.url = url;
  }

  /** Replaces all that is there by another build. @param {string[]} [names] that tell the build */
  async renew(names = ['index.html', 'service-worker.js']) {
    const [old, build] = [this.build, `build-${'0'.repeat(16)}`];
    for (const name of names) {
      const path = join(this.page, name);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll(old, build));
    }
    if (names.length < 2) return;
    await rename(join(this.page, old), join(this.page, build));
    this.build = build;
  }

  /** Gives the page weights by these names, in place of those that it was built with.
   * @param {string[]} names */
  async serveWeights(...names) {
    const path = join(this.page, 'service-worker.js');
    const text = await readFile(path, 'utf8');
    const list = `weights:${JSON.stringify(names.map((name) => `models/${name}`))}`;
    await writeFile(path, text.replace(/weights:\s*\[[^\]]*\]/, list));
    await mkdir(join(this.page, 'models'), { recursive: true });
    for (const name of names) await writeFile(join(this.page, 'models', name), name);
  }

  /** As if the network were gone. */
  goDown() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** @see goDown */
  async comeBack() {
    this.server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close() {
    this.goDown();
    await rm(this.root, { recursive: true });
  }
}

/** Scripts, and all that they import at once. @param {string} folder @param {string[]} names */
async function importedBy(folder, names) {
  const found = new Set(names);
  for (const name of found) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g))
      found.add(other);
  }
  return found;
}

describe('the service worker', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  /** A test of one visitor to one host.
   * @param {string} title @param {(visitor: Visitor, host: Host) => Promise<unknown>} work */
  const visit = (title, work) =>
    it(title, async () => {
      const host = await Host.open();
      const visitor = await Visitor.arrive(browser, host.url);
      try {
        await work(visitor, host);
        await visitor.leave();
      } finally {
        await host.close();
      }
    });

  /** Names and addresses of all that is cached, relative to the page. @param {Visitor} visitor */
  const cached = (visitor) =>
    visitor.page.evaluate(async () => {
      /** @type {Record<string, string[]>} */
      const found = {};
      for (const name of await caches.keys()) {
        const requests = await (await caches.open(name)).keys();
        found[name] = requests.map(({ url }) =>
          url.slice(document.baseURI.replace(/#.*/, '').length),
        );
      }
      return found;
    });

  /** Waits until the page says yes; `ask` may be asynchronous.
   * @template [A=undefined] @param {Visitor} visitor @param {(argument: A) => unknown} ask @param {A} [argument] */
  const until = (visitor, ask, argument) =>
    visitor.untilSo(() => visitor.page.evaluate(/** @type {any} */ (ask), argument), ask);

  /** Waits until the page is kept and in the worker's hands. @param {Visitor} visitor */
  const settled = (visitor) =>
    until(visitor, () => navigator.serviceWorker.controller?.state === 'activated');

  /** @param {{ page: Page }} parts */
  const buildOf = ({ page }) =>
    page.evaluate(() => /build-\w+/.exec(document.querySelector('script')?.src ?? '')?.[0]);

  /** @param {{ page: Page }} parts */
  const threads = ({ page }) => page.locator('#choose-threads');

  /** Presses the button and waits for the reload. @param {Visitor} visitor @param {string} name */
  async function press(visitor, name) {
    await visitor.button('Change the experiment').click();
    await Promise.all([visitor.page.waitForEvent('load'), visitor.button(name).click()]);
    await visitor.until((lab) => lab.preparation.planned !== null);
  }

  /** Trains, on as many threads as there are. @param {Visitor} visitor */
  async function trained(visitor) {
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished']);
    const isolated = await visitor.page.evaluate(() => crossOriginIsolated);
    return { isolated, threads: await visitor.lab((lab) => lab.engine?.threads) };
  }

  visit('makes the page work offline after the first visit', async (visitor, host) => {
    await visitor.open(TINY);
    await settled(visitor);
    host.goDown();
    await visitor.open(TINY);
    assert.deepEqual(await trained(visitor), { isolated: false, threads: 1 });
  });

  visit('says what has to wait for a connection, and shows it then', async (visitor) => {
    const page = await visitor.open(TINY);
    await settled(visitor);
    await visitor.context.setOffline(true);
    await page.getByRole('link', { name: 'Your image' }).click();
    await page.getByText('not been opened in this browser before').waitFor();
    const story = page.getByText('Show a network a picture of your own');
    const [said, told] = [page.getByText('not been opened'), story].map((one) => one.boundingBox());
    assert.ok(Number((await said)?.y) < Number((await told)?.y), 'it stands above the story');
    await visitor.context.setOffline(false);
    await page.locator('residua-image:defined').waitFor();
    await page.getByText('not been opened').waitFor({ state: 'detached' });
    visitor.complaints = visitor.complaints.filter((one) => !/ERR_FAILED|INTERNET/.test(one));
  });

  visit('asks again for what a host did not give', async (visitor, host) => {
    const page = await visitor.open(TINY);
    await settled(visitor);
    host.goDown();
    await page.getByRole('link', { name: 'Your image' }).click();
    await page.getByText('could not be loaded').waitFor();
    await page.evaluate(() => dispatchEvent(new Event('online'))); // Said too early.
    await host.comeBack();
    await page.locator('residua-image:defined').waitFor();
    await page.getByText('could not be loaded').waitFor({ state: 'detached' });
    visitor.complaints = visitor.complaints.filter((one) => !/ERR_|INTERNET/.test(one));
  });

  visit('keeps the files of the page, and no data', async (visitor, host) => {
    const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 16)]));
    await writeFile(join(host.page, 'cifar.tar.gz'), await tarGz(binaryFiles(batches)));
    await visitor.open(TINY);
    await settled(visitor);
    await visitor.drop(join(host.page, 'cifar.tar.gz'));
    await visitor.until((lab) => lab.source !== null);
    await visitor.page.evaluate(async () => (await fetch('cifar.tar.gz')).arrayBuffer());
    assert.deepEqual(await trained(visitor), { isolated: false, threads: 1 });

    const names = await readdir(join(host.page, host.build));
    const scripts = await importedBy(
      join(host.page, host.build),
      names.filter((name) => /^(main|(data|residua)-worker|strip-.*|open-.*)\.js$/.test(name)),
    );
    const files = names.filter((name) =>
      name.endsWith('.js') ? scripts.has(name) : !/LEGAL|scalar|simd128|samples/.test(name),
    );
    const models = await readdir(join(host.page, 'models')).catch(() => []);
    const curves = models.filter((name) => name.endsWith('.json'));
    const kept = [
      ...files.map((name) => `${host.build}/${name}`),
      ...curves.map((name) => `models/${name}`),
      '',
    ];
    const found = await cached(visitor);
    assert.deepEqual(Object.keys(found), [`residua ${host.url} ${host.build}`]);
    assert.deepEqual(Object.values(found)[0].sort(), kept.sort());
  });

  visit('keeps what reads files of a kind once it has been used', async (visitor, host) => {
    const readers = async () =>
      Object.values(await cached(visitor))
        .flat()
        .filter((path) => /(open|pytorch)-/.test(path));
    for (const images of [16, 20]) {
      const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, images)]));
      await writeFile(join(host.page, `${images}.tar.gz`), await tarGz(binaryFiles(batches)));
    }
    await visitor.open(TINY);
    await settled(visitor);
    assert.deepEqual(await readers(), []);
    await visitor.drop(join(host.page, '16.tar.gz'));
    await visitor.until((lab) => lab.source?.images === 80);
    assert.equal((await readers()).length, 1);

    host.goDown();
    await visitor.open(TINY);
    await visitor.until((lab) => lab.source?.images === 80);
    await visitor.drop(join(host.page, '20.tar.gz'));
    await visitor.until((lab) => lab.source?.images === 100);
    const refusal = await visitor.lab((lab) =>
      lab.engine?.inspect(new Uint8Array([0x80, 2, 0x2e])).then(
        () => '',
        ({ message }) => message,
      ),
    );
    assert.match(String(refusal), /cannot be fetched; connect to the network/);
    visitor.complaints = visitor.complaints.filter((one) => !/ERR_FAILED/.test(one));
  });

  visit(
    'keeps recorded weights that were used, as long as they are there',
    async (visitor, host) => {
      const fetched = (/** @type {string} */ name) =>
        visitor.page.evaluate(async (url) => (await fetch(url)).text(), `models/${name}`);
      const keptWeights = async () => (await cached(visitor))[`residua ${host.url} weights`];
      await host.serveWeights('a', 'b', 'unused');
      await visitor.open(TINY);
      await settled(visitor);
      assert.equal(await keptWeights(), undefined);
      assert.equal(await fetched('a'), 'a');
      assert.equal(await fetched('b'), 'b');
      assert.deepEqual(await keptWeights(), ['models/a', 'models/b']);

      await host.serveWeights('a', 'c');
      await host.renew();
      await visitor.open(TINY);
      await visitor.page.goto(new URL('../outside.html', host.url).href);
      await until(
        visitor,
        async (name) => (await (await caches.open(name)).keys()).length === 1,
        `residua ${host.url} weights`,
      );
      host.goDown();
      await visitor.open(TINY);
      assert.equal(await fetched('a'), 'a');
    },
  );

  visit('serves weights that it has no room to keep', async (visitor, host) => {
    await host.serveWeights('a');
    await writeFile(join(host.page, 'models', 'a'), 'a'.repeat(5e5));
    await visitor.open(TINY);
    await settled(visitor);
    const session = await visitor.context.newCDPSession(visitor.page);
    const { origin } = new URL(host.url);
    const usage = await visitor.page.evaluate(
      async () => (await navigator.storage.estimate()).usage,
    );
    await session.send('Storage.overrideQuotaForOrigin', {
      origin,
      quotaSize: Number(usage) + 2000,
    });
    const lengths = [];
    for (let i = 0; i < 2; i++) {
      lengths.push(
        await visitor.page.evaluate(async () => (await (await fetch('models/a')).text()).length),
      );
    }
    assert.deepEqual(lengths, [5e5, 5e5]);
    await visitor.open(TINY);
    await trained(visitor);
  });

  /** In the page: what a browser without service workers, or without isolation, has. */
  const without = {
    worker: () => {
      if (!isSecureContext) return; // The blank page before ours.
      navigator.serviceWorker.register = async () => {
        throw new DOMException('not here', 'SecurityError');
      };
    },
    isolation: () => {
      Object.defineProperty(globalThis, 'crossOriginIsolated', { value: false });
    },
    caches: () => {
      caches.open = async () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    },
  };
  /** @param {{ page: Page }} parts */
  const machine = ({ page }) => page.locator('[slot=machine]:visible');

  for (const [lang, said] of /** @type {[string, RegExp][]} */ ([
    ['en', /Threads cannot be switched on here.*private window/],
    ['ko', /여기서는 스레드를 켤 수 없습니다/],
  ])) {
    visit(`says plainly that threads need it where there is none, ${lang}`, async (visitor) => {
      await visitor.context.addInitScript(without.worker);
      await visitor.open(TINY);
      await visitor.page.locator('#lang').selectOption(lang);
      await visitor.lab((lab) => lab.openPanel('machine'));
      await machine(visitor).getByText(said).waitFor();
      assert.equal(await threads(visitor).count(), 0);
      await trained(visitor);
    });
  }

  visit('reloads once, also where threads stay out of reach', async (visitor) => {
    await visitor.context.addInitScript(without.isolation);
    const page = await visitor.open(TINY);
    let loads = 0;
    page.on('load', () => loads++);
    await press(visitor, 'Switch threads on');
    await visitor.lab((lab) => lab.openPanel('machine'));
    await machine(visitor).getByText('does not give the page what they need').waitFor();
    await Promise.all([page.waitForEvent('load'), threads(visitor).click()]);
    await visitor.until((lab) => lab.preparation.planned !== null);
    await visitor.lab((lab) => lab.openPanel('machine'));
    await visitor.button('Switch threads on').waitFor();
    assert.equal(loads, 2);

    await page.evaluate(without.caches);
    await visitor.button('Switch threads on').click();
    await machine(visitor).getByText('Threads cannot be switched on here').waitFor();
    assert.equal(loads, 2);
  });

  visit('allows for threads when asked to, until asked not to', async (visitor, host) => {
    const two = `${TINY}&threads=2`;
    await visitor.open(two);
    assert.deepEqual(await trained(visitor), { isolated: false, threads: 1 });
    await press(visitor, 'Switch threads on');
    assert.deepEqual(await trained(visitor), { isolated: true, threads: 2 });

    await visitor.open(two);
    assert.deepEqual(await trained(visitor), { isolated: true, threads: 2 });
    host.goDown();
    await visitor.open(two);
    assert.deepEqual(await trained(visitor), { isolated: true, threads: 2 });

    await press(visitor, 'Switch threads off');
    assert.deepEqual(await trained(visitor), { isolated: false, threads: 1 });
    await visitor.open(two);
    assert.deepEqual(await trained(visitor), { isolated: false, threads: 1 });
    assert.equal(await textOf(threads(visitor)).then((text) => text.trim()), 'Switch threads on');
  });

  /** Whether each of the page's scripts reaches another origin, by the script's kind.
   * @param {Visitor} visitor */
  async function reaches(visitor) {
    let asked = 0;
    const other = createServer((_, response) => {
      asked++;
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin').end('reached');
    });
    await once(other.listen(0), 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (other.address());
    /** @param {Pick<import('playwright-core').Worker, 'evaluate'>} script */
    const ask = async (script) => {
      const before = asked;
      await script.evaluate(
        (url) => fetch(url, { mode: 'no-cors' }).catch(() => {}),
        `http://localhost:${port}/`,
      );
      return asked > before;
    };
    const { page, context } = visitor;
    const found = { page: await ask(page), worker: false, serviceWorker: false };
    assert.ok(page.workers().length > 0);
    for (const worker of page.workers()) found.worker ||= await ask(worker);
    for (const worker of context.serviceWorkers()) found.serviceWorker ||= await ask(worker);
    other.close();
    visitor.complaints.length = 0; // Of what was refused.
    return found;
  }

  it('has a policy that reaches all scripts of the page where the server sends it', async () => {
    const server = await serve({ port: 0 });
    try {
      const visitor = await Visitor.arrive(browser, server.url);
      await visitor.open(TINY);
      await settled(visitor);
      assert.equal(visitor.context.serviceWorkers().length, 1);
      const none = { page: false, worker: false, serviceWorker: false };
      assert.deepEqual(await reaches(visitor), none);
      await trained(visitor);
      await visitor.leave();
    } finally {
      server.close();
    }
  });

  visit('gives the page’s workers the policy that their host does not send', async (visitor) => {
    await visitor.open(TINY);
    await settled(visitor);
    await visitor.open(TINY);
    const { page, worker } = await reaches(visitor);
    assert.deepEqual({ page, worker }, { page: false, worker: false });
    await trained(visitor);
  });

  visit('does not let threads be switched while a network trains', async (visitor) => {
    await visitor.open('images=320&testImages=64&epochs=500&run=plain8');
    await visitor.button('Change the experiment').click();
    await threads(visitor).waitFor();
    await visitor.page.locator('#choose-threads:enabled').waitFor();
    await visitor.checkWidth();
    await visitor.shoot('threads');
    await visitor.button(/^Train/).click();
    await visitor.until((lab) => lab.state === 'running');
    await visitor.page.locator('#choose-threads:disabled').waitFor();
  });

  visit('brings a new build at once, and forgets the old one', async (visitor, host) => {
    const old = host.build;
    await visitor.open(TINY);
    await settled(visitor);
    await press(visitor, 'Switch threads on');
    const oldPage = visitor.page;
    await host.renew();

    // Served by the old build's worker: the new page has the new files, also where it is isolated.
    await visitor.openAnother(TINY);
    assert.equal(await buildOf(visitor), host.build);
    assert.deepEqual((await trained(visitor)).isolated, true);
    await until(visitor, async () => (await navigator.serviceWorker.ready).waiting !== null);
    // And the old page still has its own, which the host has no more.
    const status = await oldPage.evaluate(
      async (url) => (await fetch(url)).status,
      `${old}/residua-relaxed.wasm`,
    );
    assert.equal(status, 200);

    await oldPage.close();
    await visitor.page.goto(new URL('../outside.html', host.url).href);
    assert.equal(await visitor.page.evaluate(() => navigator.serviceWorker.controller), null);
    const names = [host.build, 'isolation'].map((name) => `residua ${host.url} ${name}`);
    await until(
      visitor,
      async (wanted) => String((await caches.keys()).sort()) === String(wanted),
      names,
    );
    host.goDown();
    await visitor.open(TINY);
    assert.equal(await buildOf(visitor), host.build);
    assert.deepEqual((await trained(visitor)).isolated, true);
  });

  visit(
    'is renewed in the middle of training, which ends as it would have',
    async (visitor, host) => {
      await visitor.open(TWO);
      await settled(visitor);
      await visitor.button(/^Train/).click();
      await visitor.until((lab) => lab.rows.every(({ run }) => (run.tick?.epoch ?? 0) >= 1));
      await host.renew();
      await visitor.page.evaluate(async () => (await navigator.serviceWorker.ready).update());
      await until(visitor, async () => (await navigator.serviceWorker.ready).waiting !== null);
      const training = visitor.page;
      // However long the other tab takes to open.
      await visitor.lab((lab) => lab.pause());
      await visitor.openAnother(TINY);
      assert.equal(await buildOf(visitor), host.build);
      await visitor.page.close();
      visitor.page = training;
      assert.equal(await visitor.lab((lab) => lab.state), 'paused');
      await visitor.lab((lab) => lab.resume());
      await visitor.ended();
      assert.deepEqual(await ends(visitor), await uninterrupted());
    },
  );

  visit('does not keep the page of one build with files of another', async (visitor, host) => {
    await visitor.open(TINY);
    await settled(visitor);
    const update = () =>
      visitor.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const { installing } = registration;
        if (!installing) return 'none';
        await new Promise((resolve) => installing.addEventListener('statechange', resolve));
        return installing.state;
      });
    await host.renew(['service-worker.js']);
    assert.equal(await update(), 'redundant');
    assert.equal(Object.keys(await cached(visitor)).length, 1);
    host.goDown();
    await visitor.open(TINY);
    await trained(visitor);
  });

  it('offers no threads where the server allows for them', async () => {
    const server = await serve({ port: 0 });
    const visitor = await Visitor.arrive(browser, server.url);
    await visitor.open(TINY);
    await settled(visitor);
    await visitor.open(TINY);
    await visitor.button('Change the experiment').click();
    assert.equal(await threads(visitor).count(), 0);
    assert.equal(await visitor.page.evaluate(() => crossOriginIsolated), true);
    await visitor.leave();
    server.close();
  });

  it('is the affair of the page alone', async () => {
    for (const name of ['index.js', 'worker.js', 'element.js', 'residua-worker.js']) {
      const text = await readFile(new URL(`../../dist/${name}`, import.meta.url), 'utf8');
      assert.doesNotMatch(text, /serviceWorker/, name);
    }
  });
});
