/** Links that reproduce: what they say of networks, and runs held against it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultExperiment, newRun } from '../../web/lab/experiment.js';
import { fromHash, readLink, toHash } from '../../web/lab/hash.js';
import { cleanName, curveOf, differences } from '../../web/lab/runs/link-state.js';
import { askedBy, CHAPTERS, linkTo } from '../../web/page/chapters.js';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** @type {import('../../web/lab/index.js').End} */
const ended = { tier: 'simd128', numerics: 2, trajectory: '0123456789abcdef' };

describe('what a link says of runs', () => {
  const experiment = {
    ...defaultExperiment(),
    runs: [newRun({ seed: 3 }), newRun({ depth: 8 }), newRun({ depth: 14 })],
  };

  it('come back from it', () => {
    for (const name of ['a_b-c', '100% %5F', '나의 실행 & ="?#', '𝒳'.repeat(40)]) {
      const linkState = [{ name, ended }, { hidden: true }, {}];
      const hash = toHash(experiment, linkState);
      assert.deepEqual(readLink(`#${hash}`), { experiment, linkState });
      assert.deepEqual(fromHash(hash), experiment);
    }
    const four = defaultExperiment();
    const linkState = Array(4).fill({ ended: { ...ended, tier: 'relaxed', numerics: 0 } });
    assert.deepEqual(readLink(toHash(four, linkState)), { experiment: four, linkState });
  });

  it('may hold curves, of so many epochs', () => {
    const curve = [
      { trainError: 0.9, testError: 1 },
      { trainError: 0.123, testError: 0 },
    ];
    const linkState = [{ curve }, {}, {}];
    assert.deepEqual(readLink(toHash(experiment, linkState)), { experiment, linkState });
    for (const bad of ['', '00', '0000-', 'zzzz', '0'.repeat(164), '0A00']) {
      assert.deepEqual(readLink(`run=plain8_curve-${bad}`).linkState, [{}], bad);
    }
    const epochs = Array.from({ length: 100 }, (_, i) => ({ trainError: i / 100, testError: 0.5 }));
    const points = curveOf(/** @type {any} */ ({ state: 'finished', curve: { epochs } })) ?? [];
    assert.equal(points.length, 40);
    assert.deepEqual([points[0].trainError, points[39].trainError], [0.02, 0.99]);
  });

  it('say on which images runs ended', () => {
    assert.doesNotMatch(toHash(experiment, [{ name: 'x' }]), /data=/);
    assert.match(toHash(experiment, [{ ended }]), /^data=synthetic&/);
    assert.match(toHash({ ...experiment, data: 'cifar10' }, [{ ended }]), /^data=cifar10&/);
  });

  it('are left out if they do not fit, and the network stays', () => {
    const digests = [
      ...['', 'simd128', 'simd128.2', 'simd128.2.0123456789abcde', 'simd128.2.0123456789abcdef0'],
      ...['gpu.2.0123456789abcdef', 'simd128.-2.0123456789abcdef', 'simd128.2.0123456789ABCDEF'],
      ...['simd128.2.0123456789abcdeg', '<b>', `simd128.${'9'.repeat(400)}.0123456789abcdef`],
    ];
    for (const digest of digests) {
      const { experiment: read, linkState } = readLink(`run=plain20_ended-${digest}_hidden-no`);
      assert.deepEqual(read.runs, [newRun()], digest);
      assert.equal(linkState[0].ended, undefined, digest);
      assert.ok(!linkState[0].hidden);
    }
    const [{ name }] = readLink(`run=plain20_name-${'x%0A%00'.repeat(100)}`).linkState;
    assert.ok(name && name.length <= 80 && !/\p{Cc}/u.test(name), name);
    assert.equal(cleanName(' \n '), undefined);
    const { linkState } = readLink('run=plain21_hidden-yes&run=plain8_name-eight&future=1');
    assert.deepEqual(linkState, [{ name: 'eight' }]);
    assert.deepEqual(readLink('run=plain20___proto__-x&%ZZ=%').experiment, defaultExperiment());
  });

  it('names the parts that it does not know', () => {
    const known = 'epochs=6&run=plain20_cutout-8_classWeights-1,2,3';
    assert.equal(readLink(known).unread, undefined);
    const { experiment: read, unread } = readLink(`${known}&run=plain20_warmth-3&lr=fast&warmth=1`);
    assert.deepEqual(unread, ['plain20_warmth-3', 'lr=fast', 'warmth=1']);
    assert.deepEqual([read.epochs, read.runs.length, read.lr], [6, 1, 0.5]);
  });

  it('are part of links into chapters', () => {
    for (const chapter of CHAPTERS) {
      const own = chapter.experiment?.();
      if (!own) continue;
      const linkState = own.runs.map((_, i) => (i === 1 ? { ended } : {}));
      assert.deepEqual(askedBy(linkTo(chapter, own, linkState)), { experiment: own, linkState });
    }
  });
});

describe('runs that end otherwise than in a link', () => {
  const other = (change = {}) => ({
    ...ended,
    trajectory: 'fedcba9876543210',
    ...change,
  });

  it('say why, as far as it can be known', () => {
    assert.deepEqual(differences(ended, { ...ended, tier: 'relaxed', numerics: 3 }, false), []);
    assert.deepEqual(differences(ended, other(), true), ['unknown']);
    assert.deepEqual(differences(ended, other({ tier: 'scalar' }), true), ['unknown']);
    assert.deepEqual(differences(ended, other({ tier: 'relaxed' }), true), ['tier']);
    assert.deepEqual(differences(ended, other({ numerics: 3 }), false), ['numerics', 'images']);
    /** @type {import('../../web/lab/index.js').End} */
    const relaxed = { ...ended, tier: 'relaxed' };
    assert.deepEqual(differences(relaxed, other({ tier: 'relaxed' }), true), ['relaxed']);
  });
});

const SMALL = 'epochs=1&images=128&testImages=40';
const TWO = `${SMALL}&tier=simd128&run=plain8&run=resnet8_seed-5`;

describeVisits('a link', (visit) => {
  const text = (/** @type {Visitor} */ visitor) => textOf(visitor.page.locator('.reproduction'));
  const trajectories = (/** @type {Visitor} */ visitor) =>
    visitor.lab((lab) => lab.rows.map(({ run }) => run.tick?.trajectory));

  visit('is copied after a run, and opening it reproduces the run', {}, async (visitor) => {
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await visitor.open(`chapter=shortcut&${TWO}`);
    await visitor.trainToTheEnd();
    await visitor.lab((lab) => lab.runs.rename(lab.rows[0].config, 'my_first'));
    await visitor.button('Copy a link').click();
    await visitor.button('Link copied').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, page.url());
    const digests = await trajectories(visitor);
    for (const digest of digests) assert.ok(link.includes(String(digest)));
    assert.equal(await page.locator('.reproduction').count(), 0);

    // The friend's browser has kept none of the runs.
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      await root.removeEntry('residua', { recursive: true });
    });
    const friend = await visitor.open(link.slice(link.indexOf('#') + 1));
    assert.match(await text(visitor), /Train here to compare/);
    assert.deepEqual(await visitor.lab((lab) => lab.rows.map(({ name }) => name)), [
      'my_first',
      'resnet8 seed 5',
    ]);
    assert.equal(await textOf(friend.locator('h1:visible')), 'A shortcut changes the question');
    await visitor.trainToTheEnd();
    await friend.getByText('All two runs ended as in the link').waitFor();
    assert.deepEqual(await trajectories(visitor), digests);
    for (const digest of digests) assert.ok((await text(visitor)).includes(String(digest)));
    assert.match(await textOf(friend.locator('.networks-table')), /finished, as in the link/);
    assert.equal(friend.url(), link);
    await visitor.button('Tools for my_first').click();
    assert.match(
      await textOf(friend.locator('.run-tools .digest')),
      new RegExp(`${digests[0]} \\(SIMD, numerics \\d+\\)`),
    );
    await visitor.shoot('link-same');
    await visitor.lab((lab) => lab.change({ lr: 0.1 }));
    await friend.locator('.reproduction').waitFor({ state: 'detached' });
  });

  for (const width of [360, 1280]) {
    const options = { width, height: 800, colorScheme: width === 360 ? 'dark' : 'light' };
    visit(`that promised something else is told why, ${width} px`, options, async (visitor) => {
      const relaxed = 'ended-relaxed.1.0123456789abcdef';
      const page = await visitor.open(`data=synthetic&${TWO}_${relaxed}_hidden-yes`);
      await visitor.trainToTheEnd();
      await page.getByText('Not every run ended as in the link').waitFor();
      const told = await text(visitor);
      assert.match(told, /link\s+0123456789abcdef,\s+here\s+[0-9a-f]{16}/);
      assert.match(told, /made with “relaxed SIMD”, this with “SIMD”/);
      assert.match(await textOf(page.locator('.networks-table')), /not as in the link/);
      assert.deepEqual(await visitor.lab((lab) => lab.drawn.length), 1);
      assert.match(page.url(), /hidden-yes_ended-simd128/);
      await visitor.checkWidth();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot(`link-other-${width}`);
      await visitor.lab((lab) => {
        lab.lang = 'ko';
      });
      await page.getByText('링크와 다르게 끝난 실행이 있습니다.').waitFor();
      await visitor.checkWidth();
      await visitor.shoot(`link-other-${width}-ko`);
    });
  }

  visit('with curves shows them at once to whoever opens it', {}, async (visitor) => {
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await visitor.open(TWO.replace('epochs=1', 'epochs=3'));
    await visitor.trainToTheEnd();
    const errors = () =>
      visitor.lab((lab) =>
        lab.drawn.map(({ run }) => run.curve.test.map(({ error }) => Math.round(1000 * error))),
      );
    const trained = await errors();
    await visitor.button('Copy link and curves').click();
    await page.locator('.chooser button', { hasText: 'Copy a link' }).waitFor();
    await page.locator('.chooser button:last-of-type', { hasText: 'Link copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.length < 8192);
    assert.equal(trained[0].length, 3);
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      await root.removeEntry('residua', { recursive: true });
    });
    const friend = await visitor.open(link.slice(link.indexOf('#') + 1));
    assert.deepEqual(await visitor.states(), ['ready', 'ready']);
    assert.deepEqual(await errors(), trained);
    assert.match(await textOf(friend.locator('figcaption')), /From the link.*plain8 of the link/);
    assert.match(await textOf(friend.locator('.networks-table')), /from the link, finished/);
    await visitor.shoot('link-curves');
    await visitor.button('Tools for plain8 of the link').click();
    const save = friend.locator('.run-tools').getByRole('button', { name: 'Save the run' });
    assert.equal(await save.isEnabled(), false);
    await visitor.trainToTheEnd();
    assert.deepEqual((await errors()).slice(0, 2), trained);
  });

  visit('trains with all that it says of a recipe, and names the rest', {}, async (visitor) => {
    const own = 'nesterov-true_cutout-8_augmentSeed-9_orderSeed-4';
    const weights = Array.from({ length: 10 }, (_, i) => i + 1).join();
    const link = `${SMALL}&run=plain8&run=plain8_${own}_classWeights-${weights}&run=plain8_warmth-1`;
    const page = await visitor.open(link);
    await page.getByText('This link has parts that this page does not know').waitFor();
    assert.match(await textOf(page.locator('.notice')), /leaves out:\s*plain8_warmth-1\s*$/);
    await visitor.checkWidth();
    await visitor.shoot('link-unread');
    await visitor.trainToTheEnd();
    const recipes = await visitor.lab((lab) => lab.rows.map(({ run }) => run.facts?.recipe));
    const { nesterov, cutout, augmentSeed, seed, classWeights } = recipes[1] ?? assert.fail();
    assert.deepEqual([nesterov, cutout, augmentSeed, seed], [true, 8, 9, 4]);
    assert.equal(String(classWeights), weights);
    const [one, other] = await trajectories(visitor);
    assert.notEqual(one, other);
    await visitor.lab((lab) => lab.panel.open('network'));
    await visitor.lab((lab) => lab.panel.toggleRun(1));
    const input = page.locator('input[name=classWeights]');
    assert.equal(await input.inputValue(), weights);
    await visitor.shoot('link-options');
    await input.fill('1, x');
    await page.keyboard.press('Tab');
    await page.getByText('“class weights” of plain8').first().waitFor();
    await visitor.checkWidth();
  });

  visit('is shown where it cannot be copied', {}, async (visitor) => {
    await visitor.context.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    const page = await visitor.open(TWO);
    await visitor.button('Copy a link').click();
    const address = await page.getByLabel('link to this experiment').inputValue();
    assert.equal(address, page.url());
    await visitor.lab((lab) => lab.change({ epochs: 2 }));
    await page.getByLabel('link to this experiment').waitFor({ state: 'detached' });
  });

  visit('leaves curves alone that are there already', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await page.locator('.chapters').getByRole('link', { name: 'Shortcuts' }).click();
    await page.locator('#lab-shortcut table').first().waitFor();
    await page.goBack();
    await page.locator('#lab-depth:visible').waitFor();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    assert.match(await text(visitor), /ended as in the link/);
  });
});
