/** Runs as files: whatever is written comes back, and whatever is not sound is refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRun, ticksOf, writeRun } from '../web/lib/formats/run-file.js';
import { aRun, OPTIONS } from './runs.js';

/** @typedef {import('residua').Tick} Tick */

describe('the file of a run', () => {
  it('is the same again after any round trip', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const run = aRun(seed);
      const text = writeRun(run);
      const read = readRun(text);
      assert.equal(writeRun(read), text, `seed ${seed}`);
      assert.deepEqual(readRun(writeRun(read)), read);
      const { ticks, ...head } = run;
      const { ticks: readTicks, ...readHead } = read;
      assert.deepEqual(readHead, head);
      for (const [i, tick] of ticks.entries()) {
        assert.deepEqual(Object.keys(readTicks[i]), Object.keys(tick));
        for (const [name, value] of Object.entries(tick)) {
          const there = /** @type {any} */ (readTicks[i])[name];
          if (typeof value !== 'number') assert.equal(there, value);
          else assert.ok(Math.abs(there - value) <= 1e-6 * Math.abs(value), name);
        }
      }
    }
  });

  it('keeps what a test error says exactly', () => {
    const run = aRun(7);
    for (const [i, tick] of run.ticks.entries()) {
      tick.testError = (i * 37) / 10000;
      tick.trainError = (i * 1237 + 1) / 50000;
    }
    const { ticks } = readRun(writeRun(run));
    assert.deepEqual(
      ticks.map(({ trainError, testError }) => [trainError, testError]),
      run.ticks.map((/** @type {Tick} */ { trainError, testError }) => [trainError, testError]),
    );
  });

  it('gives the ticks back as the library reports them', () => {
    const run = aRun(3);
    const perEpoch = Math.floor(run.data.images / run.recipe.batchSize);
    for (const tick of ticksOf(run)) {
      assert.equal(tick.steps, run.recipe.epochs * perEpoch);
      assert.equal(tick.epoch, tick.step / perEpoch);
    }
  });

  it('leaves out what the format does not have', () => {
    const text = writeRun(aRun(1));
    const parsed = JSON.parse(text);
    parsed.surprise = { a: 1 };
    parsed.data.surprise = 2;
    parsed.ticks[0].surprise = 3;
    const withProto = JSON.stringify(parsed).replace('{', '{"__proto__": {"name": "x"},');
    assert.equal(writeRun(readRun(withProto)), text);
  });
});

/** Expects that a run that was changed so is refused in one sentence that says where.
 * @param {(run: any) => void} change @param {RegExp} pattern */
function refuses(change, pattern) {
  const parsed = JSON.parse(writeRun(aRun(5)));
  change(parsed);
  refusesText(JSON.stringify(parsed), pattern);
}

/** @param {string} text @param {RegExp} pattern */
function refusesText(text, pattern) {
  assert.throws(
    () => readRun(text, 'mina.json'),
    (/** @type {any} */ error) => {
      assert.equal(error.code, 'BAD_FILE');
      assert.match(error.message, /^mina\.json [^;]+; [^;]+\.$/);
      assert.match(error.message, pattern);
      return true;
    },
  );
}

describe('a file that is no run', () => {
  it('is refused, whatever it is', () => {
    refusesText('', /not JSON, or it was cut off; fetch it again/);
    refusesText(writeRun(aRun(5)).slice(0, -20), /cut off/);
    for (const text of ['null', '7', '"run"', '[]', '{}', '{"format":"other"}']) {
      refusesText(text, /not a run: its "format" is not "residua-run"/);
    }
    refuses((run) => {
      run.version = 2;
    }, /is of version 2, and this Residua reads version 1; open it with a newer one/);
    for (const version of [0, 'one', undefined]) {
      refuses((run) => {
        run.version = version;
      }, /no version that Residua ever wrote/);
    }
  });

  it('is refused for each part that is missing', () => {
    const whole = JSON.parse(writeRun(aRun(5)));
    const parts = ['spec', 'recipe', 'data', 'machine'];
    for (const name of ['name', 'state', 'trajectory', 'ticks', ...parts]) {
      refuses((run) => {
        delete run[name];
      }, new RegExp(name));
    }
    for (const part of parts) {
      for (const name of Object.keys(whole[part])) {
        if (name in OPTIONS) continue;
        refuses(
          (run) => {
            delete run[part][name];
          },
          new RegExp(`: ${part}\\.${name} is missing, not `),
        );
      }
    }
    for (const name of Object.keys(whole.ticks[0])) {
      if (name.startsWith('test')) continue;
      refuses(
        (run) => {
          delete run.ticks[1][name];
        },
        new RegExp(`: ticks\\[1\\]\\.${name} is missing`),
      );
    }
  });

  it('is refused for values of the wrong kind or size', () => {
    /** @param {string} part @param {string} name @param {unknown} value */
    const set = (part, name, value) => (/** @type {any} */ run) => {
      run[part][name] = value;
    };
    refuses(set('recipe', 'lr', 'fast'), /recipe\.lr is "fast", not a number of 0 or more/);
    refuses(set('recipe', 'lr', null), /recipe\.lr is null/);
    refuses(
      set('recipe', 'momentum', 1.5),
      /recipe\.momentum is 1\.5, not a number from 0 to below 1/,
    );
    refuses(set('recipe', 'epochs', 1.5), /recipe\.epochs is 1\.5, not a whole number/);
    refuses(set('spec', 'depth', 21), /spec\.depth is 21, not 6n\+2, from 8 to 1202/);
    refuses(set('spec', 'family', 'vgg'), /spec\.family is "vgg", not one of plain, residual/);
    refuses(set('spec', 'init', 'gaussian'), /spec\.init is "gaussian"/);
    refuses(
      set('spec', 'init', 'gaussian:1e999'),
      /spec\.init is "gaussian:1e999", not he, xavier/,
    );
    refuses(set('spec', 'init', `gaussian:${'1'.repeat(1e6)}`), /spec\.init is "gaussian:1+…/);
    refuses(set('spec', 'mean', [1, 2, null]), /spec\.mean is \[1,2,null\], not three numbers/);
    refuses(set('data', 'synthetic', 'no'), /data\.synthetic is "no", not true or false/);
    refuses(set('machine', 'platform', 'x'.repeat(500)), /platform is "x+…, not a line/);
    refuses((run) => {
      run.name = 'two\nlines';
    }, /name is "two\\nlines", not a line of 1 to 80 characters/);
    refuses((run) => {
      run.name = ' ';
    }, /name is " "/);
    const deep = '['.repeat(1e5) + ']'.repeat(1e5);
    const text = writeRun(aRun(5)).replace(/"name": "[^\n]*",/, `"name": ${deep},`);
    refusesText(text, /name is nested too deeply, not a line/);
    for (const part of ['spec', 'recipe']) {
      const problem = `its ${part} has "warmth", which is not known here; open it with a newer one`;
      refuses(set(part, 'warmth', 0), new RegExp(problem));
    }
    refuses((run) => {
      run.trajectory = 'abc';
    }, /trajectory is "abc", not 16 hexadecimal digits/);
    refuses((run) => {
      run.ticks[1].trainError = 1.2;
    }, /ticks\[1\]\.trainError is 1\.2/);
    refuses((run) => {
      run.ticks = [];
    }, /ticks is not a list of 1 to 20000/);
  });

  it('is refused when its parts contradict each other', () => {
    refuses((run) => {
      run.data.images = 1;
    }, /a batch of \d+ exceeds the 1 image\b/);
    refuses((run) => {
      run.ticks.reverse();
    }, /is not after the one before/);
    refuses((run) => {
      run.ticks.at(-1).step += 1;
    }, /is at step \d+ of \d+|ends an epoch at step/);
    refuses((run) => {
      run.state = 'finished';
      run.ticks.pop();
      run.trajectory = run.ticks.at(-1).trajectory;
    }, /called finished, but ends at step \d+ of \d+/);
    refuses((run) => {
      run.trajectory = '0123456789abcdef';
    }, /trajectory is not that of the last tick/);
    refuses((run) => {
      run.ticks[0].kind = 'epoch';
      run.ticks[0].step = 1;
    }, /ends an epoch at step 1, but epochs have \d+ steps/);
  });

  it('is not written either', () => {
    const run = { ...aRun(5), name: '' };
    assert.throws(() => writeRun(run), /This is no sound run: name is "", not a line/);
  });
});
