/** Bundles Observable Plot without maps, named colour schemes, diverging colours, legends, dates, bins, markers and tips: no chart here
 * uses one, and they would be a tenth of the page. A chart that asks for one fails with an error that says so. */

/** @typedef {Record<string, string>} Modules source by path in Plot's src/ */

/** What the other modules of Plot import of them, as it is where there is no projection, where colours are
 * given one by one, and no legend is asked for. @type {Modules} */
const PARTS = {
  projection: `
    export const createProjection = () => undefined;
    export const hasProjection = () => false;
    export const projectionAspectRatio = () => undefined;
    export const xyProjection = () => undefined;
    export const getGeometryChannels = () => [];
    export const project = () => {};
    export const applyPosition = () => { throw new Error('Plot is bundled without projections.'); };
  `,
  'scales/schemes': `
    const fail = () => { throw new Error('Plot is bundled without colour schemes; give colours.'); };
    export const isCategoricalScheme = () => false;
    export const isDivergingScheme = () => false;
    export const ordinalScheme = fail;
    export const ordinalRange = fail;
    export const maybeBooleanRange = fail;
    export const quantitativeScheme = fail;
  `,
  'scales/diverging': `
    const fail = () => { throw new Error('Plot is bundled without diverging scales.'); };
    export { fail as createScaleDiverging, fail as createScaleDivergingSqrt };
    export { fail as createScaleDivergingPow, fail as createScaleDivergingLog };
    export { fail as createScaleDivergingSymlog };
  `,
  legends: `
    const fail = () => { throw new Error('Plot is bundled without legends.'); };
    export const legend = fail;
    export const exposeLegends = () => fail;
    export const createLegends = (scales, context, options) => {
      if (['color', 'opacity', 'symbol'].some((key) => options[key]?.legend)) fail();
      return [];
    };
  `,
  'scales/temporal': `
    const fail = () => { throw new Error('Plot is bundled without scales of dates.'); };
    export { fail as createScaleTime, fail as createScaleUtc };
  `,
  time: `
    const fail = () => { throw new Error('Plot is bundled without intervals of time.'); };
    export const intervalDuration = Symbol('intervalDuration');
    export const intervalType = Symbol('intervalType');
    export { fail as parseTimeInterval, fail as timeInterval, fail as utcInterval };
    export { fail as generalizeTimeInterval, fail as inferTimeFormat };
  `,
  'marks/tip': `
    const fail = () => { throw new Error('Plot is bundled without tips.'); };
    export class Tip {}
    export { fail as tip };
  `,
  'transforms/bin': `
    const fail = () => { throw new Error('Plot is bundled without bins.'); };
    const keep = (options = {}) => (options.interval === undefined ? options : fail());
    export { keep as maybeDenseIntervalX, keep as maybeDenseIntervalY };
    export { fail as bin, fail as binX, fail as binY, fail as maybeThresholds };
  `,
  marker: `
    export const markers = (mark, options = {}) => {
      if (Object.keys(options).some((key) => key.startsWith('marker'))) {
        throw new Error('Plot is bundled without markers on lines.');
      }
    };
    export const applyMarkers = () => {};
    export const applyGroupedMarkers = () => {};
  `,
  'interactions/pointer': `
    const fail = () => { throw new Error('Plot is bundled without pointers.'); };
    export { fail as pointer, fail as pointerX, fail as pointerY, fail as anchorX, fail as anchorY };
  `,
};

/** What draws maps. Plot has a way to it that no chart goes. */
const GEO = `
  const fail = () => { throw new Error('Plot is bundled without maps.'); };
  export { fail as geoPath, fail as geoStream, fail as geoTransform };
  export { fail as geoCentroid, fail as geoGraticule10 };
`;

/** What writes dates. Its default language is made as it is loaded, so that no bundler leaves it out. */
const DATES = `
  const fail = () => { throw new Error('Plot is bundled without dates.'); };
  export { fail as timeFormat, fail as timeParse, fail as utcFormat, fail as utcParse };
  export { fail as timeFormatLocale, fail as timeFormatDefaultLocale };
  export { fail as isoFormat, fail as isoParse };
`;

/** @type {import('esbuild').Plugin} */
export const smallPlot = {
  name: 'small-plot',
  setup(build) {
    const parts = Object.keys(PARTS).map((part) => part.replaceAll('/', '.'));
    const filter = new RegExp(`@observablehq.plot.src.(${parts.join('|')})\\.js$`);
    build.onLoad({ filter }, ({ path }) => {
      const [, part] = /src\/([^@]*)\.js$/.exec(path.replaceAll('\\', '/')) ?? [];
      return { contents: PARTS[part] };
    });
    build.onLoad({ filter: /d3-geo.dist.*\.mjs$/ }, () => ({ contents: GEO }));
    build.onLoad({ filter: /d3-time-format.dist.*\.mjs$/ }, () => ({ contents: DATES }));
  },
};
