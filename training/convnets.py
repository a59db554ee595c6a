"""Small 2D networks for one image a sample: a slice, a mini-stack (slices as channels), a region of interest."""

import torch
from torch import nn

from layers import Grades, Residual, conv_bn, image_channels, scaled


class SliceCnn(nn.Module):
    """
    Five blocks of convolution, batch normalisation, ReLU and pooling, then dropout and a linear layer: the kind of
    network García de Celis and Bukaita train on axial T2 slices of the challenge (Med Res Arch 2025;13(7)).
    `stack`: whether several slices are its channels.
    """

    def __init__(self, spec: dict, width: float = 1.0, stack: bool = False):
        super().__init__()
        name = "mini-stack-cnn" if stack else "slice-cnn"
        channels = image_channels(spec, name)
        if (channels > 1) != stack:
            raise SystemExit(f"{name}: wants {'several slices' if stack else 'one slice'}, got {channels}")
        widths = [scaled(w, width) for w in (32, 64, 96, 128, 192)]
        blocks = [[conv_bn(a, b), nn.ReLU(), nn.MaxPool2d(2)] for a, b in zip([channels, *widths], widths)]
        self.body = nn.Sequential(*(layer for block in blocks for layer in block))
        self.grades = Grades(2 * widths[-1], spec["output"])

    def forward(self, x):
        x = self.body(x)
        return self.grades(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))


def mini_stack_cnn(spec: dict, width: float = 1.0) -> SliceCnn:
    return SliceCnn(spec, width, stack=True)


class DenseLayer(nn.Module):
    def __init__(self, cin: int, growth: int):
        super().__init__()
        self.squeeze = nn.Sequential(nn.BatchNorm2d(cin), nn.ReLU(), nn.Conv2d(cin, 4 * growth, 1, bias=False))
        self.grow = nn.Sequential(
            nn.BatchNorm2d(4 * growth), nn.ReLU(), nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)
        )

    def forward(self, x):
        return torch.cat([x, self.grow(self.squeeze(x))], 1)


class DenseCnn(nn.Module):
    """DenseNet-BC (Huang et al., CVPR 2017) of three blocks, for regions of interest of about 64 pixels."""

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        growth = scaled(16, width)
        channels = 2 * growth
        layers: list[nn.Module] = [conv_bn(image_channels(spec, "dense-cnn"), channels, 2), nn.ReLU()]
        for block in range(3):
            for _ in range(5):
                layers.append(DenseLayer(channels, growth))
                channels += growth
            if block < 2:
                layers += [
                    nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)
                ]
                channels //= 2
        self.body = nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU())
        self.grades = Grades(channels, spec["output"])

    def forward(self, x):
        return self.grades(self.body(x).mean((2, 3)))


class ResidualCnn(nn.Module):
    """Eight basic residual blocks (He et al., CVPR 2016)."""

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        widths = [scaled(w, width) for w in (32, 48, 80, 128)]
        blocks = [conv_bn(image_channels(spec, "residual-cnn"), widths[0], 2), nn.ReLU()]
        for i, w in enumerate(widths):
            blocks += [Residual(widths[max(0, i - 1)], w, 1 if i == 0 else 2), Residual(w, w)]
        self.body = nn.Sequential(*blocks)
        self.grades = Grades(widths[-1], spec["output"])

    def forward(self, x):
        return self.grades(self.body(x).mean((2, 3)))
