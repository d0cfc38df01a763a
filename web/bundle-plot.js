/** Bundles Observable Plot without maps and named colour schemes: no chart here uses either, and they
 * would be a tenth of the page. A chart that asks for a scheme fails with an error that says so. */

/** @typedef {Record<string, string>} Modules source by path in Plot's src/ */

/** What the other modules of Plot import of the two, as it is where there is no projection and where
 * colours are given one by one. @type {Modules} */
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
};

/** @type {import('esbuild').Plugin} */
export const smallPlot = {
  name: 'small-plot',
  setup(build) {
    const filter = /@observablehq.plot.src.(projection|scales.schemes)\.js$/;
    build.onLoad({ filter }, ({ path }) => {
      const [, part] = /src\/([^@]*)\.js$/.exec(path.replaceAll('\\', '/')) ?? [];
      return { contents: PARTS[part] };
    });
  },
};
