#!/usr/bin/env bash
# Makes dist/ and build/; ./build.sh --help says more. The work is done in tools/build.js, which also
# runs where there is no bash.
set -euo pipefail
exec node "$(dirname "$0")/tools/build.js" "$@"
