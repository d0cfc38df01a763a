/** A browser as its reader has it: tabs that are not looked at, and a browser that dies. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { serve } from '../../web/serve.js';
import { launchChromiumOf, needsChromium } from '../chromium.js';
import { ends, offers, TWO, trainedOn, twoFor, uninterrupted } from './survival.js';
import { Visitor } from './visit.js';

describe('a browser with tabs', needsChromium, () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  /** @type {string} */
  let profile;
  before(async () => {
    server = await serve({ port: 0 });
  });
  beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'residua-profile-'));
  });
  after(() => server?.close());
  afterEach(async () => {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  it('trains on in a tab that is hidden, without drawing', async () => {
    const { context, kill } = await launchChromiumOf(profile);
    try {
      const visitor = new Visitor(context, server.url);
      const page = await visitor.open(twoFor(20));
      await visitor.button('Train two networks here').click();
      await visitor.until((lab) => lab.rows.every(({ run }) => run.tick));
      const other = await context.newPage();
      await other.bringToFront();
      await page.waitForFunction(() => document.hidden, null, { polling: 50 });
      await visitor.lab((lab) => {
        window.drawings = 0;
        lab.addEventListener('residua-change', () => window.drawings++);
      });
      assert.equal(await visitor.lab((lab) => lab.state), 'running');
      await visitor.until((lab) => lab.state === 'idle');
      assert.equal(await page.evaluate(() => document.hidden), true);
      assert.equal(await page.evaluate(() => window.drawings), 0);
      assert.deepEqual(await ends(visitor), await uninterrupted(20));
      await page.bringToFront();
      await visitor.ended();
      assert.deepEqual(await visitor.states(), ['finished', 'finished']);
      assert.deepEqual(visitor.complaints, []);
    } finally {
      await kill();
    }
  });

  it('goes on with what was trained when the whole browser was killed', async () => {
    const first = await launchChromiumOf(profile);
    const visitor = new Visitor(first.context, server.url);
    await visitor.open(TWO);
    await visitor.button('Train two networks here').click();
    await trainedOn(visitor);
    await first.kill();
    const { context, kill } = await launchChromiumOf(profile);
    try {
      const next = new Visitor(context, server.url);
      await next.open();
      await offers(next, 1);
      await next.button('Resume').click();
      await next.until((lab) => lab.state === 'running');
      await next.ended();
      assert.deepEqual(await ends(next), await uninterrupted());
      await offers(next, 0);
    } finally {
      await kill();
    }
  });
});
