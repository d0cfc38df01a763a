#!/bin/sh
# All jobs on this machine by GNU parallel, one for each core: parallel.sh [flags of residua train].
# NETS and SEEDS name the jobs. --resume-failed with a log tries again what failed.
set -eu
here=$(dirname "$0")
export RESULTS="${RESULTS:-results}"
mkdir -p "$RESULTS"
# shellcheck disable=SC2086
parallel --resume-failed --joblog "$RESULTS/jobs.log" \
  "$here/job.sh" {1} {2} "$@" ::: ${NETS:-plain20 plain56 resnet20 resnet56} ::: ${SEEDS:-1 2 3}
