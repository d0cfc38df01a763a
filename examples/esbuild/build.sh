#!/usr/bin/env sh
# esbuild bundles scripts; the modules and the script of workers have to lie beside the bundle.
set -eu
npx esbuild main.js --bundle --format=esm --target=es2022 --external:node:* --outdir=public
cp index.html node_modules/residua/dist/*.wasm node_modules/residua/dist/residua-worker.js public/
