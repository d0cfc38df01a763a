/** Bundles Observable Plot without maps, named colour schemes and legends: no chart here uses one, and they
 * would be a tenth of the page. A chart that asks for one fails with an error that says so. */

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
  legends: `
    const fail = () => { throw new Error('Plot is bundled without legends.'); };
    export const legend = fail;
    export const exposeLegends = () => fail;
    export const createLegends = (scales, context, options) => {
      if (['color', 'opacity', 'symbol'].some((key) => options[key]?.legend)) fail();
      return [];
    };
  `,
};

/** What draws maps. Plot has a way to it that no chart goes. */
const GEO = `
  const fail = () => { throw new Error('Plot is bundled without maps.'); };
  export { fail as geoPath, fail as geoStream, fail as geoTransform };
  export { fail as geoCentroid, fail as geoGraticule10 };
`;

/** @type {import('esbuild').Plugin} */
export const smallPlot = {
  name: 'small-plot',
  setup(build) {
    const filter = /@observablehq.plot.src.(projection|scales.schemes|legends)\.js$/;
    build.onLoad({ filter }, ({ path }) => {
      const [, part] = /src\/([^@]*)\.js$/.exec(path.replaceAll('\\', '/')) ?? [];
      return { contents: PARTS[part] };
    });
    build.onLoad({ filter: /d3-geo.dist.*\.mjs$/ }, () => ({ contents: GEO }));
  },
};
