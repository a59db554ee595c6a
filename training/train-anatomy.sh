#!/bin/sh
# Trains the segmenter (segmenter.json) on masked slices and phantoms, and adds it to a pack. Goes on where it was
# stopped. MASKS: a folder as docs/data.md describes. With an empty PACK there are its networks alone, in WORK/run. Everything
# below nice 5, training on one thread.
set -eu
cd "$(dirname "$0")/.."
: "${MASKS:?folder of masked slices, see docs/data.md}"
WORK=${WORK:-training/runs/anatomy} PACK=${PACK-models/default} OUT=${OUT:-$WORK/pack} PYTHON=${PYTHON:-.venv/bin/python}
PHANTOMS=${PHANTOMS:-480} WORKERS=${WORKERS:-2} EPOCHS_SAGITTAL=${EPOCHS_SAGITTAL:-20} EPOCHS_AXIAL=${EPOCHS_AXIAL:-14}
EPOCHS_FURTHER=${EPOCHS_FURTHER:-3}
TEMPLATE=training/segmenter.json

# A data set that is whole has as many descriptions as workers.
dataset() {
  out=$1
  shift
  [ "$(find "$out" -name dataset.json 2>/dev/null | wc -l)" -eq "$WORKERS" ] && return
  nice -n 5 npm run -s cli -- dataset --out "$out" --segmenter $TEMPLATE --workers "$WORKERS" "$@"
}
dataset "$WORK/masks-train" --masks "$MASKS" --folds 0,1,2,3,4,5,6
dataset "$WORK/masks-validation" --masks "$MASKS" --folds 7
dataset "$WORK/phantoms-validation" --studies 40 --seed 800001 --family validation --prevalence clinical
dataset "$WORK/phantoms-train" --studies "$PHANTOMS" --seed 700001 --prevalence balanced

# Masked slices are few and count threefold. Twice: the rate falls to nothing, and begins again at half of what it was.
sagittal() {
  nice -n 5 "$PYTHON" training/train.py segmenter-sagittal --threads 1 --patience 99 --mean 0.995 \
    --data "$WORK/masks-train" "$WORK/masks-train" "$WORK/masks-train" "$WORK/phantoms-train" \
    --validation "$WORK/masks-validation" "$WORK/phantoms-validation" "$@"
}
sagittal --epochs "$EPOCHS_SAGITTAL" --run "$WORK/run/first"
sagittal --epochs "$EPOCHS_FURTHER" --rate 1e-3 --init "$WORK/run/first/segmenter-sagittal.pt" --run "$WORK/run"
nice -n 5 "$PYTHON" training/train.py segmenter-axial --threads 1 --epochs "$EPOCHS_AXIAL" --patience 99 --mean 0.995 \
  --data "$WORK/phantoms-train" --validation "$WORK/phantoms-validation" --run "$WORK/run"
[ -z "$PACK" ] || nice -n 5 "$PYTHON" training/add_segmenter.py --pack "$PACK" --run "$WORK/run" --out "$OUT"
