"""EfficientNet-B0 (Tan & Le, ICML 2019, table 1) with a further width factor."""

from torch import nn

from layers import Grades, conv_bn, image_channels, scaled

# Of each stage: expansion, channels, blocks, stride of the first, kernel.
STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int, squeezed: int):
        super().__init__()
        self.gate = nn.Sequential(nn.Conv2d(channels, squeezed, 1), nn.SiLU(), nn.Conv2d(squeezed, channels, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean((2, 3), keepdim=True))


class MbConv(nn.Module):
    """Inverted bottleneck with squeeze and excitation (MobileNetV2's block as EfficientNet uses it)."""

    def __init__(self, cin: int, cout: int, expansion: int, stride: int, kernel: int):
        super().__init__()
        mid = cin * expansion
        wide = [] if expansion == 1 else [conv_bn(cin, mid, kernel=1), nn.SiLU()]
        self.layers = nn.Sequential(
            *wide,
            conv_bn(mid, mid, stride, kernel, groups=mid),
            nn.SiLU(),
            SqueezeExcite(mid, max(1, cin // 4)),
            conv_bn(mid, cout, kernel=1),
        )
        self.same = cin == cout and stride == 1

    def forward(self, x):
        out = self.layers(x)
        return x + out if self.same else out


class EfficientNetB0(nn.Module):
    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        channels = scaled(32, width)
        layers: list[nn.Module] = [conv_bn(image_channels(spec, "efficientnet-b0"), channels, 2), nn.SiLU()]
        for expansion, w, count, stride, kernel in STAGES:
            for i in range(count):
                layers.append(MbConv(channels, scaled(w, width), expansion, stride if i == 0 else 1, kernel))
                channels = scaled(w, width)
        last = scaled(1280, width)
        self.body = nn.Sequential(*layers, conv_bn(channels, last, kernel=1), nn.SiLU())
        self.grades = Grades(last, spec["output"])

    def forward(self, x):
        return self.grades(self.body(x).mean((2, 3)))
