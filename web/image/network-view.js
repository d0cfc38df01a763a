/** The view of the choice of a network, and what is known of it. */
import { html, nothing } from 'lit';
import { NORMALISATIONS } from '../lib/spec.js';
import { WEIGHTS_ENDINGS } from '../lib/weights/files.js';
import { fileButton } from '../ui/file-button.js';
import { mebibytes, number } from '../ui/format.js';
import { setLabel } from '../ui/set-name.js';
import { ASSUMED } from './networks.js';

/** @typedef {import('./view.js').View} View */

const NETWORK_FILES = {
  ...{ id: 'choose-network', name: 'choose-network' },
  accept: WEIGHTS_ENDINGS.join(','),
};
const ORIGINS = /** @type {const} */ (['page', 'kept', 'recorded', 'file']);

/** @param {View} view */
export function networkControls(view) {
  const { element, session, t } = view;
  const { choices } = element;
  const sorted = ORIGINS.flatMap((from) => choices.filter((choice) => choice.from === from));
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.choose(sorted[target.selectedIndex]);
  const options = (/** @type {typeof ORIGINS[number]} */ from) =>
    sorted
      .filter((choice) => choice.from === from)
      .map(
        (choice) =>
          html`<option .selected=${choice === session.opened?.choice}>${choice.name}</option>`,
      );
  const groups = ORIGINS.filter((from) => sorted.some((choice) => choice.from === from));
  return html`<div class="controls">
      <label for="network">${t('network')}</label>
      ${
        groups.length > 0
          ? html`<select id="network" @change=${onChange}>
              ${groups.map(
                (from) => html`<optgroup label=${t(`from_${from}`)}>${options(from)}</optgroup>`,
              )}
            </select>`
          : html`<span class="muted">${t('noNetwork')}</span>`
      }
      ${fileButton(t('chooseNetwork'), (files) => void element.openNetworks(files), NETWORK_FILES)}
    </div>
    ${session.opened ? networkFacts(view, session.opened) : nothing}`;
}

/** @param {View} view @param {import('./networks.js').OpenNetwork} opened */
function networkFacts(
  view,
  { net, choice, trainedOn, memory, asksForKind, asksForNormalisation, kind },
) {
  const { t, lang } = view;
  const { data } = choice;
  const trained = data
    ? t('trainedOn', {
        images: number(lang, data.images),
        data: data.synthetic ? t('synthetic') : setLabel(data.name),
      })
    : trainedOn
      ? t('trainedOnSet', {
          data: trainedOn === 'synthetic' ? t('synthetic') : setLabel(trainedOn),
        })
      : t('trainedUnknown');
  const facts = t('networkFacts', {
    ...{ family: net.spec.family, depth: net.spec.depth, width: net.spec.width },
    ...{ parameters: number(lang, net.parameters), memory: mebibytes(lang, memory) },
  });
  return html`<p class="muted facts">
    ${facts} ${trained}
    ${asksForKind ? kindChoice(view, kind) : knows(kind, net.spec.classes, view)}
    ${asksForNormalisation ? normalisationChoice(view, choice.normalisation ?? ASSUMED) : nothing}
  </p>`;
}

/** @param {import('./classes.js').Kind} kind @param {number} classes @param {View} view */
function knows(kind, classes, { t, lang }) {
  if (typeof kind !== 'string') return t('knowsNamed', { names: kind.join(', ') });
  return t(`knows_${kind}`, { count: number(lang, classes) });
}

/** A file does not say how its images were normalised. @param {View} view @param {string} chosen */
function normalisationChoice({ session, t }, chosen) {
  const names = Object.keys(NORMALISATIONS);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.normalise(names[target.selectedIndex]);
  const texts = names.map((name) => {
    const { mean, std } = NORMALISATIONS[name];
    return t(`normalisation_${name}`, { numbers: `${mean[0]} / ${std[0]}` });
  });
  return html`<label class="kinds"
    >${t('normalisationQuestion')}
    <select name="normalisation" @change=${onChange}>
      ${names.map((name, i) => html`<option .selected=${name === chosen}>${texts[i]}</option>`)}
    </select>
  </label>`;
}

/** A file does not say what its ten classes are. @param {View} view
 * @param {import('./classes.js').Kind} kind */
function kindChoice({ session, t }, kind) {
  const kinds = /** @type {const} */ (['cifar10', 'shapes', 'numbers']);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.nameClasses(kinds[target.selectedIndex]);
  return html`<label class="kinds"
    >${t('kindQuestion')}
    <select name="kind" @change=${onChange}>
      ${kinds.map((one) => html`<option .selected=${one === kind}>${t(`kind_${one}`)}</option>`)}
    </select>
  </label>`;
}
