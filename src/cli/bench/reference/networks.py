"""The networks of a pack and what they are shown."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Before it is imported: its builds for Linux tell their makers of every session otherwise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # noqa: E402

from geometry import Patch, Slice, Volume, in_plane, normalised, unit, whole_slice

#: Discs farther than this from the middle slice are looked for again around them (mm).
RECENTRE = 5
#: Slices nearer to the canal, or farther from it, show no foramen (mm to the side).
SHOWS_FORAMINA = (5, 30)
#: How far views centred otherwise than on the canal lie to the side (mm).
ASIDE = {"canal": 0, "recess": 8, "foramen": 16}


class Pack:
    def __init__(self, folder: str, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads

        def session(spec: dict) -> onnxruntime.InferenceSession:
            path = Path(folder) / spec["file"]
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

        self.manifest = json.loads((Path(folder) / "manifest.json").read_text())
        self.localiser = session(self.manifest["localiser"])
        finder = self.manifest.get("foramenFinder")
        self.finder = finder and session(finder)
        self.classifiers = [session(spec) for spec in self.manifest["classifiers"]]


def localise(pack: Pack, volumes: dict[str, Volume], levels: list[dict]) -> None:
    """Discs on a stack of slices, then foramina slice by slice: the brightest pixel of each map."""
    spec = pack.manifest["localiser"]
    volume = volumes[spec["input"]["role"]]
    slices = volume.slices
    middle = (len(slices) - 1) // 2
    offset = find_discs(pack, volume, middle)
    if abs(offset) > RECENTRE:
        centre = slices[middle].centre[0] + offset
        nearest = min(range(len(slices)), key=lambda i: abs(slices[i].centre[0] - centre))
        find_discs(pack, volume, nearest)
    if pack.finder is not None:
        find_foramina(pack, volumes, [np.array(level["canalMm"]) for level in levels])


def find_discs(pack: Pack, volume: Volume, middle: int) -> float:
    """How far the discs lie to the left of the middle slice (mm)."""
    spec = pack.manifest["localiser"]
    shape, outputs = spec["input"], spec["output"]
    reach = shape["slices"] // 2
    patch = whole_slice(volume.slices[middle], shape["size"], shape["mmPerPixel"])
    stack = np.full((shape["slices"], shape["size"], shape["size"]), np.nan, np.float32)
    for channel in range(shape["slices"]):
        index = middle + channel - reach
        if 0 <= index < len(volume.slices):
            stack[channel] = volume.slices[index].sample(patch)
    stack = normalised(stack, shape["normalise"]["low"], shape["normalise"]["high"])
    wanted = [outputs["heatmaps"], outputs["lateralOffset"]]
    heatmaps, lateral = pack.localiser.run(wanted, {shape["name"]: stack[None]})
    discs = heatmaps[0, : len(outputs["landmarks"])].reshape(len(outputs["landmarks"]), -1)
    brightest = discs.argmax(axis=1)
    sure = discs.max(axis=1) >= spec["minConfidence"]
    return float(np.median(lateral.ravel()[brightest[sure]])) if sure.any() else 0.0


def find_foramina(pack: Pack, volumes: dict[str, Volume], canals: list[np.ndarray]) -> None:
    spec = pack.manifest["foramenFinder"]
    shape = spec["input"]
    least, most = SHOWS_FORAMINA
    for shown in volumes[shape["role"]].slices if shape["role"] in volumes else []:
        if not any(least <= shown.distance(canal) <= most for canal in canals):
            continue
        values = shown.sample(whole_slice(shown, shape["size"], shape["mmPerPixel"]))
        values = normalised(values, shape["normalise"]["low"], shape["normalise"]["high"])
        [heatmaps] = pack.finder.run([spec["output"]["heatmaps"]], {shape["name"]: values[None, None]})
        heatmaps.reshape(heatmaps.shape[1], -1).argmax(axis=1)


@dataclass
class Region:
    """What one classifier is shown: its ONNX inputs."""

    feeds: dict[str, np.ndarray]


def crop(pack: Pack, volumes: dict[str, Volume], levels: list[dict]) -> list[Region | None]:
    """One a classifier; None for one that only stands in for others, where all series are there."""
    specs = pack.manifest["classifiers"]
    whole = all(role in volumes for role in pack.manifest["uses"])
    return [None if whole and stands_in(spec) else regions_of(spec, volumes, levels) for spec in specs]


def stands_in(spec: dict) -> bool:
    return all(head.get("fallback") for head in spec["output"]["heads"])


def regions_of(spec: dict, volumes: dict[str, Volume], levels: list[dict]) -> Region:
    sides = [None] if spec["sample"] == "level" else ["left", "right"]
    index_of = {level["level"]: i for i, level in enumerate(levels)}
    samples = [(index_of[level], side) for level in spec["levels"] for side in sides]
    masks, feeds = [], {}
    for shape in spec["inputs"]:
        slices = len(shape["views"][0]["slicesMm"])
        size = shape["size"]
        views = np.zeros((len(samples), len(shape["views"]), slices, size, size), np.float32)
        mask = np.zeros((len(samples), len(shape["views"])), np.float32)
        for s, (level, sample_side) in enumerate(samples):
            for v, view in enumerate(shape["views"]):
                side = sample_side if view["side"] == "near" else view["side"]
                cut = cut_view(view, side, shape, volumes.get(view["role"]), levels, level)
                if cut is not None:
                    views[s, v] = cut
                    mask[s, v] = 1
        if shape["layout"] == "channels":
            views = views.reshape(len(samples), -1, size, size)
        masks.append(mask)
        feeds[shape["name"]] = views
    if "mask" in spec:
        feeds[spec["mask"]] = np.concatenate(masks, axis=1)
    return Region(feeds)


def cut_view(
    view: dict, side: str | None, shape: dict, volume: Volume | None, levels: list[dict], i: int
) -> np.ndarray | None:
    """[slices, size, size] of one view of a level; None where the volume shows nothing of it."""
    if volume is None:
        return None
    canal, disc = np.array(levels[i]["canalMm"]), np.array(levels[i]["discMm"])
    above, below = levels[max(0, i - 1)], levels[min(len(levels) - 1, i + 1)]
    caudal = unit(np.array(below["canalMm"]) - np.array(above["canalMm"]))
    margin = (canal + disc) / 2
    towards = np.array([-1.0 if side == "right" else 1.0, 0, 0])
    if view.get("centre") == "found-foramen":
        place = levels[i].get("foraminaMm", {}).get(side)
        if place is None:
            return None
        canal = margin = np.array(place)
    elif side is not None:
        aside = towards * ASIDE[view.get("centre", "canal")]
        canal, margin = canal + aside, margin + aside
    axial = view["plane"] == "axial"
    points = [margin + caudal * mm if axial else canal + towards * mm for mm in view["slicesMm"]]
    shown = [volume.nearest(point, view["toleranceMm"]) for point in points]
    if all(each is None for each in shown):
        return None
    size = shape["size"]
    values = np.full((len(shown), size, size), np.nan, np.float32)
    for channel, each in enumerate(shown):
        if each is not None:
            values[channel] = each.sample(patch_of(each, axial, side, canal, caudal, shape))
    return normalised(values, shape["normalise"]["low"], shape["normalise"]["high"])


def patch_of(
    shown: Slice, axial: bool, side: str | None, centre: np.ndarray, caudal: np.ndarray, shape: dict
) -> Patch:
    normal = shown.left_normal
    if axial:
        left = in_plane(np.array([1.0, 0, 0]), normal)
        across, down = -left if side == "right" else left, in_plane(np.array([0.0, 1, 0]), normal)
    else:
        down = in_plane(caudal, normal)
        across = np.cross(down, normal)
        across = -across if across[1] < 0 else across
    return Patch(centre, across, down, shape["size"], shape["mmPerPixel"])


@dataclass
class Finding:
    condition: str
    side: str | None
    level: str
    probabilities: np.ndarray

    @property
    def grade(self) -> int:
        return int(self.probabilities.argmax())


def classify(pack: Pack, regions: list[Region | None]) -> list[Finding]:
    """One run of each classifier over all its samples; calibrated, and averaged where several read the same."""
    votes: dict[tuple, list[np.ndarray]] = {}
    standing_in: dict[tuple, list[np.ndarray]] = {}
    for spec, session, region in zip(pack.manifest["classifiers"], pack.classifiers, regions):
        if region is None:
            continue
        output = spec["output"]
        [logits] = session.run([output["name"]], region.feeds)
        sides = [None] if spec["sample"] == "level" else ["left", "right"]
        samples = [(level, side) for level in spec["levels"] for side in sides]
        for h, head in enumerate(output["heads"]):
            if "condition" not in head:
                continue
            calibration = head["calibration"]
            scaled = logits[:, h] / calibration["temperature"] + np.array(calibration["bias"])
            scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
            scaled /= scaled.sum(axis=1, keepdims=True)
            into = standing_in if head.get("fallback") else votes
            for (level, sample_side), probabilities in zip(samples, scaled):
                side = sample_side if head["side"] == "near" else head["side"]
                into.setdefault((head["condition"], side, level), []).append(probabilities)
    return [Finding(*target, np.mean(said, axis=0)) for target, said in {**standing_in, **votes}.items()]
