import { nodeResolve } from '@rollup/plugin-node-resolve';
import { importMetaAssets } from '@web/rollup-plugin-import-meta-assets';

export default {
  input: 'main.js',
  output: { dir: 'dist', format: 'es' },
  // Copies the modules and the script of workers beside the bundle.
  plugins: [nodeResolve({ browser: true }), importMetaAssets()],
};
