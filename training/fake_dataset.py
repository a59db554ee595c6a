"""A dataset of noise in which a bright square tells the first head's class: for tests of the training code alone."""

import json
from pathlib import Path

import numpy as np

LEVELS = ["L1/L2", "L2/L3", "L3/L4", "L4/L5", "L5/S1"]
NORMALISE = {"kind": "percentile", "low": 1, "high": 99.5}


def view(name: str, role: str = "sagittal-t2", side=None, slices=(0,), plane: str | None = None) -> dict:
    plane = plane or role.split("-")[0]
    return {"name": name, "role": role, "plane": plane, "side": side, "slicesMm": list(slices), "toleranceMm": 4}


def image_input(views, layout: str = "channels", size: int = 32, name: str = "image") -> dict:
    return {"name": name, "layout": layout, "size": size, "mmPerPixel": 1, "normalise": NORMALISE, "views": views}


def grade_output(heads, classes=("Normal/Mild", "Moderate", "Severe")) -> dict:
    heads = [{"condition": condition, "side": side} for condition, side in heads]
    return {"name": "logits", "activation": "softmax", "classes": list(classes), "heads": heads}


def classifier(inputs, output, sample: str = "level", levels=None, mask: bool = False) -> dict:
    spec = {"file": "classifier.onnx", "sample": sample, "levels": levels or LEVELS, "inputs": inputs, "output": output}
    return {**spec, "mask": "mask"} if mask else spec


LOCALISER = {
    "file": "localiser.onnx",
    "input": {"name": "slices", "role": "sagittal-t2", "slices": 3, "size": 64, "mmPerPixel": 4, "normalise": NORMALISE},
    "output": {"heatmaps": "heatmaps", "lateralOffset": "lateral", "landmarks": LEVELS, "mmPerPixel": 8},
    "minConfidence": 0.15,
}


FINDER = {
    "file": "foramen-finder.onnx",
    "input": {"name": "slice", "role": "sagittal-t1", "size": 64, "mmPerPixel": 4, "normalise": NORMALISE},
    "output": {"heatmaps": "heatmaps", "levels": LEVELS, "mmPerPixel": 8},
    "minConfidence": 0.1,
}


def segmenter_network(plane: str) -> dict:
    return {
        "file": f"segmenter-{plane}.onnx",
        "input": {"name": "slice", "role": f"{plane}-t2", "size": 64, "mmPerPixel": 4, "normalise": NORMALISE},
        "output": {"name": "structures", "structures": ["disc", "vertebra", "sac", "epidural"]},
    }


SEGMENTER = {plane: segmenter_network(plane) for plane in ("sagittal", "axial")}


def pack(*classifiers) -> dict:
    return {
        "schema": "spinegrade-pack/2", "name": "fake", "version": "0.0.1", "description": "For tests.",
        "intendedUse": "Research use only.", "trainedOn": "noise", "requires": ["sagittal-t2"],
        "uses": ["sagittal-t2"], "localiser": LOCALISER, "classifiers": list(classifiers),
    }


def write_dataset(folder: Path, made_for: dict, studies: int, seed: int, workers: int = 2):
    """Study i has the same samples whatever the number of workers, as in `cli dataset`."""
    rows = [study(np.random.default_rng(seed * 1000 + i), made_for) for i in range(studies)]
    for shard in range(workers):
        out, own = folder / f"shard-{shard}", rows[shard::workers]
        out.mkdir(parents=True)
        for name in own[0]:
            np.save(out / f"{name}.npy", np.stack([row[name] for row in own]))
        phantom = {"family": "train", "prevalence": "balanced", "contrast": "mixed"}
        source = {"kind": "phantoms", "studies": studies, "seed": seed, "phantom": phantom}
        (out / "dataset.json").write_text(json.dumps({"source": source, "pack": made_for}))


def study(rng, made_for: dict) -> dict[str, np.ndarray]:
    loc = made_for["localiser"]
    size, landmarks = loc["input"]["size"], 2 * len(loc["output"]["landmarks"])
    targets = np.ones((landmarks, 4), np.float32)
    targets[:, :2] = rng.uniform(8, size - 8, (landmarks, 2))
    arrays = {
        "localiser-images": rng.integers(0, 255, (loc["input"]["slices"], size, size), dtype=np.uint8),
        "localiser-targets": targets,
    }
    for plane, network in made_for.get("segmenter", {}).items():
        arrays |= outlines(rng, plane, network)
    if "foramenFinder" in made_for:
        arrays |= foramina(rng, made_for["foramenFinder"])
    for k, spec in enumerate(made_for["classifiers"]):
        samples = len(spec["levels"]) * (2 if spec["sample"] == "level-side" else 1)
        classes, heads = len(spec["output"].get("classes", "01")), len(spec["output"]["heads"])
        truth = rng.integers(0, classes, (samples, heads), dtype=np.uint8)
        for i in spec["inputs"]:
            views, slices, s = len(i["views"]), len(i["views"][0]["slicesMm"]), i["size"]
            shape = (views * slices,) if i["layout"] == "channels" else (views, slices)
            image = rng.integers(0, 100, (samples, *shape, s, s), dtype=np.uint8)
            bright = (truth[:, 0] * 60).astype(np.uint8).reshape(samples, *([1] * (len(shape) + 2)))
            image[..., s // 4 : -s // 4, s // 4 : -s // 4] += bright
            arrays[f"classifier-{k}-{i['name']}"] = image
        truth[rng.random(truth.shape) < 0.05] = 255
        views = sum(len(i["views"]) for i in spec["inputs"])
        arrays[f"classifier-{k}-mask"] = (rng.random((samples, views)) < 0.95).astype(np.uint8)
        arrays[f"classifier-{k}-truth"] = truth
    return arrays


def outlines(rng, plane: str, network: dict) -> dict[str, np.ndarray]:
    """Three slices, each structure a bright band; the last slice is one that nobody labelled."""
    size = network["input"]["size"]
    labels = np.zeros((3, size, size), np.uint8)
    for label in range(1, 5):
        labels[:, 12 * label : 12 * label + 8, 8:-8] = label
    images = (labels * 50 + rng.integers(0, 20, labels.shape)).astype(np.uint8)
    labels[1, :10], labels[2] = 254, 255
    return {f"segmenter-{plane}-images": images, f"segmenter-{plane}-labels": labels}


def foramina(rng, finder: dict) -> dict[str, np.ndarray]:
    """Four slices, a bright square at each foramen that is on one; of the others half are said not to be there."""
    size, levels = finder["input"]["size"], len(finder["output"]["levels"])
    images = rng.integers(0, 60, (4, size, size), dtype=np.uint8)
    targets = np.full((4, levels, 3), -1, np.float32)
    for s in range(4):
        for level in range(levels):
            column, row, seen = rng.integers(8, size - 8), 6 + 12 * level, rng.integers(-1, 2)
            targets[s, level] = (column, row, seen)
            if seen == 1:
                images[s, row - 2 : row + 3, column - 2 : column + 3] = 255
    return {"finder-images": images, "finder-targets": targets}
