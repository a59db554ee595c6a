#!/bin/sh
# Makes models/default from nothing: samples, both networks, calibration, export. Run from anywhere; what is
# already there (samples, checkpoints) is kept, so a stopped run goes on.
set -eu
cd "$(dirname "$0")/.."
run=${RUN:-training/runs/default}
python=${PYTHON:-.venv/bin/python}
mkdir -p "$run"

samples() { # name, arguments of cli dataset
  [ -e "$run/$1/complete" ] && return
  name=$1
  shift
  npm run -s cli -- dataset --out "$run/$name" "$@"
  touch "$run/$name/complete"
}
samples train --studies "${STUDIES:-900}" --seed 100000 --family train --prevalence balanced --contrast mixed
samples held-out --studies "${HELD_OUT:-60}" --seed 900000 --family held-out --prevalence balanced --contrast mixed
samples calibration --studies "${CALIBRATION:-200}" --seed 800000 --family held-out --prevalence clinical --contrast physical

for network in localiser classifier; do
  "$python" training/train.py "$network" --data "$run/train" --held-out "$run/held-out" --run "$run" \
    --epochs "${EPOCHS:-12}" --seed 1
done
"$python" training/export_pack.py --run "$run" --calibration "$run/calibration" --out "${PACK:-models/default}"
