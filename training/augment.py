"""Augmentation on batches of images in [0, 1]: what scanners, protocols and patients vary and labels survive."""

import math

import torch
import torch.nn.functional as F


def uniform(n: int, low: float, high: float, g: torch.Generator) -> torch.Tensor:
    return torch.rand(n, generator=g) * (high - low) + low


def affine(n, degrees, scale, shift, g):
    """Random rotation, log-uniform scale and shift (fraction of half the width) as 2 × 3 matrices, output → input."""
    angle = uniform(n, -degrees, degrees, g) * math.pi / 180
    zoom = torch.exp(uniform(n, -math.log(scale), math.log(scale), g))
    cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos, -sin
    theta[:, 1, 0], theta[:, 1, 1] = sin, cos
    theta[:, :, 2] = torch.stack([uniform(n, -shift, shift, g), uniform(n, -shift, shift, g)], 1)
    return theta


def warp(images: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def move_points(points: torch.Tensor, theta: torch.Tensor, size: int) -> torch.Tensor:
    """Pixel coordinates [n, k, 2] of the input → of the warped image."""
    normalised = (points + 0.5) * 2 / size - 1
    inverse = torch.linalg.inv(theta[:, :, :2])
    moved = (normalised - theta[:, None, :, 2]) @ inverse.transpose(1, 2)
    return (moved + 1) * size / 2 - 0.5


def intensity(images: torch.Tensor, strength: float, g: torch.Generator) -> torch.Tensor:
    """Gamma, contrast, smooth shading, blur and noise, each image its own; values stay in [0, 1]."""
    n, c, h, w = images.shape
    gamma = torch.exp(uniform(n, -0.8, 0.5, g) * strength)[:, None, None, None]
    x = images.clamp(1e-4, 1) ** gamma
    gain = 1 + uniform(n, -0.25, 0.25, g)[:, None, None, None] * strength
    x = x * gain
    shading = 1 + 0.3 * strength * (torch.rand(n, 1, 3, 3, generator=g) * 2 - 1)
    x = x * F.interpolate(shading, size=(h, w), mode="bicubic", align_corners=True)
    blurred = F.avg_pool2d(x, 3, 1, 1)
    amount = uniform(n, -0.6, 0.9, g).clamp(min=0)[:, None, None, None] * strength
    x = x + (blurred - x) * amount
    sigma = uniform(n, 0, 0.06, g)[:, None, None, None] * strength
    return (x + torch.randn(n, c, h, w, generator=g) * sigma).clamp(0, 1)


def curve(images, g):
    """Half of the images through a curve of their own, rising or, of a few, any: contrasts that no scanner has."""
    n = len(images)
    rising = torch.rand(n, 6, generator=g).sort(1).values
    drawn = torch.where(torch.rand(n, 1, generator=g) < 0.25, torch.rand(n, 6, generator=g), rising)
    straight = torch.linspace(0, 1, 6)[None]
    knots = torch.where(torch.rand(n, 1, generator=g) < 0.5, drawn, straight)
    at = (images.flatten(1) * 5).clamp(0, 5)
    low = at.floor().clamp(max=4).long()
    part = at - low
    return (knots.gather(1, low) * (1 - part) + knots.gather(1, low + 1) * part).reshape(images.shape)


def coarse(images, g):
    """Half of the images as if their pixels were larger, up to 2.5 times, along rows, columns or both."""
    size = images.shape[-1]
    share = uniform(2, 0.4, 1.0, g).tolist()
    small = [max(8, round(size * s)) if s < 0.9 else size for s in share]
    less = F.interpolate(images, size=small, mode="bilinear", align_corners=False, antialias=True)
    less = F.interpolate(less, size=(size, size), mode="bilinear", align_corners=False)
    return torch.where(torch.rand(len(images), 1, 1, 1, generator=g) < 0.5, less, images)
