"""A pack that is there, to put a network into."""

import json
import shutil
from pathlib import Path


def copied_pack(pack: Path, out: Path) -> dict:
    """Copies the pack to `out`, which may be itself. Returns its manifest."""
    if out.resolve() != pack.resolve():
        shutil.copytree(pack, out, dirs_exist_ok=True)
    return json.loads((out / "manifest.json").read_text())
