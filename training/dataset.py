"""Reads what `npm run -s cli -- dataset` wrote: one folder of .npy files a shard, blanks included."""

import json
import re
from pathlib import Path

import numpy as np
import torch

# A grade nobody gave (a blank in the challenge's table, a class that the network leaves out).
BLANK = 255


class Shards:
    """
    The studies of every shard below a folder, memory-mapped, in the order of their seeds: study i lies in shard
    i mod W, so the number of workers that rendered them changes nothing.
    """

    def __init__(self, folder: str, names: list[str]):
        shards = shard_folders(folder)
        self.folder = folder
        self.facts = json.loads((shards[0] / "dataset.json").read_text())
        self.arrays = [{n: read_array(s / f"{n}.npy") for n in names} for s in shards]
        self.index = sorted(
            ((i, j) for i, a in enumerate(self.arrays) for j in range(len(a[names[0]]))), key=lambda at: at[::-1]
        )

    def __len__(self) -> int:
        return len(self.index)

    def batch(self, rows) -> dict[str, torch.Tensor]:
        picked = [self.index[r] for r in rows]
        return {
            name: torch.from_numpy(np.stack([self.arrays[i][name][j] for i, j in picked]))
            for name in self.arrays[0]
        }

    def batches(self, size: int):
        """All of them in order."""
        for at in range(0, len(self), size):
            yield self.batch(range(at, min(at + size, len(self))))


class Together:
    """Several data sets as one, one behind the other."""

    def __init__(self, parts: list[Shards]):
        self.parts = parts
        self.folder = ", ".join(part.folder for part in parts)
        self.at = [(part, j) for part in parts for j in range(len(part))]

    def __len__(self) -> int:
        return len(self.at)

    def batch(self, rows) -> dict[str, torch.Tensor]:
        picked = [part.batch([j]) for part, j in (self.at[r] for r in rows)]
        return {name: torch.cat([one[name] for one in picked]) for name in picked[0]}

    batches = Shards.batches


def together(folders: list[str], read):
    """What `read` finds in each folder, as one."""
    parts = [read(folder) for folder in folders]
    return parts[0] if len(parts) == 1 else Together(parts)


def read_array(file: Path):
    try:
        return np.load(file, mmap_mode="r")
    except FileNotFoundError:
        raise SystemExit(f"{file}: missing; the dataset was made for another pack") from None


def pack_of(folder: str) -> dict:
    """The pack a dataset was made for."""
    return json.loads((shard_folders(folder)[0] / "dataset.json").read_text())["pack"]


def shard_folders(folder: str) -> list[Path]:
    shards = [p.parent for p in Path(folder).glob("*/dataset.json")]
    if not shards:
        raise SystemExit(f"{folder}: no shard with a dataset.json in it")
    return sorted(shards, key=lambda p: [int(n) for n in re.findall(r"\d+", p.name)])


def localiser_samples(folder: str) -> Shards:
    """images u8 [slices, size, size]; targets f32 [2·landmarks, 4] = column, row (input pixels), lateral mm, visible."""
    return Shards(folder, ["localiser-images", "localiser-targets"])


def finder_samples(folder: str) -> Shards:
    """images u8 [slices, size, size]; targets f32 [slices, levels, 3] = column, row (input pixels), 1 seen, 0 not, −1 unknown."""
    return Shards(folder, ["finder-images", "finder-targets"])


def segmenter_samples(folder: str, plane: str) -> Shards:
    """images and labels u8 [slices, size, size]: 0 nothing, 1 … the structures, 254 not drawn, 255 unknown."""
    return Shards(folder, [f"segmenter-{plane}-images", f"segmenter-{plane}-labels"])


def classifier_samples(folder: str, spec: dict) -> Shards:
    """
    Of the dataset's classifier that sees what `spec` sees: one u8 array an input [samples, …], `mask` u8
    [samples, views], `truth` u8 [samples, heads] (class index, or 0 and 1 of a label; 255 blank).
    """
    k = position(pack_of(folder)["classifiers"], spec, folder)
    names = [*(i["name"] for i in spec["inputs"]), "mask", "truth"]
    shards = Shards(folder, [f"classifier-{k}-{name}" for name in names])
    shards.arrays = [{name: a[f"classifier-{k}-{name}"] for name in names} for a in shards.arrays]
    return shards


def holding(folders: list[str], spec: dict) -> list[str]:
    """The data sets with samples of the classifier; none where none has."""
    return [f for f in folders if any(seen(other) == seen(spec) for other in pack_of(f)["classifiers"])]


def position(classifiers: list[dict], spec: dict, folder: str) -> int:
    """Index of the classifier with the same samples, inputs and truth: its file, hash and calibration do not matter."""
    for k, other in enumerate(classifiers):
        if seen(other) == seen(spec):
            return k
    raise SystemExit(f"{folder}: holds no classifier with these inputs and heads; make the dataset for this pack")


def seen(spec: dict) -> dict:
    """What a classifier's tensors depend on."""
    output = spec["output"]
    heads = [{k: v for k, v in head.items() if not k.startswith("calibration") and k != "fallback"} for head in output["heads"]]
    return {
        "sample": spec["sample"],
        "levels": spec["levels"],
        "inputs": [{k: v for k, v in i.items() if k != "likeness"} for i in spec["inputs"]],
        "truth": {"classes": output.get("classes"), "heads": heads},
    }


def about(samples) -> list[dict]:
    """What the model card says of the data sets: the phantoms drawn, the labelled slices, or the challenge's layout."""
    parts = samples.parts if isinstance(samples, Together) else [samples]
    return [about_one(part.facts, len(part)) for part in parts]


def about_one(facts: dict, count: int) -> dict:
    source = facts["source"]
    if source["kind"] == "phantoms":
        return {"studies": count, "kind": "phantoms", "seed": source["seed"], **source["phantom"]}
    if source["kind"] == "slices":
        return {"studies": count, "kind": "slices", "folder": Path(source["slices"]).name, "folds": source["folds"]}
    if source["kind"] == "masks":
        of = "triples" if facts.get("segmenterFile") else "stacks"
        return {"studies": count, "kind": "masks", "of": of, "folder": Path(source["masks"]).name, "folds": source["folds"]}
    return {"studies": count, "kind": source["kind"]}
