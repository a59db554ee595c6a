"""What the networks that find places share: a residual U-Net (Ronneberger et al., MICCAI 2015) and its heat maps."""

import torch
import torch.nn.functional as F
from torch import nn

from layers import Residual, conv_bn


class UNet(nn.Module):
    """[n, channels, s, s] → [n, maps, s/2, s/2]; s a multiple of 32. Every map begins at a low probability."""

    def __init__(self, channels: int, maps: int, widths: list[int]):
        super().__init__()
        self.stem = nn.Sequential(conv_bn(channels, widths[0], 2), nn.ReLU())
        self.down = nn.ModuleList(
            nn.Sequential(Residual(a, b, 2), Residual(b, b)) for a, b in zip(widths, widths[1:])
        )
        pairs = list(zip(widths, widths[1:]))[::-1]
        self.reduce = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.up = nn.ModuleList(Residual(a, a) for a, _ in pairs)
        self.head = nn.Conv2d(widths[0], maps, 1)
        nn.init.constant_(self.head.bias, -4.0)

    def forward(self, x):
        x = self.stem(x)
        skips = []
        for stage in self.down:
            skips.append(x)
            x = stage(x)
        for reduce, block, skip in zip(self.reduce, self.up, reversed(skips)):
            x = F.interpolate(reduce(x), scale_factor=2.0, mode="bilinear", align_corners=False)
            x = block(x + skip)
        return self.head(x)


def heatmap_targets(points, shown, side: int, sigma: float):
    """Gaussians of height 1 at the points (input pixels), times `shown`; `sigma` in heat-map pixels."""
    at = (points + 0.5) / 2 - 0.5
    axis = torch.arange(side, dtype=torch.float32)
    dx = (axis[None, None, :] - at[:, :, 0:1]) ** 2
    dy = (axis[None, None, :] - at[:, :, 1:2]) ** 2
    maps = torch.exp(-(dy[:, :, :, None] + dx[:, :, None, :]) / (2 * sigma**2))
    return maps * shown[:, :, None, None]
