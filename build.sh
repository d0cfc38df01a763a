#!/usr/bin/env bash
# Builds the WebAssembly modules and the JavaScript bundles into dist/, native builds into build/.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'HELP'
Usage: ./build.sh [options]
  --toolchain auto|clang|npm   a system clang of version 18 or later with lld, or the compiler that
                               npm installs (@yowasp/clang); auto: clang if there is one, else npm
  --tier NAME                  scalar, simd128 or relaxed; may be repeated; default: all
  --native                     only the static library and the C tests for this machine
                               (AddressSanitizer and UndefinedBehaviorSanitizer)
  --clean                      remove dist/ and build/ first
  --help
A module whose sources, flags and compiler have not changed is not built again.
HELP
}
die() { echo "build.sh: $*" >&2; exit 2; }

toolchain=auto tiers=() native=0
while [ $# -gt 0 ]; do
  case $1 in
    --toolchain) toolchain=${2:?--toolchain needs a name}; shift ;;
    --toolchain=*) toolchain=${1#*=} ;;
    --tier) tiers+=("${2:?--tier needs a name}"); shift ;;
    --tier=*) tiers+=("${1#*=}") ;;
    --native) native=1 ;;
    --clean) rm -rf dist build ;;
    --help|-h) usage; exit 0 ;;
    *) usage >&2; die "unknown option $1" ;;
  esac
  shift
done
[ ${#tiers[@]} -gt 0 ] || tiers=(scalar simd128 relaxed)

warnings="-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wdouble-promotion -Werror"
common="-std=c11 -ffp-contract=off -fno-math-errno $warnings"
sources() { find src include -type f \( -name '*.c' -o -name '*.h' \) | sort; }

system_clang() {
  local name
  for name in clang-22 clang-21 clang-20 clang-19 clang-18 clang; do
    command -v "$name" >/dev/null && "$name" -dumpversion | awk -F. '{exit !($1 >= 18)}' &&
      command -v "wasm-ld${name#clang}" >/dev/null && { echo "$name"; return 0; }
  done
  return 1
}

if [ $native = 1 ]; then
  mkdir -p build/native
  cc=$(system_clang || command -v cc) || die "--native needs a C compiler; install clang or gcc."
  "$cc" $common -O2 -c src/residua.c -o build/native/residua.o
  ar rcs build/native/libresidua.a build/native/residua.o
  "$cc" $common -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all tests/core/main.c \
    -o build/native/tests -lpthread -lm
  echo "built build/native/libresidua.a and build/native/tests with $cc"
  exit 0
fi

if [ "$toolchain" = auto ]; then
  if system_clang >/dev/null; then toolchain=clang; else toolchain=npm; fi
fi
case $toolchain in
  clang) cc=$(system_clang) || die "no clang 18 or later with wasm-ld on PATH; use --toolchain npm." ;;
  npm) cc="npx --no-install yowasp-clang" ;;
  *) die "unknown toolchain $toolchain" ;;
esac

exports=$(grep -oE '\brsd_[a-z0-9_]+\(' include/residua.h | tr -d '(' | sort -u | sed 's/^/-Wl,--export=/' | tr '\n' ' ')
link="-nostdlib --no-wasm-opt -Wl,--no-entry -Wl,-z,stack-size=262144 -Wl,--export=__heap_base -Wl,--export=__stack_pointer $exports"

flags_of() { # tier, threads
  local flags="--target=wasm32 -O3 -ffreestanding -fvisibility=hidden -mbulk-memory $common"
  case $1 in
    scalar) ;;
    simd128) flags+=" -msimd128" ;;
    relaxed) flags+=" -msimd128 -mrelaxed-simd" ;;
    *) die "unknown tier $1; use scalar, simd128 or relaxed." ;;
  esac
  [ "$2" = 0 ] || flags+=" -matomics -Wl,--shared-memory -Wl,--import-memory -Wl,--max-memory=4294967296"
  echo "$flags"
}

build_module() { # tier, threads
  local name=residua-$1 flags key
  [ "$2" = 0 ] || name+=-threads
  flags="$(flags_of "$1" "$2") $link"
  key=$({ echo "$cc $flags"; $version; sources | xargs cat; } | sha256sum | cut -c1-16)
  local cached=build/cache/$name-$key.wasm
  if [ ! -f "$cached" ]; then
    $cc $flags src/residua.c -o "build/cache/$name.tmp.$$.wasm"
    mv "build/cache/$name.tmp.$$.wasm" "$cached"
  fi
  cp "$cached" "dist/$name.wasm"
  printf '%-32s %7d bytes, %6d gzip\n' "$name.wasm" "$(wc -c <"$cached")" "$(gzip -9c "$cached" | wc -c)"
}

mkdir -p dist build/cache
version="$cc --version"
echo "toolchain: $toolchain ($($version | head -1))"
pids=()
for tier in "${tiers[@]}"; do
  { build_module "$tier" 0; build_module "$tier" 1; } &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
node web/bundle.js
