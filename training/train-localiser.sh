#!/bin/sh
# Teaches a pack's localiser masked slices and contrasts beyond those of T2, beside phantoms, and puts it into a copy of the
# pack. Goes on where it was stopped. MASKS: a folder as docs/data.md describes; parts 0 to 6 fit the weights, 7 chooses the epoch.
# INIT: the pack whose localiser it starts from, or empty to start from nothing. With an empty PACK there is the checkpoint
# alone, in WORK/run. Everything below nice 5, training on one thread.
set -eu
cd "$(dirname "$0")/.."
: "${MASKS:?folder of masked slices, see docs/data.md}"
WORK=${WORK:-training/runs/localiser} PACK=${PACK-models/default} OUT=${OUT:-$WORK/pack} PYTHON=${PYTHON:-.venv/bin/python}
INIT=${INIT-models/phantom} PHANTOMS=${PHANTOMS:-220} WORKERS=${WORKERS:-1} EPOCHS=${EPOCHS:-16}

# A data set that is whole has as many descriptions as workers.
dataset() {
  out=$1
  shift
  [ "$(find "$out" -name dataset.json 2>/dev/null | wc -l)" -eq "$WORKERS" ] && return
  nice -n 5 npm run -s cli -- dataset --out "$out" --workers "$WORKERS" "$@"
}
dataset "$WORK/masks-train" --masks "$MASKS" --folds 0,1,2,3,4,5,6
dataset "$WORK/masks-validation" --masks "$MASKS" --folds 7
phantoms() { # name, arguments of cli dataset
  name=$1
  shift
  dataset "$WORK/phantoms-$name" "$@" --prevalence balanced --contrast mixed --without-classifiers --without-finder
}
phantoms train --studies "$PHANTOMS" --seed 300000 --family train
phantoms validation --studies 40 --seed 900000 --family validation

nice -n 5 "$PYTHON" training/train.py localiser --threads 1 --epochs "$EPOCHS" --patience 99 --rate 1e-3 --mean 0.99 ${INIT:+--init "$INIT"} \
  --data "$WORK/masks-train" "$WORK/phantoms-train" --validation "$WORK/masks-validation" "$WORK/phantoms-validation" --run "$WORK/run"
# Between the weights it began with, which know more contrasts, and those it came to.
chosen=$WORK/run/localiser.pt
if [ -n "$INIT" ]; then
  chosen=$WORK/run/localiser-mean.pt
  nice -n 5 "$PYTHON" training/mean_weights.py --checkpoint "$WORK/run/localiser.pt" --out "$chosen" \
    --validation "$WORK/masks-validation" "$WORK/phantoms-validation"
fi
[ -z "$PACK" ] || nice -n 5 "$PYTHON" training/replace_localiser.py --pack "$PACK" --checkpoint "$chosen" --out "$OUT"
