#!/usr/bin/env sh
# The package's folder is all that may be read.
set -eu
deno run --no-prompt --allow-read=node_modules/residua train.js
