/** A run whose numbers grow beyond all bounds says so and stops; the others do not notice. */
import assert from 'node:assert/strict';
import { describeVisits, textOf } from './visit.js';

/** The other network trains for so long that what is said of the first is still there to be read. */
const ABSURD = 'images=640&testImages=40&epochs=30&run=resnet20_norm-none_lr-10&run=plain8';

describeVisits('a run that diverges', (visit) => {
  for (const [
    locale,
    width,
    colorScheme,
    said,
    state,
  ] of /** @type {[string, number, string, RegExp, RegExp][]} */ ([
    [
      'en-US',
      1280,
      'light',
      /resnet20.* diverged: .*was stopped.*smaller learning rate/,
      /diverged/,
    ],
    ['ko-KR', 390, 'dark', /resnet20.*발산.*학습을 멈췄습니다.*학습률을 낮추/, /발산/],
  ])) {
    const options = { locale, width, colorScheme };
    visit(`stops and says so, while others go on (${locale})`, options, async (visitor) => {
      const page = await visitor.open(ABSURD);
      await visitor.shown.locator('.actions .primary').click();
      await visitor.until((lab) => lab.rows[0].run.state === 'diverged');
      const { step } = await visitor.lab((lab) => lab.rows[0].run.tick ?? { step: 0 });
      assert.ok(step < 80, `it went on to step ${step}`);
      await page.locator('.notice').waitFor();
      assert.match(await textOf(page.locator('.notice')), said);
      assert.match(await textOf(page.locator('.said')), said);
      assert.match(await textOf(page.locator('.networks-table .alarm')), state);
      await visitor.ended();
      assert.deepEqual(await visitor.states(), ['diverged', 'finished']);
      assert.equal(await visitor.lab((lab) => lab.runs.due.length), 2);
      await visitor.shown.locator('#other-seed').waitFor();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.checkWidth();
      await visitor.shoot(`diverged-${locale.slice(0, 2)}`);
    });
  }
});
