/** The table of recorded test errors beside the paper's, and what differs between the two. */
import { html, nothing } from 'lit';
import { stepsOf } from '../lab/experiment.js';
import { labMessages } from '../lab/messages/index.js';
import { paperError, recordedName } from '../lab/runs/reference.js';
import { number } from '../ui/format.js';
import { translator } from '../ui/messages.js';

/** @typedef {import('../lib/index.js').RunRecord} RunRecord */

/** What a schedule is told as. @type {Record<string, string>} */
const SCHEDULES = {
  step: 'recorded_step',
  paper: 'recorded_paper_schedule',
  cosine: 'recorded_cosine',
};

/** @param {import('./view.js').View} view */
export function recordedView({ t, lang, recorded }) {
  const { runs, failed } = recorded;
  if (failed) return html`<p class="aside">${t('recorded_failed')}</p>`;
  if (runs.length === 0) return nothing;
  const shown = [...runs].sort((a, b) => a.recipe.epochs - b.recipe.epochs);
  const inLab = translator(labMessages, lang);
  const error = (/** @type {number | undefined} */ value, digits = 1) =>
    value === undefined ? '–' : number(lang, 100 * value, digits);
  return html`<table class="options recorded">
      <caption>
        ${t('recorded_caption', { data: runs[0].data.name })}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('recorded_network')}</th>
          ${['epochs', 'train', 'test', 'paper'].map(
            (column) => html`<th scope="col" class="number">${t(`recorded_${column}`)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${shown.map((run) => {
          const { trainError, testError } = run.ticks[run.ticks.length - 1];
          return html`<tr>
            <th scope="row">${recordedName(run, [run], inLab)}</th>
            <td class="number">${number(lang, run.recipe.epochs)}</td>
            <td class="number">${error(trainError, 2)}</td>
            <td class="number">${error(testError, 2)}</td>
            <td class="number">${error(paperError(run.spec), 2)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <p class="aside">${differences(shown, t, lang)}</p>`;
}

/** What is not as in the paper: of the shortest runs, which share a recipe, and then of each that has
 * another. @param {RunRecord[]} runs the shortest first
 * @param {import('../ui/messages.js').Translate} t @param {string} lang */
function differences(runs, t, lang) {
  const [{ recipe: shared }] = runs;
  const length = (/** @type {RunRecord} */ { recipe, data }) => ({
    epochs: number(lang, recipe.epochs),
    steps: number(lang, stepsOf({ ...recipe, images: data.images })),
  });
  const others = runs.filter(({ recipe }) => recipe.epochs > shared.epochs);
  return [
    t('recorded_differs', length(runs[0])),
    ...(shared.schedule in SCHEDULES ? [t(SCHEDULES[shared.schedule])] : []),
    t('recorded_rest'),
    ...others.map((run) => {
      const { schedule, lr, weightDecay } = run.recipe;
      const inLab = translator(labMessages, lang);
      const name = recordedName(run, [run], inLab);
      const told = { name, schedule: inLab(`schedule_${schedule}`), lr, decay: weightDecay };
      return t('recorded_other', { ...told, ...length(run) });
    }),
  ].join(' ');
}
