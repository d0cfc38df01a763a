/** Runs that outlive the page: its process is killed in training, and the next visit goes on. */
import assert from 'node:assert/strict';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from '../data/fixtures.js';
import {
  crash,
  crashOnTheWay,
  ends,
  keptFiles,
  offers,
  SMALL,
  start,
  TWO,
  trainedOn,
  twoFor,
  uninterrupted,
} from './survival.js';
/** @typedef {import('./visit.js').Visitor} Visitor */

import { describeVisits, textOf } from './visit.js';

/** Trains what is offered, or goes on with it, and holds it against a run without an accident.
 * @param {import('./visit.js').Visitor} visitor */
async function resumedAsIfNothingHadBeen(visitor, kept = 2) {
  await visitor.button('Resume').click();
  await visitor.until((lab) => lab.state === 'running');
  await visitor.ended();
  assert.deepEqual(await ends(visitor), await uninterrupted());
  await offers(visitor, 0);
  await visitor.page.reload();
  await visitor.until((lab, count) => lab.runs.ended.length === count, kept);
  await offers(visitor, 0);
}

/** An archive of images that a seed decides: 160 for training and 32 for the test. @param {number} seed */
async function archive(seed) {
  const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(seed + i, 32)]));
  const buffer = Buffer.from(await tarGz(binaryFiles(batches)));
  return { name: 'cifar-10-binary.tar.gz', mimeType: 'application/gzip', buffer };
}

describeVisits('runs that are interrupted', (visit) => {
  visit('go on bit for bit after the page has crashed', {}, async (visitor) => {
    await visitor.open(TWO);
    assert.equal(await visitor.page.locator('.interrupted').count(), 0);
    await start(visitor);
    await trainedOn(visitor);
    const steps = await visitor.lab((lab) => lab.rows[0].run.tick?.steps);
    await crash(visitor);
    await visitor.open();
    await offers(visitor, 1);
    const saved = await visitor.lab((lab) => lab.recovery.interrupted[0].runs[0]?.run.tick?.step);
    assert.ok(Number(saved) > 0 && Number(saved) < Number(steps), `${saved} of ${steps}`);
    assert.match(
      await textOf(visitor.page.locator('.interrupted')),
      /interrupted here on .*plain8 at epoch [\d.]+ of 30, resnet8 seed 5 at epoch [\d.]+ of 30/s,
    );
    assert.deepEqual(await visitor.violations(), []);
    await visitor.checkWidth();
    await visitor.shoot('interrupted', false);
    await resumedAsIfNothingHadBeen(visitor);
    assert.equal(await visitor.page.locator('.interrupted').count(), 0);
    assert.match(visitor.page.url(), /run=plain8[^&]*&run=resnet8_seed-5/);
  });

  // The clock of the workers runs fast, and jumps by hours: 30 s are over in the first epoch.
  visit('go on from the middle of an epoch', { serviceWorkers: 'block' }, async (visitor) => {
    await visitor.context.route(/residua-worker\.js/, async (route) => {
      const response = await route.fetch();
      const fast = `const now = performance.now.bind(performance);
        performance.now = () => Math.floor(now() / 200) * 7200e3 + now();
        Date.now = () => 0;\n`;
      await route.fulfill({ response, body: fast + (await response.text()) });
    });
    const long = twoFor(2).replace('images=640', 'images=9600');
    await visitor.open(long);
    await start(visitor);
    await trainedOn(visitor);
    assert.ok(await visitor.lab((lab) => lab.rows.every(({ run }) => Number(run.tick?.epoch) < 1)));
    await crash(visitor);
    await visitor.open();
    await offers(visitor, 1);
    const epochs = await visitor.lab((lab) =>
      lab.recovery.interrupted[0].runs.map((one) => Number(one?.run.tick?.epoch)),
    );
    assert.ok(
      epochs.every((epoch) => epoch > 0 && epoch < 1),
      `at epochs ${epochs}`,
    );
    await visitor.button('Resume').click();
    await visitor.until((lab) => lab.state === 'running');
    await visitor.ended();
    assert.deepEqual(await ends(visitor), await uninterrupted(2, 9600));
    visitor.complaints = visitor.complaints.filter((one) => !/registration blocked/.test(one));
  });

  visit('lose no old checkpoint to a new one that was cut off', {}, async (visitor) => {
    await visitor.context.addInitScript(() => {
      if (!isSecureContext || localStorage.getItem('cut')) return;
      const { close } = FileSystemWritableFileStream.prototype;
      let left = 5;
      FileSystemWritableFileStream.prototype.close = function () {
        if (left-- > 0) return close.call(this);
        localStorage.setItem('cut', 'yes');
        return new Promise(() => {});
      };
    });
    await visitor.open(TWO);
    await start(visitor);
    await visitor.page.waitForFunction(() => localStorage.getItem('cut'));
    const kept = await keptFiles(visitor.page);
    assert.ok(
      kept.some((name) => /crswap/.test(name)),
      `nothing is being written: ${kept}`,
    );
    await crash(visitor);
    await visitor.open();
    await offers(visitor, 1);
    await resumedAsIfNothingHadBeen(visitor);
  });

  visit('are gone on with in one tab at a time', {}, async (visitor) => {
    await visitor.open(twoFor(900));
    await start(visitor);
    await crashOnTheWay(visitor);
    const other = await visitor.context.newPage();
    await other.goto(visitor.page.url());
    const second = other.locator('.interrupted');
    await second.getByText('Resume').waitFor();
    await visitor.button('Resume').click();
    await visitor.until((lab) => lab.state === 'running');
    await second.getByText('Resume').click();
    await second.getByText(/another tab of this browser: plain8, resnet8 seed 5/).waitFor();
    assert.equal(await second.getByText('Resume').count(), 0);
    assert.equal(await other.evaluate(() => document.querySelector('residua-lab')?.state), 'idle');
    await visitor.button('Stop').click();
    await visitor.ended();
    await second.waitFor({ state: 'detached' });
  });

  visit('can be discarded, and that can be undone', {}, async (visitor) => {
    await visitor.open(TWO);
    await start(visitor);
    await crashOnTheWay(visitor, 'images=64&testImages=10&epochs=1&run=plain8');
    await visitor.trainToTheEnd();
    await offers(visitor, 1);
    await visitor.button('Discard').click();
    await offers(visitor, 0);
    const left = async () => (await keptFiles(visitor.page)).filter((name) => /run$/.test(name));
    assert.equal((await left()).length, 1);
    await visitor.page.keyboard.press('Control+z');
    await offers(visitor, 1);
    assert.equal((await left()).length, 3);
    await resumedAsIfNothingHadBeen(visitor, 3);
  });

  visit('come back with those that have ended, and their names', {}, async (visitor) => {
    const uneven = `${SMALL}&run=plain8_epochs-1&run=resnet8_seed-5_epochs-900`;
    await visitor.open(uneven);
    await visitor.lab((lab) => lab.runs.rename(lab.rows[1].config, 'mine'));
    await start(visitor);
    await visitor.until((lab) => lab.rows[0].run.state === 'finished');
    const ended = await visitor.lab((lab) => lab.rows[0].run.tick?.trajectory);
    await crashOnTheWay(visitor);
    assert.match(
      await textOf(visitor.page.locator('.interrupted')),
      /plain8.* had ended, mine at epoch/,
    );
    await visitor.button('Resume').click();
    await visitor.until((lab) => lab.state === 'running' && lab.rows[1].run.training);
    await visitor.button('Stop').click();
    await visitor.ended();
    assert.deepEqual(
      await visitor.lab((lab) =>
        lab.rows.map(({ name, run }) => [name, run.state, Number(run.weights?.size) > 0]),
      ),
      [
        ['plain8 1 epochs', 'finished', true],
        ['mine', 'stopped', true],
      ],
    );
    assert.equal(await visitor.lab((lab) => lab.rows[0].run.tick?.trajectory), ended);
  });

  visit('are told of from another chapter', {}, async (visitor) => {
    await visitor.open(`chapter=shortcut&${TWO}`);
    await start(visitor);
    await trainedOn(visitor);
    await crash(visitor);
    const page = await visitor.open();
    const told = page.locator('main > .interrupted');
    assert.match(await textOf(told), /interrupted in another chapter:\s+Shortcuts/);
    await visitor.shoot('interrupted-elsewhere', false);
    await told.getByText('Shortcuts').click();
    await offers(visitor, 1);
    await told.waitFor({ state: 'detached' });
    await resumedAsIfNothingHadBeen(visitor);
  });

  visit('go on with their images, and with no others', {}, async (visitor) => {
    const bring = async (/** @type {Parameters<Visitor['drop']>[0]} */ files) => {
      await visitor.lab((lab) => {
        lab.source = null;
      });
      await visitor.drop(files);
      await visitor.until((lab) => lab.source !== null && lab.ready);
    };
    const [theirs, others] = [await archive(1), await archive(11)];
    await visitor.open('batchSize=16&epochs=40&run=plain8&run=resnet8_seed-5');
    await bring(theirs);
    await start(visitor);
    await crashOnTheWay(visitor);
    await visitor.until((lab) => lab.source !== null);
    await visitor.lab((lab) => lab.openPanel('data'));
    await visitor.button('Delete the images from this browser').click();
    const offer = visitor.page.locator('.interrupted');
    await offer.getByText(/on CIFAR-10, which is not here/).waitFor();
    assert.equal(await visitor.button('Resume').isDisabled(), true);

    await bring(others);
    await visitor.button('Resume').click();
    const notice = visitor.page.locator('.notice');
    await notice.waitFor();
    assert.match(await textOf(notice), /not the images that the interrupted runs were/);
    assert.deepEqual(await visitor.states(), ['ready', 'ready']);
    await offers(visitor, 1);

    await bring(theirs);
    await visitor.button('Resume').click();
    await visitor.until((lab) => lab.state === 'running');
    await visitor.ended();
    const resumed = await ends(visitor);
    await visitor.button('Train again').click();
    await visitor.until((lab) => lab.state === 'running');
    await visitor.ended();
    assert.deepEqual(resumed, await ends(visitor));
  });

  visit('say so when they go on with other arithmetic', {}, async (visitor) => {
    await visitor.open(TWO);
    await start(visitor);
    await crashOnTheWay(visitor);
    // What was kept now says that the first was trained by another version.
    await visitor.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle('runs');
      for await (const one of /** @type {any} */ (folder).values()) {
        const handle = await one.getFileHandle('0.run');
        const file = await handle.getFile();
        const [before] = /^[\s\S]*?numerics\\": /.exec(await file.slice(4).text()) ?? [];
        const at = 4 + new TextEncoder().encode(before).length;
        const writable = await handle.createWritable({ keepExistingData: true });
        await writable.write({ type: 'write', position: at, data: '9' });
        await writable.close();
      }
    });
    await visitor.open();
    await offers(visitor, 1);
    await visitor.button('Resume').click();
    const note = visitor.page.locator('.runs .note');
    await note.waitFor();
    const text = await textOf(note);
    assert.match(text, /other arithmetic than before .*: plain8\./);
    assert.doesNotMatch(text, /resnet/);
    await visitor.ended();
  });

  visit('are not kept by a workbench without a storage key', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.lab((lab) => {
      lab.storageKey = '';
    });
    await start(visitor);
    await visitor.until((lab) => lab.rows.every(({ run }) => Number(run.tick?.epoch) > 1));
    assert.deepEqual(await keptFiles(visitor.page), []);
    await visitor.ended();
  });

  for (const [
    width,
    locale,
    colorScheme,
    said,
  ] of /** @type {[number, string, string, RegExp][]} */ ([
    [1280, 'ko-KR', 'light', /월.*에 여기서 학습이 중단되었습니다.*plain8 에폭 [\d.]+\/30/s],
    [390, 'en-US', 'dark', /interrupted here/],
    [360, 'ko-KR', 'dark', /이어서 학습/],
  ])) {
    const options = { width, locale, colorScheme };
    visit(`fit in ${width} px, ${locale}, ${colorScheme}`, options, async (visitor) => {
      await visitor.open(TWO);
      await visitor.shown.locator('.actions .primary').click();
      await crashOnTheWay(visitor);
      await visitor.checkWidth();
      assert.match(await textOf(visitor.page.locator('.interrupted')), said);
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot(`interrupted-${width}-${locale.slice(0, 2)}`, false);
    });
  }

  visit('go on after a worker was lost, without a new visit', {}, async (visitor) => {
    await visitor.context.addInitScript(() => {
      const { Worker } = globalThis;
      /** @type {Worker[]} */
      const workers = [];
      globalThis.Worker = class extends Worker {
        constructor(/** @type {[any, any]} */ ...args) {
          super(...args);
          workers.push(this);
        }
      };
      window.loseWorkers = () => {
        for (const worker of workers)
          worker.dispatchEvent(new ErrorEvent('error', { message: 'lost' }));
      };
    });
    await visitor.open(TWO);
    await start(visitor);
    await trainedOn(visitor);
    await visitor.page.evaluate(() => window.loseWorkers());
    await visitor.until((lab) => lab.state === 'idle');
    await offers(visitor, 1);
    assert.deepEqual(await visitor.states(), ['failed', 'failed']);
  });
});
