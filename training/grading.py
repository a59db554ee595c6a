"""What all classifiers share, whatever their network: batches as the network sees them, loss, figures."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from augment import affine, intensity, warp
from dataset import BLANK
from layers import arithmetic
from mirror import Mirror

# Weights of the challenge's metric.
COMPETITION = {"Normal": 1.0, "Mild": 1.0, "Normal/Mild": 1.0, "Moderate": 2.0, "Severe": 4.0}


@dataclass(frozen=True)
class Variation:
    """
    How strongly samples are changed: grey values; rotation and scale; whether three axial slices are now and then read
    from below, as crops whose order nobody knows may be; and whether views go missing.
    """

    shading: float = 1.0
    moving: float = 1.0
    turning: bool = False
    dropping: bool = True


def prepare(batch, spec: dict, g=None, mirror: Mirror | None = None, variation: Variation = Variation()):
    """
    Inputs of the network, first axis studies × samples, then the mask where it has one; and the truth [n, heads].
    With a generator the samples are augmented. A sample that the network would not be asked for is blank.
    """
    truth = batch["truth"].long().flatten(0, 1)
    mask = batch["mask"].float().flatten(0, 1)
    images = [as_views(batch[i["name"]].float().flatten(0, 1) / 255, i) for i in spec["inputs"]]
    if g is not None:
        images, mask, truth = mirror_some(images, mask, truth, mirror, g)
        if variation.turning:
            images = [turn_some(x, i["views"], g) for x, i in zip(images, spec["inputs"])]
        images = [move_and_shade(x, g, variation) for x in images]
        if "mask" in spec and variation.dropping:
            mask = drop_some(mask, spec, g)
    graded = mask.amax(1) if "mask" in spec else mask.amin(1)
    truth = truth.masked_fill((graded == 0)[:, None], BLANK)
    inputs, at = [], 0
    for x, i in zip(images, spec["inputs"]):
        shown = mask[:, at : at + len(i["views"]), None, None, None]
        inputs.append(as_layout(x * shown, i["layout"]))
        at += len(i["views"])
    return [*inputs, mask] if "mask" in spec else inputs, truth


def as_views(x: torch.Tensor, spec: dict) -> torch.Tensor:
    """Any layout → [n, views, slices, s, s]."""
    views, slices = len(spec["views"]), len(spec["views"][0]["slicesMm"])
    return x.reshape(len(x), views, slices, *x.shape[-2:])


def as_layout(x: torch.Tensor, layout: str) -> torch.Tensor:
    return x.flatten(1, 2) if layout == "channels" else x


def mirror_some(images, mask, truth, mirror, g):
    chosen = torch.rand(len(truth), generator=g) < 0.5
    if mirror is None or not chosen.any():
        return images, mask, truth
    images = [x.clone() for x in images]
    mask, truth = mask.clone(), truth.clone()
    for at, x in enumerate(images):
        x[chosen] = mirror.images(at, x[chosen])
    mask[chosen], truth[chosen] = mask[chosen][:, mirror.mask], truth[chosen][:, mirror.heads]
    return images, mask, truth


def turn_some(x: torch.Tensor, views: list[dict], g) -> torch.Tensor:
    """The axial stacks of half of the samples, from below."""
    chosen = torch.rand(len(x), generator=g) < 0.5
    axial = torch.tensor([view["plane"] == "axial" for view in views])
    return torch.where((chosen[:, None] & axial)[..., None, None, None], x.flip(2), x)


def move_and_shade(x: torch.Tensor, g, variation: Variation) -> torch.Tensor:
    """Every view its own rotation, scale, shift and grey values; the slices of a view alike."""
    flat = x.flatten(0, 1)
    flat = warp(flat, affine(len(flat), 8 * variation.moving, 1.15**variation.moving, 0.08, g))
    return intensity(flat, variation.shading, g).reshape(x.shape)


def drop_some(mask: torch.Tensor, spec: dict, g) -> torch.Tensor:
    """Views go missing, and all views of a series where others remain."""
    roles = role_of_views(spec)
    n, views = mask.shape
    drop_view = torch.rand(n, views, generator=g) < 0.06
    role_gone = torch.rand(n, 1, generator=g) < (0.12 if roles.max() > 0 else 0)
    which = torch.randint(0, int(roles.max()) + 1, (n, 1), generator=g)
    return mask * (~(drop_view | (role_gone & (roles[None] == which)))).float()


def view_roles(spec: dict) -> list[str]:
    """Of every view of all inputs in order: its series."""
    return [view["role"] for i in spec["inputs"] for view in i["views"]]


def role_of_views(spec: dict) -> torch.Tensor:
    views = view_roles(spec)
    names = sorted(set(views))
    return torch.tensor([names.index(role) for role in views])


def class_weights(kind: str, spec: dict, truth: torch.Tensor) -> torch.Tensor | None:
    """Weights [heads, classes] ([labels, 2] for labels) from the truth [n, heads] of all training samples."""
    output = spec["output"]
    if kind == "none":
        return None
    if kind == "competition":
        if "classes" not in output:
            raise SystemExit("--class-weights competition: labels have no weights in the challenge's metric")
        row = torch.tensor([COMPETITION[name] for name in output["classes"]])
        return row.expand(len(output["heads"]), -1)
    classes = len(output["classes"]) if "classes" in output else 2
    weights = torch.ones(len(output["heads"]), classes)
    for columns in groups(spec).values():
        counts = torch.tensor([(truth[:, columns] == c).sum().item() for c in range(classes)]).float().clamp(min=1)
        weights[columns] = counts.sum() / (classes * counts)
    return weights


def groups(spec: dict) -> dict[str, list[int]]:
    """Heads of one condition or label: the sides of a condition are the same task."""
    found: dict[str, list[int]] = {}
    for at, head in enumerate(spec["output"]["heads"]):
        found.setdefault(head.get("label") or head["condition"], []).append(at)
    return found


def losses(logits: torch.Tensor, truth: torch.Tensor, weights=None):
    """Sum of the (weighted) log losses of all samples with a truth, and of their weights."""
    known = truth != BLANK
    safe = truth.masked_fill(~known, 0)
    if logits.dim() == 3:
        each = F.cross_entropy(logits.flatten(0, 1), safe.flatten(), reduction="none").view_as(safe)
    else:
        each = F.binary_cross_entropy_with_logits(logits, safe.float(), reduction="none")
    w = known.float()
    if weights is not None:
        w = w * weights[torch.arange(truth.shape[1])[None], safe]
    return (each * w).sum(), w.sum()


def forward(net, inputs) -> torch.Tensor:
    with arithmetic(not getattr(net, "full_precision", False)):
        return net(*inputs).float()


def loss(net, batch, spec, g, mirror, weights=None, variation: Variation = Variation()) -> torch.Tensor:
    inputs, truth = prepare(batch, spec, g, mirror, variation)
    total, weight = losses(forward(net, inputs), truth, weights)
    return total / weight.clamp(min=1e-6)


def validation_figures(net, samples, spec, size: int, weights=None) -> dict:
    """Loss over all samples, and the share of heads that the most probable class gets right."""
    total = weight = right = known = 0.0
    for batch in samples.batches(size):
        inputs, truth = prepare(batch, spec)
        with torch.no_grad():
            logits = forward(net, inputs)
        a, b = losses(logits, truth, weights)
        best = logits.argmax(2) if logits.dim() == 3 else (logits > 0).long()
        total, weight = total + a.item(), weight + b.item()
        right += ((best == truth) & (truth != BLANK)).sum().item()
        known += (truth != BLANK).sum().item()
    if known == 0:
        raise SystemExit(f"{samples.folder}: not one sample with a truth that this network sees")
    return {"validationLoss": total / weight, "accuracy": right / known}
