"""Puts a trained localiser into a pack that is there: a copy of it under --out.

    python replace_localiser.py --pack models/default --checkpoint RUN/localiser.pt --out PACK
"""

import argparse
from pathlib import Path

from copied_pack import copied_pack
from export_pack import export_localiser, written
from model_card import replace_localiser_lines


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", required=True)
    parser.add_argument("--checkpoint", required=True, help="of a localiser, or a pack to copy it from")
    parser.add_argument("--out", required=True)
    args = parser.parse_args(argv)
    out = Path(args.out)
    manifest = copied_pack(Path(args.pack), out)
    had = manifest["localiser"]
    manifest["localiser"], fact = export_localiser(Path(args.checkpoint), out)
    differing = [k for k in ("input", "output") if manifest["localiser"][k] != had[k]]
    if differing:
        raise SystemExit(f"{args.checkpoint}: its {' and '.join(differing)} are not those of the pack's localiser")
    (out / "manifest.json").write_text(written(manifest))
    replace_localiser_lines(out, manifest, fact)
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
