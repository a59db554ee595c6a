"""Segmenter of one plane: a residual U-Net that says of every pixel of a slice which structure it shows."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from augment import affine, coarse, curve, intensity, uniform
from layers import arithmetic, scaled
from unet import UNet

PLANES = ("sagittal", "axial")
# Labels of `cli dataset` beside those of the structures, which count from 1, the disc; 0 is nothing.
NO_DISC, NOT_DRAWN, UNTOLD = 253, 254, 255


class Segmenter(UNet):
    """[n, 1, s, s] in [0, 1] → logits [n, 1 + structures, s, s]. Its widest maps have half the resolution of the image."""

    def __init__(self, structures: int, width: float = 1.0):
        super().__init__(1, 4 * (1 + structures), [scaled(w, width) for w in (16, 32, 48, 64, 72)])
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return F.pixel_shuffle(super().forward(x), 2)


class Served(nn.Module):
    """What is exported: probabilities."""

    def __init__(self, net: Segmenter):
        super().__init__()
        self.net = net

    def forward(self, slice):
        return torch.softmax(self.net(slice), 1)


def bent(n: int, size: int, g) -> torch.Tensor:
    """
    Where each pixel is taken from, [n, s, s, 2]: rotated, scaled, along the rows and down the columns by shares of their own, as
    discs are thin or thick, moved, and bent by up to about 3 % of the width.
    """
    theta = affine(n, 15, 1.35, 0.12, g)
    tall = torch.exp(uniform(n, -math.log(1.25), math.log(1.25), g))[:, None]
    theta = torch.cat([theta[:, :1] / tall[..., None] ** 0.5, theta[:, 1:] * tall[..., None] ** 0.5], 1)
    grid = F.affine_grid(theta, [n, 1, size, size], align_corners=False)
    push = (torch.rand(n, 2, 5, 5, generator=g) * 2 - 1) * 0.05 * torch.rand(n, 1, 1, 1, generator=g)
    return grid + F.interpolate(push, size=(size, size), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)


def prepare(batch, plane: str, g, train: bool):
    """Slices of all studies [n, 1, s, s] and their labels [n, s, s], those that somebody labelled; augmented when training."""
    images = batch[f"segmenter-{plane}-images"].flatten(0, 1)[:, None]
    labels = batch[f"segmenter-{plane}-labels"].flatten(0, 1)
    known = (labels != UNTOLD).flatten(1).any(1)
    images, labels = images[known].float() / 255, labels[known]
    if train:
        grid = bent(len(images), images.shape[-1], g)
        images = F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        moved = F.grid_sample(labels[:, None].float() + 1, grid, mode="nearest", padding_mode="zeros", align_corners=False)
        labels = torch.where(moved > 0, moved - 1, UNTOLD)[:, 0]
        images = intensity(coarse(curve(images, g), g), 1.2, g)
    return images.contiguous(memory_format=torch.channels_last), labels.long()


def known_of(k: int, last: int, labels):
    """
    Where it is known whether a pixel is of structure k. Of pixels that were not drawn nobody knows whether they are of the last
    structure, the epidural space; of some it is known that they are of no disc, the first, and no more.
    """
    known = labels != UNTOLD
    if k != 1:
        known = known & (labels != NO_DISC)
    return known & (labels != NOT_DRAWN) if k == last else known


def overlap(p, labels):
    """Soft Dice of each structure over what is known of it [structures], and whether the batch shows it."""
    dice, shown = [], []
    last = p.shape[1] - 1
    for k in range(1, last + 1):
        known = known_of(k, last, labels).float()
        truth = (labels == k).float()
        here = p[:, k] * known
        dice.append((2 * (here * truth).sum() + 1) / (here.sum() + truth.sum() + 1))
        shown.append(truth.any())
    return torch.stack(dice), torch.stack(shown)


def loss_of(logits, labels):
    """Cross-entropy over what is known, plus one minus the mean soft Dice (Milletari et al., 3DV 2016) of what is shown."""
    log_p = torch.log_softmax(logits, 1)
    classes = logits.shape[1]
    exact = log_p.gather(1, labels.clamp(max=classes - 1)[:, None])[:, 0]
    # Not drawn: nothing, or the epidural space.
    either = torch.logaddexp(log_p[:, 0], log_p[:, -1])
    log_likelihood = torch.where(labels == NOT_DRAWN, either, exact)
    # Anything but a disc.
    others = torch.cat([log_p[:, :1], log_p[:, 2:]], 1).logsumexp(1)
    log_likelihood = torch.where(labels == NO_DISC, others, log_likelihood)
    told = (labels != UNTOLD).float()
    entropy = -(log_likelihood * told).sum() / told.sum().clamp(min=1)
    dice, shown = overlap(log_p.exp(), labels)
    return entropy + 1 - dice[shown].mean()


def loss(net, batch, plane: str, g, train: bool):
    images, labels = prepare(batch, plane, g, train)
    with arithmetic():
        logits = net(images)
    return loss_of(logits.float(), labels)


def validation_figures(net, samples, plane: str, spec: dict, size: int) -> dict:
    """Loss, and Dice of each structure over all slices as it is served: the likeliest structure of each pixel."""
    structures = spec["output"]["structures"]
    values, both, either = [], torch.zeros(len(structures)), torch.zeros(len(structures))
    for batch in samples.batches(size):
        images, labels = prepare(batch, plane, None, False)
        with torch.no_grad(), arithmetic():
            logits = net(images).float()
        values.append(loss_of(logits, labels).item())
        best = logits.argmax(1)
        for k in range(len(structures)):
            known = known_of(k + 1, len(structures), labels)
            found, truth = (best == k + 1) & known, labels == k + 1
            both[k] += 2 * (found & truth).sum()
            either[k] += found.sum() + truth.sum()
    dice = {name: round((both[k] / either[k].clamp(min=1)).item(), 4) for k, name in enumerate(structures)}
    return {"validationLoss": sum(values) / len(values), **dice}
