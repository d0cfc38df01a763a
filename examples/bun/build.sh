#!/usr/bin/env sh
# One program, with the module in it.
set -eu
bun build --compile train.js --outfile train
