"""Trains and exports every pack of a list, one after the other, on the same data; what is there already is kept.

    python build_packs.py comparison.json --data DIR --validation DIR --calibration DIR --localiser PACK --run DIR --out DIR

--tiny: one epoch at an eighth of the width, to see that everything fits together.
"""

import argparse
import json
import time
from pathlib import Path

import export_ensemble
import export_pack
import train

HERE = Path(__file__).parent
TINY = {"width": 0.125, "epochs": 1}


def build(entry: dict, args) -> None:
    """One pack: each classifier of its template trained by the same network, then exported."""
    template = HERE / "packs" / f"{entry['template']}.json"
    count = len(json.loads(template.read_text())["classifiers"])
    names = [f"{entry['name']}-{k}" if count > 1 else entry["name"] for k in range(count)]
    for k, name in enumerate(names):
        given = ["--data", args.data, "--validation", args.validation, "--run", args.run, "--pack", str(template)]
        options = {"classifier": k, "name": name, "width": entry["width"], "epochs": entry["epochs"]}
        if "init" in entry:
            options["init"] = Path(args.run) / f"{entry['init']}.pt"
        given += [str(part) for key, value in options.items() for part in (f"--{key}", value)]
        train.train(train.arguments([entry["network"], *given, "--threads", str(args.threads)]))
    out = Path(args.out) / entry["name"]
    given = ["--template", str(template), "--run", args.run, "--classifiers", *names, "--localiser", args.localiser]
    export_pack.main([*given, "--calibration", args.calibration, "--out", str(out), "--name", entry["name"]])


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list")
    for name in ("data", "validation", "calibration", "localiser", "run", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    wanted = json.loads(Path(args.list).read_text())
    for entry in wanted["packs"]:
        if (Path(args.out) / entry["name"] / "MODEL_CARD.md").exists():
            continue
        began = time.time()
        build({**entry, **TINY} if args.tiny else entry, args)
        print(f"{entry['name']}: {time.time() - began:.0f} s", flush=True)
    for entry in wanted["ensembles"]:
        members = [str(Path(args.out) / name) for name in entry["members"]]
        export_ensemble.main(["--members", *members, "--out", str(Path(args.out) / entry["name"]), "--name", entry["name"]])


if __name__ == "__main__":
    main()
