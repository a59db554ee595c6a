"""What the patches of a classifier look like, so that the service can tell an image that is unlike all of them."""

import numpy as np
import torch

from dataset import Together, about_one

PARTS = 4
# The share of its own patches that a source would call unlike itself.
UNLIKE = 0.005
# Keeps the logarithm of nothing finite.
LEAST = 1e-4


def patch_traits(patches: torch.Tensor) -> torch.Tensor:
    """
    Patches [n, slices, s, s] in [0, 1] → traits [n, 20], as src/inference/crop/patch-traits.ts computes them: means of 4 × 4
    parts, contrast, how fine the structures are each way, how much of that a neighbour does not tell; averaged over slices.
    """
    n, slices, s, _ = patches.shape
    x = patches.flatten(0, 1).double()
    part = (torch.arange(s) * PARTS) // s
    sums = torch.zeros(len(x), PARTS, s, dtype=x.dtype).index_add_(1, part, x)
    sums = torch.zeros(len(x), PARTS, PARTS, dtype=x.dtype).index_add_(2, part, sums)
    counts = torch.bincount(part, minlength=PARTS).double()
    means = sums / (counts[:, None] * counts[None])
    around = (x[:, 1:-1, :-2] + x[:, 1:-1, 2:] + x[:, :-2, 1:-1] + x[:, 2:, 1:-1]) / 4
    spread = x.flatten(1).std(1, correction=0)
    across, down = (x.diff(dim=d).abs().mean((1, 2)) for d in (2, 1))
    left = (x[:, 1:-1, 1:-1] - around).abs().mean((1, 2))
    ratio = lambda a, b: ((a + LEAST) / (b + LEAST)).log()
    texture = [spread, ratio(across, spread), ratio(down, spread), ratio(left, across + down)]
    return torch.cat([means.flatten(1), torch.stack(texture, 1)], 1).unflatten(0, (n, slices)).mean(1)


def shown_patches(samples, at: int, spec: dict, size: int = 16):
    """Of input `at`, every view that is there, [n, slices, s, s] in [0, 1], a batch of studies at a time."""
    before = sum(len(i["views"]) for i in spec["inputs"][:at])
    views = len(spec["inputs"][at]["views"])
    slices = len(spec["inputs"][at]["views"][0]["slicesMm"])
    for batch in samples.batches(size):
        x = batch[spec["inputs"][at]["name"]].flatten(0, 1)
        mask = batch["mask"].flatten(0, 1)[:, before : before + views] > 0
        yield x.reshape(len(x), views, slices, *x.shape[-2:])[mask].float() / 255


def fitted(traits: torch.Tensor, source: str) -> dict:
    """A Gaussian of the traits as the manifest has it; the limit is the distance that few of them exceed."""
    mean = traits.mean(0)
    covariance = torch.from_numpy(np.cov(traits.numpy(), rowvar=False)) + 1e-8 * torch.eye(traits.shape[1]).double()
    whitening = torch.linalg.inv(torch.linalg.cholesky(covariance))
    limit = ((traits - mean) @ whitening.T).norm(dim=1).quantile(1 - UNLIKE)
    rows = [[float(f"{v:.5g}") for v in row[: i + 1]] for i, row in enumerate(whitening.tolist())]
    return {"source": source, "mean": [round(v, 5) for v in mean.tolist()], "whitening": rows, "limit": round(limit.item(), 3)}


def likeness_of(samples, spec: dict) -> list[list[dict]]:
    """Of each input of the classifier, one entry a kind of training data: labelled slices, phantoms, studies."""
    parts = samples.parts if isinstance(samples, Together) else [samples]
    found = []
    for at in range(len(spec["inputs"])):
        by_source: dict[str, list[torch.Tensor]] = {}
        for part in parts:
            source = about_one(part.facts, len(part))["kind"]
            by_source.setdefault(source, []).extend(patch_traits(p) for p in shown_patches(part, at, spec) if len(p))
        found.append([fitted(torch.cat(traits), source) for source, traits in by_source.items()])
    return found


def distance(traits: torch.Tensor, entry: dict) -> torch.Tensor:
    """How far traits [n, 20] are from a source, in standard deviations of independent directions."""
    size = len(entry["mean"])
    whitening = torch.tensor([row + [0.0] * (size - len(row)) for row in entry["whitening"]]).double()
    return ((traits - torch.tensor(entry["mean"]).double()) @ whitening.T).norm(dim=1)


def unlike(traits: torch.Tensor, entries: list[dict]) -> torch.Tensor:
    """[n]: whether a patch is unlike all sources."""
    return torch.stack([distance(traits, entry) > entry["limit"] for entry in entries]).all(0)
