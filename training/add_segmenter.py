"""Adds a trained segmenter to a pack that is there: a copy of it under --out.

    python add_segmenter.py --pack models/default --run DIR --out PACK

DIR holds segmenter-sagittal.pt and, where there is one, segmenter-axial.pt; or it is a pack to copy the segmenter of.
"""

import argparse
from pathlib import Path

from copied_pack import copied_pack
from export_pack import add_segmenter_to, written
from model_card import add_segmenter_section


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", required=True)
    parser.add_argument("--run", required=True, help="folder of checkpoints, or a pack")
    parser.add_argument("--out", required=True)
    args = parser.parse_args(argv)
    out = Path(args.out)
    manifest = copied_pack(Path(args.pack), out)
    facts = add_segmenter_to(manifest, Path(args.run), out)
    (out / "manifest.json").write_text(written(manifest))
    add_segmenter_section(out, manifest, facts)
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
