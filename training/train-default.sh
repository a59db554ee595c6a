#!/bin/sh
# Makes models/default from nothing: samples, both networks, calibration, export. Run from anywhere; what is
# already there (samples, checkpoints) is kept, so a stopped run goes on.
#
# Seeds: weights 100000–100999 (family train), choice of the epoch 900000–900079 and calibration 800000–800199
# (family validation). No protocol of the family held-out, which `cli evaluate` measures on, is ever looked at.
set -eu
cd "$(dirname "$0")/.."
run=${RUN:-training/runs/default}
python=${PYTHON:-.venv/bin/python}
template=training/packs/default.json
mkdir -p "$run"

samples() { # name, arguments of cli dataset
  [ -e "$run/$1/complete" ] && return
  name=$1
  shift
  npm run -s cli -- dataset --pack "$template" --out "$run/$name" "$@"
  touch "$run/$name/complete"
}
samples train --studies "${STUDIES:-1000}" --seed 100000 --family train --prevalence balanced --contrast mixed
samples validation --studies "${VALIDATION:-80}" --seed 900000 --family validation --prevalence balanced --contrast mixed
samples calibration --studies "${CALIBRATION:-200}" --seed 800000 --family validation --prevalence clinical \
  --contrast physical

for network in localiser multi-view; do
  "$python" training/train.py "$network" --data "$run/train" --validation "$run/validation" --run "$run" \
    --epochs "${EPOCHS:-14}" --seed 1
done
"$python" training/export_pack.py --template "$template" --run "$run" --classifiers multi-view \
  --calibration "$run/calibration" --out "${PACK:-models/default}"
