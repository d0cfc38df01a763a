/** The figure of layer statistics in training: root mean squares of each layer's activation and of its
 * weights' gradient, on log scales. The latest step is solid, the first is dotted. */
import { number } from '../../ui/format.js';
import { MOST_LABELS } from './labels.js';
import { dotsOf, drawParts, mostDots } from './parts.js';

/** @typedef {import('../../lib/index.js').StepLayerStats} StepLayerStats */

/** One run in the figure.
 * @typedef {import('./emphasis.js').Pointable & import('./emphasis.js').Emphasis & { name: string,
 *   color: string, first: StepLayerStats, latest: StepLayerStats }} Flow */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {number} layers of the deepest network, at least
 * @property {number[]} marked numbers of layers that a line marks
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

/** Signals beyond these are as good as gone, or beyond all bounds. */
const LIMITS = [1e-12, 1e9];
const PARTS = /** @type {const} */ (['activation', 'gradient']);
const STATS = /** @type {const} */ ({ activation: 'activationRms', gradient: 'gradientRms' });

/** @param {Flow[]} flows @param {Look} look @returns {import('./figures.js').Figure} */
export function drawLayers(flows, look) {
  const { layers, t } = look;
  const deepest = flows.map(({ latest }) => latest.activationRms.length);
  const parts = PARTS.map((part, i) => partOf(flows, part, i, look));
  const { chart, scales, top, bottom } = drawParts(parts, {
    ...look,
    layers: Math.max(layers, ...deepest),
    name: t('layer'),
    label: t('layersLabel'),
    description: describe(flows, t),
  });
  return { chart, tracks: tracksOf(flows, scales, parts, look), top, bottom };
}

/** @param {Flow[]} flows @param {(typeof PARTS)[number]} part @param {number} index @param {Look} look
 * @returns {import('./parts.js').Part} */
function partOf(flows, part, index, { width, t }) {
  const stats = STATS[part];
  const all = flows.flatMap(({ first, latest }) => [...first[stats], ...latest[stats]]);
  const domain = decades(all.filter((value) => value >= LIMITS[0] && value <= LIMITS[1]));
  const isLabelled = index === 0 || 2 * flows.length <= MOST_LABELS;
  const lines = flows.flatMap(({ name, color, opacity, lit, first, latest }) => {
    const line = { name, color, opacity, recorded: false };
    const dots = (/** @type {number[]} */ values) => dotsOf(values, mostDots(width), domain);
    return [
      { ...line, dots: dots(first[stats]), width: 1, dotted: true, labelled: false },
      { ...line, dots: dots(latest[stats]), width: lit ? 2.75 : 2, labelled: isLabelled },
    ];
  });
  const axis = {
    type: /** @type {const} */ ('log'),
    domain,
    ticks: powersIn(domain),
    format: power,
  };
  return { title: t(`layers_${part}`), axis, lines };
}

/** Whole powers of ten around all values, two at least. @param {number[]} values */
function decades(values) {
  if (values.length === 0) return [1e-3, 10];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const more = Math.max(0, 2 - (high - low));
  return [10 ** (low - Math.floor(more / 2)), 10 ** (high + Math.ceil(more / 2))];
}

/** @param {number[]} domain */
function powersIn(domain) {
  const [low, high] = domain.map((value) => Math.round(Math.log10(value)));
  const every = Math.max(1, Math.ceil((high - low) / 5));
  return Array.from(
    { length: Math.floor((high - low) / every) + 1 },
    (_, i) => 10 ** (low + i * every),
  );
}

/** What the cursor reads. @param {Flow[]} flows
 * @param {ReturnType<typeof drawParts>['scales']} scales @param {import('./parts.js').Part[]} parts
 * @param {Look} look @returns {import('./cursor.js').Track[]} */
function tracksOf(flows, scales, parts, { t, lang }) {
  return flows.map(({ name, color, latest }) => ({
    ...{
      name,
      key: name,
      color,
      toX: scales[0].toX,
      positions: latest.activationRms.map((_, i) => i + 1),
    },
    read: (layer) => {
      const values = PARTS.map((part, i) => {
        const value = latest[STATS[part]][layer - 1];
        const [low, high] = parts[i].axis.domain;
        const y = scales[i].toY(Math.min(high, Math.max(low, value)));
        const x = scales[i].toX(layer);
        return { label: t(`${part}Short`), text: scientific(value, lang), x, y };
      });
      return { where: t('atLayer', { layer, step: number(lang, latest.step) }), values };
    },
  }));
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** 1e-6 as 10⁻⁶. @param {number} value */
function power(value) {
  const exponent = Math.round(Math.log10(value));
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** 0.0012 as 1.2·10⁻³, but 0.8 as it is. @param {number} value @param {string} lang */
export function scientific(value, lang) {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(value));
  if (exponent >= -2 && exponent < 3) return number(lang, value, Math.max(0, 2 - exponent));
  return `${number(lang, value / 10 ** exponent, 1)}·${power(10 ** exponent)}`;
}

/** @param {Flow[]} flows @param {import('../../ui/messages.js').Translate} t */
function describe(flows, t) {
  const told = flows.map(({ name, latest: { activationRms, gradientRms } }) => {
    const said = (/** @type {number | undefined} */ value) => value?.toExponential(1) ?? '–';
    return t('layersSeries', {
      name,
      firstActivation: said(activationRms[0]),
      lastActivation: said(activationRms.at(-1)),
      firstGradient: said(gradientRms[0]),
      lastGradient: said(gradientRms.at(-1)),
    });
  });
  return told.join(' ');
}
