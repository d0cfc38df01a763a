#!/usr/bin/env sh
# esbuild bundles scripts; the modules and the script of workers, with its parts, have to lie beside the bundle.
set -eu
npx esbuild train.js --bundle --platform=node --format=esm --outdir=dist
cp node_modules/residua/dist/*.wasm node_modules/residua/dist/residua-node-worker.js \
  node_modules/residua/dist/node-*.js dist/
