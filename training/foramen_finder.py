"""Finder of neural foramina: a residual U-Net on one whole sagittal slice, a heat map a level at half its resolution."""

import torch
from torch import nn

from augment import affine, intensity, move_points, warp
from layers import arithmetic, scaled
from unet import UNet, heatmap_targets

SIGMA = 1.5  # heat-map pixels


class ForamenFinder(UNet):
    """[n, 1, s, s] in [0, 1] → logits [n, levels, s/2, s/2]."""

    def __init__(self, levels: int, width: float = 1.0):
        super().__init__(1, levels, [scaled(w, width) for w in (16, 32, 64, 96, 128)])


class Served(nn.Module):
    """What is exported: heat maps as probabilities."""

    def __init__(self, net: ForamenFinder):
        super().__init__()
        self.net = net

    def forward(self, slice):
        return torch.sigmoid(self.net(slice))


def prepare(batch, g, train: bool):
    """Slices of all studies [n, 1, s, s], points in input pixels, and what is known of each; augmented when training."""
    images = batch["finder-images"].float().flatten(0, 1)[:, None] / 255
    targets = batch["finder-targets"].float().flatten(0, 1)
    points, known = targets[:, :, :2], targets[:, :, 2]
    if train:
        theta = affine(len(images), 12, 1.25, 0.15, g)
        images = warp(images, theta)
        points = move_points(points, theta, images.shape[-1])
        images = intensity(images, 1.0, g)
        inside = ((points > 0) & (points < images.shape[-1] - 1)).all(2)
        known = torch.where((known > 0) & ~inside, torch.zeros_like(known), known)
    return images, points, known


def loss(net, batch, g, train: bool):
    """
    Penalty-reduced focal loss (Law & Deng, CornerNet, ECCV 2018, eq. 1) over the levels of which something is known; a
    level that nobody labelled on the slice may be on it all the same.
    """
    images, points, known = prepare(batch, g, train)
    with arithmetic():
        logits = net(images)
    logits = logits.float()
    truth = heatmap_targets(points, (known > 0).float(), logits.shape[-1], SIGMA)
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    counted = (known >= 0)[:, :, None, None]
    # The peak is the pixel nearest to the point: one a foramen, whatever its place between pixels.
    near = (truth == truth.amax((2, 3), keepdim=True)) & (truth > 0.5)
    positive = -((1 - p) ** 2 * torch.log(p))[near & counted].sum()
    negative = -((1 - truth) ** 4 * p**2 * torch.log(1 - p))[~near & counted].sum()
    return (positive + negative) / near.sum().clamp(min=1)


def validation_figures(net, samples, size: int, mm_per_pixel: float) -> dict:
    """Loss; distance (mm) between each foramen and its map's highest pixel; share whose own map is the highest there."""
    values, errors, numbered = [], [], []
    for batch in samples.batches(size):
        with torch.no_grad():
            values.append(loss(net, batch, None, False).item())
        images, points, known = prepare(batch, None, False)
        with torch.no_grad(), arithmetic():
            logits = net(images).float()
        side = logits.shape[-1]
        best = logits.flatten(2).argmax(2)
        found = torch.stack([best % side, best // side], 2).float() * 2 + 0.5
        errors.append(((found - points).norm(dim=2) * mm_per_pixel)[known > 0])
        at = ((points + 0.5) / 2 - 0.5).round().clamp(0, side - 1).long()
        where = torch.arange(len(points))[:, None].expand(at.shape[:2])
        there = logits[where, :, at[:, :, 1], at[:, :, 0]].argmax(2)
        numbered.append((there == torch.arange(points.shape[1])[None])[known > 0])
    found = torch.cat(errors)
    return {
        "validationLoss": sum(values) / len(values),
        "medianMm": found.median().item(),
        "within6mm": (found < 6).float().mean().item(),
        "numberedRight": torch.cat(numbered).float().mean().item(),
    }
