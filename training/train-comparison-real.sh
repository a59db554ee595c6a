#!/bin/sh
# Every network of comparison-real.json, at an affordable width, on labelled slices (docs/data.md), with localiser and
# finder of models/default, to PACKS (training/runs/comparison-real/packs); their figures on slices never looked at to
# RUN/<pack>.json, and all of them in one table, RUN/real.md. What is already there is kept, so a stopped run goes on.
#
#   FORAMINA=DIR AXIAL=DIR sh training/train-comparison-real.sh
#
# Of the folders' studies parts 0 to 6 fit the weights, 7 chooses the epoch and calibrates, 8 and 9 judge. Packs of such
# weights are for non-commercial research use and are not committed.
set -eu
cd "$(dirname "$0")/.."
: "${FORAMINA:?names the folder of labelled foramina}" "${AXIAL:?names the folder of labelled axial crops}"
run=${RUN:-training/runs/comparison-real}
python=${PYTHON:-.venv/bin/python}
packs=${PACKS:-$run/packs}
mkdir -p "$run"

samples() { # name, folder, templates
  name=$1 folder=$2
  shift 2
  for part in calibration:7 train:0,1,2,3,4,5,6; do
    out="$run/$name-${part%:*}"
    [ -e "$out/complete" ] && continue
    npm run -s cli -- dataset --slices "$folder" --folds "${part#*:}" --without-finder --workers "${WORKERS:-2}" \
      --out "$out" "$@"
    touch "$out/complete"
  done
}
build() { # data sets, names of packs
  data="$run/$1-train" chosen="$run/$1-calibration"
  shift
  "$python" training/build_packs.py training/comparison-real.json --only "$@" --run "$run" --out "$packs" --threads 1 \
    --data "$data" --validation "$chosen" --calibration "$chosen" --localiser models/default --finder models/default \
    --licence training/packs/real/licence.txt
}
judge() { # folder, names of packs
  slices=$1
  shift
  for name in "$@"; do
    [ -e "$run/$name.json" ] && continue
    npm run -s cli -- evaluate --slices "$slices" --folds 8,9 --seed 1 --model "$packs/$name" --json "$run/$name.part" \
      --report "$run/$name.html"
    mv "$run/$name.part" "$run/$name.json"
  done
}
axial() { # names of packs
  for name in "$@"; do
    build axial "$name"
    judge "$AXIAL" "$name"
  done
}

templates=""
for template in training/packs/real/*axial*.json training/packs/real/*recess*.json; do templates="$templates --pack $template"; done
# shellcheck disable=SC2086 # a list of options
samples axial "$AXIAL" $templates
# One on each of two cores.
axial residual-cnn-recess-three dense-cnn-recess-three resnet50-recess-three slice-cnn-axial resnet50-labels resnet18-3d-axial &
beside=$!
axial residual-cnn-recess-binary dense-cnn-recess-binary resnet50-recess-binary
samples foramina "$FORAMINA" --pack training/packs/real/slice-foramina.json
build foramina slice-cnn-foramina
judge "$FORAMINA" slice-cnn-foramina
axial mini-stack-cnn-axial efficientnet-b0-labels
wait "$beside"
npm run -s cli -- compare --out "$run/real.md" "$run"/*-axial.json "$run"/*-foramina.json "$run"/*-recess-*.json "$run"/*-labels.json
