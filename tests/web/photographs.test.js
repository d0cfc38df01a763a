/** The first chapter on the real archive, dropped on its page: the runs are those that the library
 * makes of the same photographs, to the last bit. */
import assert from 'node:assert/strict';
import { createEngine, openDataset } from 'residua';
import { recipeOf, resolveConfig, specOf } from '../../web/lab/experiment.js';
import { describeVisits, textOf } from './visit.js';

const { CIFAR10 = '' } = process.env;
const SMALL = 'epochs=2&images=500&testImages=200&tier=simd128';

/** The digest of a network's losses, trained here.
 * @param {import('residua').Engine} engine @param {import('residua/element').Experiment} experiment
 * @param {import('residua/element').RunConfig} run @param {import('residua').Dataset} dataset */
async function digestOf(engine, experiment, run, dataset) {
  const net = await engine.createNet(specOf(run, dataset.classes.length));
  const recipe = recipeOf(resolveConfig(experiment, run));
  let last;
  for await (const tick of net.train(dataset, recipe)) last = tick;
  net.dispose();
  return last?.trajectory;
}

describeVisits('the chapter of depth on photographs', (visit) => {
  const skip = CIFAR10 ? false : '*** set CIFAR10 to the path of the official archive ***';
  visit('trains its four networks on what is dropped', { skip }, async (visitor) => {
    const page = await visitor.open(SMALL);
    await visitor.drop(CIFAR10);
    await visitor.until((lab) => lab.source !== null);
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    await visitor.button('Train four networks here').click();
    await visitor.ended();
    assert.deepEqual(await visitor.states(), Array(4).fill('finished'));
    assert.match(
      await textOf(page.locator('figcaption')),
      /on 500 CIFAR-10 images, and test error .bold. on 200 other ones/,
    );
    assert.doesNotMatch(await textOf(page.locator('residua-lab .right')), /synthetic/);
    assert.match(await textOf(page.locator('.callout')), /plain56.* ended at/);
    assert.match(page.url(), /data=cifar10&.*run=plain20_ended-simd128/);

    const { experiment, digests } = await visitor.lab((lab) => {
      return {
        experiment: lab.experiment,
        digests: lab.rows.map(({ run }) => run.tick?.trajectory),
      };
    });
    const { images, testImages, runs } = experiment;
    const dataset = (await openDataset(CIFAR10, {})).take({ images, testImages });
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    for (const [i, run] of runs.entries()) {
      assert.equal(await digestOf(engine, experiment, run, dataset), digests[i], run.family);
    }
    engine.dispose();
    await visitor.shoot('photographs');
  });
});
