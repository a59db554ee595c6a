"""Reads what `npm run -s cli -- dataset` wrote: one folder of .npy files a shard."""

import json
from pathlib import Path

import numpy as np
import torch

GRADES = 3
BLANK = 255


class Shards:
    """The samples of every shard below a folder, memory-mapped and indexed as one list."""

    def __init__(self, folder: str, names: list[str]):
        shards = sorted(p.parent for p in Path(folder).glob("*/dataset.json"))
        if not shards:
            raise SystemExit(f"{folder}: no shard with a dataset.json in it")
        self.spec = json.loads((shards[0] / "dataset.json").read_text())["pack"]
        self.arrays = [{n: np.load(s / f"{n}.npy", mmap_mode="r") for n in names} for s in shards]
        self.index = [(i, j) for i, a in enumerate(self.arrays) for j in range(len(a[names[0]]))]

    def __len__(self) -> int:
        return len(self.index)

    def batch(self, rows) -> dict[str, torch.Tensor]:
        picked = [self.index[r] for r in rows]
        return {
            name: torch.from_numpy(np.stack([self.arrays[i][name][j] for i, j in picked]))
            for name in self.arrays[0]
        }


def localiser_samples(folder: str) -> Shards:
    """images u8 [slices, size, size]; targets f32 [2·landmarks, 4] = column, row (input pixels), lateral mm, visible."""
    return Shards(folder, ["localiser-images", "localiser-targets"])


def classifier_samples(folder: str) -> Shards:
    """views u8 [levels, views, channels, size, size]; mask u8 [levels, views]; grades u8 [levels, 5], 255 blank."""
    return Shards(folder, ["views", "mask", "grades"])
