"""Trains and exports every pack of a list, one after the other, on the same data; what is there already is kept.

    python build_packs.py comparison.json --data DIR --validation DIR --calibration DIR --localiser PACK --run DIR --out DIR

Each is trained, chosen and calibrated on those of the data sets that hold its samples. --only: the packs of these names
alone (shell patterns), for several processes beside one another. --tiny: one epoch at an eighth of the width, to see that
everything fits together.
"""

import argparse
import json
import time
from fnmatch import fnmatch
from pathlib import Path

import export_ensemble
import export_pack
import train
from dataset import holding

HERE = Path(__file__).parent
TINY = {"width": 0.125, "epochs": 1}


def build(entry: dict, args) -> None:
    """One pack: each classifier of its template trained by the same network, then exported."""
    template = HERE / "packs" / f"{entry['template']}.json"
    classifiers = json.loads(template.read_text())["classifiers"]
    names = [f"{entry['name']}-{k}" if len(classifiers) > 1 else entry["name"] for k in range(len(classifiers))]
    for k, (name, spec) in enumerate(zip(names, classifiers)):
        given = ["--data", *holding(args.data, spec), "--validation", *holding(args.validation, spec)]
        given += ["--run", args.run, "--pack", str(template)]
        options = {"classifier": k, "name": name, "width": entry["width"], "epochs": entry["epochs"], **entry.get("training", {})}
        if "init" in entry:
            options["init"] = Path(args.run) / f"{entry['init']}.pt"
        given += [str(part) for key, value in options.items() for part in (f"--{key}", value)]
        train.train(train.arguments([entry["network"], *given, "--threads", str(args.threads)]))
    out = Path(args.out) / entry["name"]
    given = ["--template", str(template), "--run", args.run, "--classifiers", *names, "--localiser", args.localiser]
    given += [part for key in ("finder", "licence") if getattr(args, key) for part in (f"--{key}", getattr(args, key))]
    given += ["--equal"] if entry.get("equal") else []
    export_pack.main([*given, "--calibration", *args.calibration, "--out", str(out), "--name", entry["name"]])


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list")
    for name in ("data", "validation", "calibration"):
        parser.add_argument(f"--{name}", required=True, nargs="+")
    for name in ("localiser", "run", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--finder", help="of foramina: a checkpoint, or a pack to copy it from")
    parser.add_argument("--licence", help="text that goes with the weights")
    parser.add_argument("--only", nargs="+", default=["*"], metavar="NAME")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    wanted = json.loads(Path(args.list).read_text())
    for entry in wanted["packs"]:
        made = (Path(args.out) / entry["name"] / "MODEL_CARD.md").exists()
        if made or not any(fnmatch(entry["name"], name) for name in args.only):
            continue
        began = time.time()
        build({**entry, **TINY} if args.tiny else entry, args)
        print(f"{entry['name']}: {time.time() - began:.0f} s", flush=True)
    for entry in wanted["ensembles"]:
        members = [str(Path(args.out) / name) for name in entry["members"]]
        export_ensemble.main(["--members", *members, "--out", str(Path(args.out) / entry["name"]), "--name", entry["name"]])


if __name__ == "__main__":
    main()
