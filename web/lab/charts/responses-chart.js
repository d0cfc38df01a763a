/** Figure 7 of the paper: the standard deviation of every 3x3 layer's response, by layer and by size, and
 * the ratio |F(x)| / |x| of each block. */
import { number } from '../../ui/format.js';
import { dotsOf, drawParts, mostDots } from './parts.js';
import { meanResponse } from './responses.js';

/** One network in the figure.
 * @typedef {import('./emphasis.js').Pointable & import('./emphasis.js').Emphasis & { name: string,
 *   color: string, layers: import('../../lib/index.js').LayerStatistics[] }} Responses */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {boolean} live something is trained here
 * @property {number[]} marked numbers of layers that a line marks
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

/** @typedef {(typeof PARTS)[number]} PartName */
const PARTS = /** @type {const} */ (['order', 'sorted', 'ratio']);
/** An axis ends here, as a multiple of the value that nine of ten stay below; beyond, values are marked. */
const ROOM = 2;
/** A network whose values are more than so many times those of the middle one does not stretch the axis. */
const OUTLYING = 4;

/** @param {Responses[]} all @param {Look} look @returns {import('./figures.js').Figure} */
export function drawResponses(all, look) {
  const { t, lang } = look;
  const parts = PARTS.map((part) => partOf(all, part, look));
  const { chart, scales, top, bottom } = drawParts(parts, {
    ...look,
    layers: Math.max(20, ...all.map(({ layers }) => layers.length)),
    name: t('layer'),
    label: t('responsesLabel'),
    description: describe(all, look),
  });
  const tracks = all
    .toSorted((a, b) => Number(a.recorded) - Number(b.recorded))
    .map(({ name, color, layers, recorded }) => ({
      ...{
        name: recorded ? t('recordedName', { name }) : name,
        key: name,
        color,
        toX: scales[0].toX,
      },
      positions: layers.map((_, i) => i + 1),
      read: (/** @type {number} */ layer) => {
        const { responseStd, residualRatio } = layers[layer - 1];
        const values = [
          { label: t('responseShort'), value: responseStd, part: 0 },
          ...(residualRatio === null
            ? []
            : [{ label: '|F(x)| / |x|', value: residualRatio, part: 2 }]),
        ];
        return {
          where: t('atLayerOnly', { layer }),
          values: values.map(({ label, value, part }) => ({
            ...{ label, text: number(lang, value, 2), x: scales[part].toX(layer) },
            y: scales[part].toY(Math.min(parts[part].axis.domain[1], value)),
          })),
        };
      },
    }));
  return { chart, tracks, top, bottom };
}

/** @param {Responses['layers']} layers @param {PartName} part @returns {(number | null)[]} */
function valuesOf(layers, part) {
  if (part === 'ratio') return layers.map(({ residualRatio }) => residualRatio);
  const sizes = layers.map(({ responseStd }) => responseStd);
  return part === 'sorted' ? sizes.toSorted((a, b) => b - a) : sizes;
}

/** @param {Responses[]} all @param {PartName} part @param {Look} look
 * @returns {import('./parts.js').Part} */
function partOf(all, part, { width, live, lang, t }) {
  const values = all.map(({ layers }) => valuesOf(layers, part));
  const known = values.map((layers) => layers.filter((value) => value !== null));
  const own = known.filter((layers, i) => live && !all[i].recorded && layers.length > 0);
  const axis = axisOf(own.length > 0 ? own : known, part, lang);
  const lines = all.map(({ name, color, opacity, lit, recorded }, i) => ({
    ...{ name: recorded && live ? t('recordedName', { name }) : name, color, opacity, recorded },
    dots: dotsOf(values[i], mostDots(width), axis.domain),
    width: (recorded && live ? 1.25 : 1.75) + (lit ? 1 : 0),
    step: part === 'sorted',
    labelled: part === 'order' && (lit || !(recorded && live)),
  }));
  return { title: t(`responses_${part}`), axis, lines };
}

/** From 0 to where nearly all values of all networks are, unless those of a few networks are so much larger that
 * the others would lie on the axis. @param {number[][]} networks values of each @param {PartName} part
 * @param {string} lang @returns {import('./parts.js').Axis} */
function axisOf(networks, part, lang) {
  const usual = networks
    .filter(({ length }) => length > 0)
    .map((values) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.9)])
    .toSorted((a, b) => a - b);
  const middle = usual[Math.floor((usual.length - 1) / 2)] ?? 1;
  const room = ROOM * Math.min(usual.at(-1) ?? 1, OUTLYING * middle);
  const largest = Math.max(0, ...networks.flat());
  const most = Math.max(part === 'ratio' ? 1.1 : 0.1, Math.min(largest, room) * 1.05);
  const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((one) => most / one <= 5) ?? 100;
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const format = (/** @type {number} */ tick) => number(lang, tick, digits);
  return { type: 'linear', domain: [0, most], ticks, format, ...(part === 'ratio' && { rule: 1 }) };
}

/** @param {Responses[]} all @param {Look} look */
function describe(all, { t, lang }) {
  return all
    .map(({ name, layers, recorded }) => {
      const mean = number(lang, meanResponse(layers), 2);
      return t(recorded ? 'responsesSeriesRecorded' : 'responsesSeries', { name, mean });
    })
    .join(' ');
}
