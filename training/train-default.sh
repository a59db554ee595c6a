#!/bin/sh
# Makes models/default from nothing: samples, networks, calibration, export. Run from anywhere; what is already there
# (samples, checkpoints) is kept, so a stopped run goes on.
#
#   FORAMINA=DIR AXIAL=DIR sh training/train-default.sh
#
# FORAMINA and AXIAL name folders of labelled slices (docs/data.md). Of their studies parts 0 to 5 fit the weights, 6
# chooses the epoch, 7 calibrates; 8 and 9 are never looked at: `cli evaluate` measures on them. PHANTOM names a pack whose
# localiser and sagittal classifier, trained on phantoms alone, are taken over; without it they are trained here, by
# train-phantom.sh.
# Seeds of the phantoms beside the slices: 100000–100239 and 200000–200099 (family train).
set -eu
cd "$(dirname "$0")/.."
: "${FORAMINA:?names the folder of labelled foramina}" "${AXIAL:?names the folder of labelled axial crops}"
run=${RUN:-training/runs/default}
python=${PYTHON:-.venv/bin/python}
template=training/packs/default.json
pack=${PACK:-models/default}
phantom=${PHANTOM:-training/runs/phantom-pack}
mkdir -p "$run"
[ -e "$phantom/manifest.json" ] || PACK="$phantom" sh training/train-phantom.sh

samples() { # name, arguments of cli dataset
  [ -e "$run/$1/complete" ] && return
  name=$1
  shift
  npm run -s cli -- dataset --pack "$template" --out "$run/$name" "$@"
  touch "$run/$name/complete"
}
slices() { # name, folds
  samples "foramina-$1" --slices "$FORAMINA" --folds "$2" --classifier 1
  samples "axial-$1" --slices "$AXIAL" --folds "$2" --classifier 2 --without-finder
}
slices train 0,1,2,3,4,5
slices validation 6
slices calibration 7
phantoms() { # name, studies, seed, further arguments
  name=$1 studies=$2 seed=$3
  shift 3
  samples "$name" --studies "$studies" --seed "$seed" --family train --prevalence balanced --contrast mixed \
    --without-localiser "$@"
}
phantoms phantoms "${STUDIES:-240}" 100000 --classifier 1 --classifier 2 --without-finder
phantoms finder-phantoms "${FINDER_STUDIES:-100}" 200000 --classifier 1

fit() { # network, name, kind of slices, data set of phantoms, its own arguments of train.py
  network=$1 name=$2 of=$3 beside=$4
  shift 4
  "$python" training/train.py "$network" --pack "$template" --name "$name" --data "$run/$of-train" "$run/$beside" \
    --validation "$run/$of-validation" --run "$run" --seed 1 "$@"
}
fit foramen-finder foramen-finder foramina finder-phantoms --width 0.5 --epochs "${FINDER_EPOCHS:-10}"
fit multi-view foramina foramina phantoms --classifier 1 --width 0.75 --epochs "${EPOCHS:-14}" --class-weights competition
fit multi-view axial axial phantoms --classifier 2 --width 0.75 --epochs "${EPOCHS:-14}" --class-weights competition
"$python" training/export_pack.py --template "$template" --run "$run" --localiser "$phantom" \
  --classifiers "$phantom:0" foramina axial --calibration "$run/foramina-calibration" "$run/axial-calibration" --out "$pack"
