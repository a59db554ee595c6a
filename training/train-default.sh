#!/bin/sh
# Makes models/default from nothing: samples, networks, calibration, export. Run from anywhere; what is already there
# (samples, checkpoints) is kept, so a stopped run goes on.
#
#   FORAMINA=DIR AXIAL=DIR MASKS=DIR GRADES=train.csv sh training/train-default.sh
#
# FORAMINA and AXIAL name folders of labelled slices, MASKS one of masked slices, GRADES the table of grades of whole studies
# (docs/data.md). The segmenter is trained by train-anatomy.sh. Of the slices'
# studies parts 0 to 6 fit the weights of the classifiers and teach joint reading, 7 chooses the epoch and calibrates; the
# finder is fitted to 0 to 5, and 6 chooses its epoch. 8 and 9 are never looked at: `cli evaluate` measures on them. The canal
# on sagittal T2 is learnt from phantoms alone. The localiser is trained by train-localiser.sh. PHANTOM names a pack whose
# localiser it goes on from, and whose classifier is taken over as the one that stands in for the others; without it they are
# trained here, by train-phantom.sh.
# Seeds of the phantoms: finder 200000–200099, foramina and axial slices 200100–200259 (family train), canal 100000–100599 (train), 900000–900059 for the choice of
# the epoch and 800000–800159 for calibration (both validation), as in train-phantom.sh.
set -eu
cd "$(dirname "$0")/.."
: "${FORAMINA:?names the folder of labelled foramina}" "${AXIAL:?names the folder of labelled axial crops}"
: "${GRADES:?names the table of grades of whole studies}" "${MASKS:?names the folder of masked slices}"
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
canal() { # name, arguments of cli dataset
  name=$1
  shift
  samples "canal-$name" --classifier 0 --without-localiser --without-finder "$@"
}
canal train --studies "${CANAL_STUDIES:-600}" --seed 100000 --family train --prevalence balanced --contrast mixed
canal validation --studies 60 --seed 900000 --family validation --prevalence balanced --contrast mixed
canal calibration --studies 160 --seed 800000 --family validation --prevalence clinical --contrast physical
phantoms() { # name, which of the template
  samples "$1-phantoms" --studies "${SLICES_STUDIES:-160}" --seed 200100 --family train --prevalence balanced --contrast mixed \
    --without-localiser --without-finder --classifier "$2"
}
phantoms foramina 1
phantoms axial 2
samples finder-phantoms --studies "${FINDER_STUDIES:-100}" --seed 200000 --family train --prevalence balanced --contrast mixed \
  --without-localiser --classifier 1

fit() { # network, its own arguments of train.py
  "$python" training/train.py "$@" --pack "$template" --run "$run" --threads 1
}
# Three of each that differ by their seed; phantoms are among what one of them learns from.
member() { # kind, which of the template, name of the network, data set beside the slices or nothing, its own arguments
  kind=$1 which=$2 name=$3 more=$4
  shift 4
  fit own-side --name "$name" --classifier "$which" --rate 2e-3 --weight-decay 0.05 --class-weights competition --mean 0.998 \
    --patience 99 "$@" --data "$run/$kind-train" "$run/$kind-validation" ${more:+"$run/$more"} --validation "$run/$kind-calibration"
}
foramina() {
  member foramina 1 "$1" "$2" --seed "$3" --epochs "${FORAMINA_EPOCHS:-14}" --shading 0.6 --moving 1.4
}
axial() {
  member axial 2 "$1" "$2" --seed "$3" --epochs "${AXIAL_EPOCHS:-28}" --shading "$4" --moving 1.5 --turning
}
# One on each of two cores.
{
  foramina foramina-2 "" 2
  foramina foramina-3 "" 3
  foramina foramina-mixed-2 foramina-phantoms 2
} &
beside=$!
fit multi-view --name canal --classifier 0 --seed 1 --epochs "${CANAL_EPOCHS:-12}" --patience 12 --data "$run/canal-train" \
  --validation "$run/canal-validation"
axial axial-2 "" 2 0.35
axial axial-3 "" 3 0.5
axial axial-mixed-3 axial-phantoms 3 0.5
fit foramen-finder --width 0.5 --seed 1 --epochs "${FINDER_EPOCHS:-10}" --data "$run/foramina-train" "$run/finder-phantoms" \
  --validation "$run/foramina-validation"
wait "$beside"
MASKS="$MASKS" WORK="$run/localiser" INIT="$phantom" PACK="" PYTHON="$python" sh training/train-localiser.sh
MASKS="$MASKS" WORK="$run/anatomy" PACK="" PYTHON="$python" sh training/train-anatomy.sh
"$python" training/export_pack.py --template "$template" --run "$run" --localiser "$run/localiser/run/localiser-mean.pt" \
  --classifiers canal foramina-2+foramina-3+foramina-mixed-2 axial-2+axial-3+axial-mixed-3 "$phantom:0" \
  --calibration "$run/canal-calibration" "$run/foramina-calibration" "$run/axial-calibration" \
  --segmenter "$run/anatomy/run" --like "$run"/foramina-train "$run"/axial-train --grades "$GRADES" --out "$pack"
