"""Disc and canal localiser: a residual U-Net whose heat maps lie at half the input's resolution."""

import torch
import torch.nn.functional as F
from torch import nn

from augment import affine, coarse, curve, intensity, move_points, warp
from layers import arithmetic, scaled
from unet import UNet, heatmap_targets


class Localiser(UNet):
    """[n, slices, s, s] in [0, 1] → logits [n, 2·landmarks, s/2, s/2] and lateral offset in mm [n, 1, s/2, s/2]."""

    def __init__(self, slices: int, landmarks: int, width: float = 1.0):
        super().__init__(slices, 2 * landmarks + 1, [scaled(w, width) for w in (24, 48, 80, 112, 128)])
        with torch.no_grad():
            self.head.bias[-1] = 0

    def forward(self, x):
        x = super().forward(x)
        return x[:, :-1], x[:, -1:] * 10


class Served(nn.Module):
    """What is exported: heat maps as probabilities."""

    def __init__(self, net: Localiser):
        super().__init__()
        self.net = net

    def forward(self, slices):
        logits, lateral = self.net(slices)
        return torch.sigmoid(logits), lateral


SIGMA = 2.0  # heat-map pixels
# Of a landmark that nobody placed only this is known: it is nowhere where another one of its kind is, above this share of
# the other's height.
ANOTHER = 0.05


def prepare(batch, g, train: bool):
    """
    Images f32, points in input pixels, lateral mm, visibility (1 seen, 0 out of the picture, −1 unknown); augmented when
    training, through grey-value curves of their own too: the contrast of T1 is one among many.
    """
    images = batch["localiser-images"].float() / 255
    targets = batch["localiser-targets"].float()
    points, lateral, visible = targets[:, :, :2], targets[:, :, 2], targets[:, :, 3]
    if train:
        theta = affine(len(images), 12, 1.3, 0.22, g)
        images = coarse(curve(warp(images, theta), g), g)
        points = move_points(points, theta, images.shape[-1])
        images = intensity(images, 1.0, g)
        blank = torch.rand(len(images), images.shape[1], 1, 1, generator=g) < 0.05
        images = images.masked_fill(blank, 0.0)
    return images, points, lateral, visible


def loss(net, batch, g, train: bool):
    images, points, lateral, visible = prepare(batch, g, train)
    with arithmetic():
        logits, offset = net(images)
    logits, offset = logits.float(), offset.float()
    truth = heatmap_targets(points, (visible > 0).float(), logits.shape[-1], SIGMA)
    known = told(truth, visible)
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    # Penalty-reduced focal loss on Gaussian heat maps (Law & Deng, CornerNet, ECCV 2018, eq. 1).
    near = truth > 0.95
    positive = -((1 - p) ** 2 * torch.log(p))[near].sum()
    negative = -((1 - truth) ** 4 * p**2 * torch.log(1 - p))[~near & known].sum()
    focal = (positive + negative) / near.sum().clamp(min=1)
    half = truth.shape[1] // 2
    weight = truth[:, half:] * (truth[:, half:] > 0.3)
    distance = F.smooth_l1_loss(
        (offset / 10).expand_as(weight), (lateral[:, half:, None, None] / 10).expand_as(weight), reduction="none"
    )
    sideways = (distance * weight).sum() / weight.sum().clamp(min=1)
    return focal + sideways


def told(truth, visible):
    """Where something is known of each landmark's map: everywhere, but of an unknown one only at the others of its kind."""
    half = truth.shape[1] // 2
    others = torch.cat([part.amax(1, keepdim=True).expand_as(part) for part in (truth[:, :half], truth[:, half:])], 1)
    return (visible >= 0)[:, :, None, None] | (others > ANOTHER)


def validation_figures(net, samples, size: int, mm_per_pixel: float) -> dict:
    """Loss, and the distance in the slice (mm) between each visible landmark and its map's highest pixel."""
    values, errors = [], []
    for batch in samples.batches(size):
        with torch.no_grad():
            values.append(loss(net, batch, None, False).item() * len(batch["localiser-images"]))
        errors.append(errors_mm(net, batch, mm_per_pixel))
    found = torch.cat(errors)
    return {
        "validationLoss": sum(values) / len(samples),
        "medianMm": found.median().item(),
        "within5mm": (found < 5).float().mean().item(),
    }


def errors_mm(net, batch, mm_per_pixel: float):
    """Distance in the slice (mm) between each visible landmark and its map's highest pixel."""
    images, points, _, visible = prepare(batch, None, False)
    with torch.no_grad(), arithmetic():
        logits, _ = net(images)
    side = logits.shape[-1]
    best = logits.float().flatten(2).argmax(2)
    found = torch.stack([best % side, best // side], 2).float() * 2 + 0.5
    return ((found - points).norm(dim=2) * mm_per_pixel)[visible > 0]
