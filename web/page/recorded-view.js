/** The table of recorded test errors beside the paper's, and what differs between the two. */
import { html, nothing } from 'lit';
import { stepsOf } from '../lab/experiment.js';
import { labMessages } from '../lab/messages/index.js';
import { paperError, recordedName } from '../lab/runs/reference.js';
import { number, signed } from '../ui/format.js';
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
  const error = (/** @type {number | null | undefined} */ value) =>
    value == null ? '–' : number(lang, 100 * value, 2);
  return html`<table class="options recorded">
      <caption>
        ${t('recorded_caption', { data: runs[0].data.name })}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t('recorded_network')}</th>
          ${['epochs', 'train', 'test', 'paper', 'difference'].map(
            (column) => html`<th scope="col" class="number">${t(`recorded_${column}`)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${shown.map((run) => {
          const { trainError, testError } = run.ticks[run.ticks.length - 1];
          const paper = paperError(run.spec);
          const isBoth = typeof testError === 'number' && paper !== undefined;
          return html`<tr>
            <th scope="row">${recordedName(run, [run], inLab)}</th>
            <td class="number">${number(lang, run.recipe.epochs)}</td>
            <td class="number">${error(trainError)}</td>
            <td class="number">${error(testError)}</td>
            <td class="number">${error(paper)}</td>
            <td class="number">${isBoth ? signed(lang, 100 * (testError - paper), 2) : '–'}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    ${differences(shown, t, lang).map((text) => html`<p class="aside">${text}</p>`)}`;
}

/** What is not as in the paper: of the shortest runs, which share a recipe, of the longer ones with the paper's
 * schedule, and then of each that has a recipe of its own. @param {RunRecord[]} runs the shortest first
 * @param {import('../ui/messages.js').Translate} t @param {string} lang */
function differences(runs, t, lang) {
  const [{ recipe: shared }] = runs;
  const length = (/** @type {RunRecord} */ { recipe, data }) => ({
    epochs: number(lang, recipe.epochs),
    steps: number(lang, stepsOf({ ...recipe, images: data.images })),
  });
  const inLab = translator(labMessages, lang);
  const nameOf = (/** @type {RunRecord} */ run) => recordedName(run, [run], inLab);
  const longer = runs.filter(({ recipe }) => recipe.epochs > shared.epochs);
  const asPaper = longer.filter(({ recipe }) => recipe.schedule === 'paper');
  const lengths = [...new Set(asPaper.map(({ recipe }) => recipe.epochs))];
  const schedule = shared.schedule in SCHEDULES ? [t(SCHEDULES[shared.schedule])] : [];
  return [
    [t('recorded_differs', length(runs[0])), ...schedule, t('recorded_rest')].join(' '),
    ...lengths.map((epochs) => {
      const alike = asPaper.filter(({ recipe }) => recipe.epochs === epochs);
      return t('recorded_longer', {
        names: new Intl.ListFormat(lang).format(alike.map(nameOf)),
        ...length(alike[0]),
      });
    }),
    ...longer
      .filter((run) => !asPaper.includes(run))
      .map((run) => {
        const settings = settingsOf(run.recipe, shared, inLab).join(', ');
        return t('recorded_other', { name: nameOf(run), settings, ...length(run) });
      }),
  ];
}

/** Settings of a recipe that say something: "learning rate 0.2". What is not as in `shared`, but for the length.
 * @param {RunRecord['recipe']} recipe @param {RunRecord['recipe']} shared
 * @param {import('../ui/messages.js').Translate} inLab */
function settingsOf(recipe, shared, inLab) {
  const lengths = ['epochs', 'batchSize', 'seed'];
  return Object.entries(recipe).flatMap(([name, value]) => {
    const usual = /** @type {Record<string, unknown>} */ (shared)[name];
    if (value === usual || lengths.includes(name)) return [];
    const label = inLab(`field_${name}`);
    if (typeof value === 'boolean') return [label];
    return [`${label} ${typeof value === 'string' ? inLab(`${name}_${value}`) : value}`];
  });
}
