#!/bin/sh
# Makes a pack from phantoms alone, without images of patients: samples, both networks, calibration, export. Run from
# anywhere; what is already there (samples, checkpoints) is kept, so a stopped run goes on.
#
# Seeds: weights 100000–100799 (family train), choice of the epoch 900000–900059 and calibration 800000–800159
# (family validation). No protocol of the family held-out, which `cli evaluate` measures on, is ever looked at.
set -eu
cd "$(dirname "$0")/.."
run=${RUN:-training/runs/phantom}
python=${PYTHON:-.venv/bin/python}
template=training/packs/phantom.json
mkdir -p "$run"

samples() { # name, arguments of cli dataset
  [ -e "$run/$1/complete" ] && return
  name=$1
  shift
  npm run -s cli -- dataset --pack "$template" --out "$run/$name" "$@"
  touch "$run/$name/complete"
}
samples train --studies "${STUDIES:-800}" --seed 100000 --family train --prevalence balanced --contrast mixed
samples validation --studies "${VALIDATION:-60}" --seed 900000 --family validation --prevalence balanced --contrast mixed
samples calibration --studies "${CALIBRATION:-160}" --seed 800000 --family validation --prevalence clinical \
  --contrast physical

fit() { # network, its own arguments of train.py
  "$python" training/train.py "$@" --data "$run/train" --validation "$run/validation" --run "$run" --seed 1
}
# Not to stop within the second cycle, whose high rate loses at first what the first one had found.
fit localiser --epochs 12 --cycles 2 --patience 12
fit multi-view --epochs 12 --cycles 2
"$python" training/export_pack.py --template "$template" --run "$run" --classifiers multi-view \
  --calibration "$run/calibration" --out "${PACK:-models/phantom}"
