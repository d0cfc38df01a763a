#!/bin/sh
# One job of the sweep: job.sh NET SEED [flags of residua train]. A job that was interrupted goes on from its
# checkpoint, and one that is done ends at once, so an engine may start it as often as it likes.
# RESULTS names the folder of all jobs, RESIDUA the command.
set -eu
[ $# -ge 2 ] || { echo "usage: job.sh NET SEED [flags of residua train]" >&2; exit 2; }
net=$1 seed=$2
shift 2
folder=${RESULTS:-results}
run=$folder/$net-seed$seed
mkdir -p "$folder/running"
running=$folder/running/$net-seed$seed
[ -e "$run.safetensors" ] && exit 0
if [ -e "$running.safetensors" ]; then
  ${RESIDUA:-npx residua} train --resume "$running.safetensors"
else
  # --force: a job that was killed before its first checkpoint may have left a record.
  ${RESIDUA:-npx residua} train --net "$net" --seed "$seed" --threads 1 --force \
    --out "$running.safetensors" --record "$running.json" "$@"
fi
mv "$running.json" "$run.json"
mv "$running.safetensors" "$run.safetensors"
