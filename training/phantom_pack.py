"""Of a pack, what was trained on synthetic images alone: a pack for whoever needs weights free of the challenge's terms.

    python phantom_pack.py --from models/default --localiser models/phantom --out PACK

The multi-view classifier is copied, its heads that were fallbacks grade by themselves; and the localiser of a pack that has seen
synthetic images alone: those of packs that learnt from masks have not.
"""

import argparse
import json
from pathlib import Path

from export_pack import copied


def phantom_manifest(manifest: dict) -> dict:
    """The manifest without foramen finder, segmenter and without classifiers that need one or saw labelled slices."""
    kept = {k: v for k, v in manifest.items() if k not in ("foramenFinder", "segmenter", "licence", "jointReading")}
    fallback = [c for c in manifest["classifiers"] if any(h.get("fallback") for h in c["output"]["heads"])]
    if len(fallback) != 1:
        raise SystemExit(f"{manifest['name']}: not one classifier has fallback heads, which those of synthetic images are")
    spec = json.loads(json.dumps(fallback[0]))
    spec.pop("requires", None)
    for head in spec["output"]["heads"]:
        head.pop("fallback", None)
    return {
        **kept,
        "name": "spinegrade-phantom",
        "description": "Disc localiser (residual U-Net on five mid-sagittal T2 slices) and multi-view classifier.",
        "trainedOn": "Synthetic lumbar MRI phantoms only; no patient images.",
        "classifiers": [spec],
    }


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", required=True, dest="source")
    parser.add_argument("--localiser", required=True, help="a pack whose localiser has seen synthetic images alone")
    parser.add_argument("--out", required=True)
    args = parser.parse_args(argv)
    source, out = Path(args.source), Path(args.out)
    manifest = phantom_manifest(json.loads((source / "manifest.json").read_text()))
    out.mkdir(parents=True, exist_ok=True)
    other = Path(args.localiser)
    manifest["localiser"] = json.loads((other / "manifest.json").read_text())["localiser"]
    for of, spec in ((other, manifest["localiser"]), *((source, spec) for spec in manifest["classifiers"])):
        spec.update(copied(of, spec, out, spec["file"]))
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
