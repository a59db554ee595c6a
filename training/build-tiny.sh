#!/bin/sh
# build-tiny.sh OUTDIR [PYTHON]: every pack of comparison.json, and the default one with its finder, in a tiny form,
# trained for a step or two, exported to OUTDIR/<pack> with the localiser of models/default. Not to be trusted with
# anything: it shows that every network goes the whole way from samples to a pack that is served.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
python=${2:-${PYTHON:-.venv/bin/python}}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packs=""
for template in training/packs/*.json; do packs="$packs --pack $template"; done
# shellcheck disable=SC2086 # a list of options
npm run -s cli -- dataset $packs --without-localiser --out "$work/samples" --studies 8 --seed 700000 --family train
"$python" training/build_packs.py training/comparison.json --tiny --run "$work/run" --out "$out" \
  --data "$work/samples" --validation "$work/samples" --calibration "$work/samples" --localiser models/default

# The default pack: its finder, its classifiers of the canal, of foramina and of axial slices, and the multi-view one made
# above, which stands in for them.
template=training/packs/default.json
tiny() { # network, name, its own arguments
  network=$1 name=$2
  shift 2
  "$python" training/train.py "$network" --name "$name" --pack "$template" --data "$work/samples" \
    --validation "$work/samples" --run "$work/run" --width 0.125 --epochs 1 "$@"
}
tiny foramen-finder foramen-finder
tiny multi-view canal --classifier 0
tiny own-side foramina --classifier 1
tiny own-side axial --classifier 2
"$python" training/export_pack.py --template "$template" --run "$work/run" --localiser models/default \
  --classifiers canal foramina axial "$out/multi-view:0" --calibration "$work/samples" --out "$out/default"
