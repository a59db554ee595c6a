#!/bin/sh
# Every network of comparison.json, at an affordable width, on the same samples and with the localiser of
# models/default, to PACKS (training/runs/comparison/packs). About 25 minutes on two idle cores; what is already there
# is kept, so a stopped run goes on. Then `npm run -s cli -- compare` measures them.
#
# Seeds: weights 200000–200299 (family train), choice of the epoch 920000–920047 and calibration 820000–820119 (family
# validation).
set -eu
cd "$(dirname "$0")/.."
run=${RUN:-training/runs/comparison}
python=${PYTHON:-.venv/bin/python}
mkdir -p "$run"

packs=""
for template in training/packs/*.json; do packs="$packs --pack $template"; done

samples() { # name, arguments of cli dataset
  [ -e "$run/$1/complete" ] && return
  name=$1
  shift
  # shellcheck disable=SC2086 # a list of options
  npm run -s cli -- dataset $packs --without-localiser --out "$run/$name" "$@"
  touch "$run/$name/complete"
}
samples train --studies "${STUDIES:-300}" --seed 200000 --family train --prevalence balanced --contrast mixed
samples validation --studies "${VALIDATION:-48}" --seed 920000 --family validation --prevalence balanced --contrast mixed
samples calibration --studies "${CALIBRATION:-120}" --seed 820000 --family validation --prevalence clinical \
  --contrast physical
"$python" training/build_packs.py training/comparison.json --run "$run" --out "${PACKS:-$run/packs}" \
  --data "$run/train" --validation "$run/validation" --calibration "$run/calibration" --localiser "${LOCALISER:-models/default}"
