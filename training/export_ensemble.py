"""Several packs as one: their classifiers side by side, whose calibrated posteriors the service averages.

    python export_ensemble.py --members PACK PACK … --out PACK [--name NAME] [--figures evaluate.json]

The localiser is the first member's.
"""

import argparse
import json
import shutil
from pathlib import Path

from model_card import USE, figures_block, members_table

ROLES = ("sagittal-t1", "sagittal-t2", "axial-t2")


def ensemble(folders: list[Path], out: Path, name: str) -> tuple[dict, list[dict]]:
    """Copies the members' files; returns the manifest, and the members' manifests."""
    members = [json.loads((f / "manifest.json").read_text()) for f in folders]
    out.mkdir(parents=True, exist_ok=True)
    first = members[0]
    shutil.copyfile(folders[0] / first["localiser"]["file"], out / first["localiser"]["file"])
    classifiers = []
    for k, (folder, member) in enumerate(zip(folders, members), 1):
        for spec in member["classifiers"]:
            file = f"member-{k}-{spec['file']}"
            shutil.copyfile(folder / spec["file"], out / file)
            classifiers.append({**spec, "file": file})
    trained_on = list(dict.fromkeys(m["trainedOn"] for m in members))
    manifest = {
        **first,
        "name": name,
        "description": f"Ensemble of {', '.join(m['name'] for m in members)}: the mean of their calibrated posteriors.",
        "trainedOn": " / ".join(trained_on),
        # What one member cannot do without, another may: only the localiser's series is needed by all.
        "requires": [r for r in ROLES if all(r in m["requires"] for m in members)],
        "uses": [r for r in ROLES if any(r in m["uses"] for m in members)],
        "classifiers": classifiers,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest, members


def write_card(out: Path, manifest: dict, members: list[dict], folders: list[Path], figures: list[str]):
    parts = [
        f"# {manifest['name']} {manifest['version']}",
        USE,
        manifest["description"],
        f"Trained on: {manifest['trainedOn']}",
        "## Members",
        members_table(manifest, members),
        "## Figures",
        figures_block(figures),
    ]
    for member, folder in zip(members, folders):
        card = folder / "MODEL_CARD.md"
        if card.exists():
            # A member's figures are not the ensemble's.
            text = card.read_text().split("## Networks", 1)[-1].split("## Figures", 1)[0].strip()
            parts += [f"## Member {member['name']} {member['version']}", text.replace("\n## ", "\n### ")]
    (out / "MODEL_CARD.md").write_text("\n\n".join(parts) + "\n")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", required=True, nargs="+", metavar="PACK")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", default="spinegrade-ensemble")
    parser.add_argument("--figures", nargs="*", default=[])
    args = parser.parse_args(argv)
    folders, out = [Path(m) for m in args.members], Path(args.out)
    if out.resolve() in [f.resolve() for f in folders]:
        raise SystemExit("--out: must not be a member")
    manifest, members = ensemble(folders, out, args.name)
    write_card(out, manifest, members, folders, args.figures)


if __name__ == "__main__":
    main()
