/** Storage for runs: not there, denied, full for a moment, cleared, or with something unreadable in it. */
import assert from 'node:assert/strict';
import {
  crash,
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
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** In the page: the private file system fails with an error of this name. @param {string | undefined} name */
function failWith(name) {
  if (!isSecureContext) return; // The blank page before ours.
  navigator.storage.getDirectory = () => Promise.reject(new DOMException('no', name));
}

/** In the page: as long as `writesFail` says so of a file's name, there is no room for it. */
function failWrites() {
  if (!isSecureContext) return; // The blank page before ours.
  const { createWritable } = FileSystemFileHandle.prototype;
  window.writesFail = () => false;
  FileSystemFileHandle.prototype.createWritable = async function (...args) {
    if (window.writesFail(this.name)) throw new DOMException('full', 'QuotaExceededError');
    return createWritable.apply(this, args);
  };
}

/** @param {{ page: import('playwright-core').Page }} parts */
const note = ({ page }) => page.locator('.runs .note');

/** Sets what the browser has room for, in bytes; without a number, what it had.
 * @param {Visitor} visitor @param {number} [quotaSize] */
async function limitStorage({ context, page, url }, quotaSize) {
  const session = await context.newCDPSession(page);
  const { origin } = new URL(url);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

/** Waits until two epochs more have been trained. @param {Visitor} visitor */
async function goesOn(visitor) {
  const before = await visitor.lab((lab) => lab.rows.map(({ run }) => run.tick?.step ?? 0));
  await visitor.until(
    (lab, from) => lab.rows.some(({ run }, i) => Number(run.tick?.step) > from[i] + 80),
    before,
  );
}

/** Crashes the page and comes back, to find both runs. @param {Visitor} visitor */
async function comesBack(visitor) {
  await crash(visitor);
  await visitor.open();
  await offers(visitor, 1);
  return visitor.lab((lab) =>
    lab.recovery.interrupted[0].runs.map(
      (one) => one && { ended: one.ended, step: one.run.tick?.step },
    ),
  );
}

describeVisits('storage for runs', (visit) => {
  for (const [name, problem, said] of /** @type {[string, string, RegExp][]} */ ([
    ['SecurityError', 'denied', /does not let the page keep runs/],
    ['QuotaExceededError', 'full', /not enough storage left/],
  ])) {
    visit(`that is ${problem} is said so, and training goes on`, {}, async (visitor) => {
      await visitor.context.addInitScript(failWith, name);
      await visitor.open(twoFor(900));
      await start(visitor);
      await note(visitor).waitFor();
      assert.match(await textOf(note(visitor)), said);
      await visitor.shoot(`storage-${problem}`, false);
      const before = await visitor.lab((lab) => lab.rows[0].run.tick?.step ?? 0);
      await visitor.until((lab, step) => Number(lab.rows[0].run.tick?.step) > step + 80, before);
      await visitor.button('Stop').click();
      await visitor.ended();
      assert.deepEqual(await visitor.states(), ['stopped', 'stopped']);
    });
  }

  visit('that is not there is said so, in Korean too', { locale: 'ko-KR' }, async (visitor) => {
    await visitor.context.addInitScript(() => {
      if (!isSecureContext) return;
      Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined });
    });
    await visitor.open(TWO);
    await visitor.shown.locator('.actions .primary').click();
    const note = visitor.page.locator('.runs .note');
    await note.waitFor();
    assert.match(await textOf(note), /보관할 곳이 없어/);
    await visitor.ended();
    assert.deepEqual(await ends(visitor), await uninterrupted());
  });

  visit('that runs full leaves the checkpoints before', {}, async (visitor) => {
    await visitor.open(twoFor(900));
    await start(visitor);
    await trainedOn(visitor);
    await limitStorage(visitor, 1000);
    await note(visitor).waitFor();
    assert.match(await textOf(note(visitor)), /not enough storage left/);
    await limitStorage(visitor);
    await note(visitor).waitFor({ state: 'detached' });
    await limitStorage(visitor, 1000);
    await note(visitor).waitFor();
    const begun = await comesBack(visitor);
    assert.ok(
      begun.every((one) => Number(one?.step) >= 40),
      JSON.stringify(begun),
    );
  });

  visit('that is full at the start keeps all once there is room', {}, async (visitor) => {
    await visitor.open(twoFor(900));
    await limitStorage(visitor, 1);
    await start(visitor);
    await note(visitor).waitFor();
    await goesOn(visitor);
    assert.deepEqual(await keptFiles(visitor.page), []);
    await limitStorage(visitor);
    await note(visitor).waitFor({ state: 'detached' });
    const begun = await comesBack(visitor);
    assert.ok(
      begun.every((one) => Number(one?.step) >= 40),
      JSON.stringify(begun),
    );
  });

  visit('that fails one file says so until that file is whole', {}, async (visitor) => {
    await visitor.context.addInitScript(failWrites);
    const page = await visitor.open(twoFor(900));
    await page.evaluate(() => {
      window.writesFail = (name) => name === 'experiment.json';
    });
    await start(visitor);
    await trainedOn(visitor);
    assert.match(await textOf(note(visitor)), /not enough storage left/);
    await page.evaluate(() => {
      window.writesFail = () => false;
    });
    await note(visitor).waitFor({ state: 'detached' });
    const begun = await comesBack(visitor);
    assert.ok(
      begun.every((one) => Number(one?.step) >= 40),
      JSON.stringify(begun),
    );
  });

  visit('that was full when a run ended keeps it when it is not', {}, async (visitor) => {
    await visitor.context.addInitScript(failWrites);
    const page = await visitor.open(`${SMALL}&run=plain8_epochs-2&run=resnet8_seed-5_epochs-900`);
    // From the start, since the run may end before the page hears of it.
    await page.evaluate(() => {
      window.writesFail = (name) => name === '0.run';
    });
    await start(visitor);
    await visitor.until((lab) => lab.rows[0].run.state === 'finished');
    await goesOn(visitor);
    await note(visitor).waitFor();
    await page.evaluate(() => {
      window.writesFail = () => false;
    });
    await note(visitor).waitFor({ state: 'detached' });
    const [first, second] = await comesBack(visitor);
    assert.deepEqual([first, second?.ended], [{ ended: true, step: 80 }, false]);
  });

  visit('that is cleared in training begins again with everything', {}, async (visitor) => {
    const page = await visitor.open(`${SMALL}&run=plain8_epochs-1&run=resnet8_seed-5_epochs-900`);
    await start(visitor);
    await visitor.until((lab) => lab.rows[0].run.state === 'finished');
    await trainedOn(visitor);
    const session = await visitor.context.newCDPSession(page);
    const { origin } = new URL(visitor.url);
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await goesOn(visitor);
    await trainedOn(visitor);
    const [first, second] = await comesBack(visitor);
    assert.deepEqual([first, second?.ended], [{ ended: true, step: 40 }, false]);
  });

  visit('shows runs that cannot be read, and removes them', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      let folder = root;
      for (const name of ['residua', 'runs', 'broken']) {
        folder = await folder.getDirectoryHandle(name, { create: true });
      }
      for (const name of ['experiment.json', '0.run']) {
        const file = await folder.getFileHandle(name, { create: true });
        const writable = await file.createWritable();
        await writable.write('{');
        await writable.close();
      }
    });
    await visitor.open(TWO);
    const told = visitor.page.locator('.interrupted');
    await told.waitFor();
    assert.match(await textOf(told), /kept in this browser on .* cannot be read/);
    assert.equal(await visitor.button('Resume').count(), 0);
    assert.deepEqual(await visitor.violations(), []);
    await visitor.button('Remove').click();
    await told.waitFor({ state: 'detached' });
    assert.deepEqual(await keptFiles(visitor.page), []);
  });
});
