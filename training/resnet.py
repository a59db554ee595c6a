"""ResNet-50 (2D) and ResNet-18 (3D) with a width factor, and the three 3D networks of one level concatenated."""

import torch
import torch.nn.functional as F
from torch import nn

from layers import Grades, conv_bn, image_channels, scaled, shortcut


class Bottleneck(nn.Module):
    """Bottleneck block (He et al., CVPR 2016, fig. 5 right), the stride in its 3 × 3 convolution."""

    def __init__(self, cin: int, mid: int, cout: int, stride: int):
        super().__init__()
        self.layers = nn.Sequential(
            conv_bn(cin, mid, kernel=1), nn.ReLU(), conv_bn(mid, mid, stride), nn.ReLU(), conv_bn(mid, cout, kernel=1)
        )
        self.short = shortcut(cin, cout, stride)
        # A block begins as the identity: deep stacks then start to learn at once (Goyal et al., 2017, § 5.1).
        nn.init.zeros_(self.layers[-1][1].weight)

    def forward(self, x):
        return F.relu(self.layers(x) + self.short(x))


class ResNet50(nn.Module):
    """Blocks 3, 4, 6, 3 of widths 64–512 (× 4 out), each times `width`."""

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        channels = scaled(64, width)
        stem = [conv_bn(image_channels(spec, "resnet50"), channels, 2, 7), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        blocks = []
        for stage, (count, w) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512))):
            mid = scaled(w, width)
            for i in range(count):
                blocks.append(Bottleneck(channels, mid, 4 * mid, 2 if stage and i == 0 else 1))
                channels = 4 * mid
        self.stem, self.body = nn.Sequential(*stem), nn.Sequential(*blocks)
        self.grades = Grades(channels, spec["output"])

    def forward(self, x):
        return self.grades(self.body(self.stem(x)).mean((2, 3)))


def conv3d_bn(cin: int, cout: int, kernel, stride) -> nn.Sequential:
    padding = tuple(k // 2 for k in kernel)
    return nn.Sequential(nn.Conv3d(cin, cout, kernel, stride, padding, bias=False), nn.BatchNorm3d(cout))


class Residual3d(nn.Module):
    def __init__(self, cin: int, cout: int, stride: int):
        super().__init__()
        k, one = (3, 3, 3), (1, 1, 1)
        self.first, self.second = conv3d_bn(cin, cout, k, (stride,) * 3), conv3d_bn(cout, cout, k, one)
        self.stride = stride
        self.short = nn.Identity() if cin == cout and stride == 1 else conv3d_bn(cin, cout, one, one)

    def forward(self, x):
        # As in `shortcut`; a stack that is one slice deep by now has nothing to be pooled over.
        kernel = (min(self.stride, x.shape[2]), self.stride, self.stride)
        short = F.avg_pool3d(x, kernel, ceil_mode=True) if self.stride > 1 else x
        return F.relu(self.second(F.relu(self.first(x))) + self.short(short))


class ResNet18Volume(nn.Module):
    """3D ResNet-18 (Hara et al., CVPR 2018) without its classifier: volume [n, 1, slices, s, s] → features [n, out]."""

    def __init__(self, width: float):
        super().__init__()
        widths = [scaled(w, width) for w in (64, 128, 256, 512)]
        # Slices lie 4–5 mm apart, pixels under 1 mm: the stem goes down in the plane alone.
        layers = [conv3d_bn(1, widths[0], (3, 7, 7), (1, 2, 2)), nn.ReLU(), nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))]
        for i, w in enumerate(widths):
            layers += [Residual3d(widths[max(0, i - 1)], w, 1 if i == 0 else 2), Residual3d(w, w, 1)]
        self.body, self.out = nn.Sequential(*layers), widths[-1]

    def forward(self, x):
        return self.body(x).mean((2, 3, 4))


class ResNet18Branch(nn.Module):
    """One of the three networks of ResNet18Triple by itself, for images of which there is one series alone."""

    full_precision = True

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        if [i["layout"] for i in spec["inputs"]] != ["volume"] or "mask" in spec:
            raise SystemExit("resnet18-3d: wants one input of layout volume and no mask")
        self.volume = ResNet18Volume(width)
        self.grades = Grades(self.volume.out, spec["output"])

    def forward(self, x):
        return self.grades(self.volume(x))


class ResNet18Triple(nn.Module):
    """
    One 3D ResNet-18 a series, their features concatenated, all heads of a level from one linear layer. A volume that
    is missing is all zero and so is its feature: the mask says so to the last layer.
    """

    # In bfloat16 the gradients of small 3D convolutions hold memory never written (PyTorch 2.15 on CPUs with AMX).
    full_precision = True

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        if [i["layout"] for i in spec["inputs"]] != ["volume"] * 3 or "mask" not in spec:
            raise SystemExit("resnet18-3d-triple: wants three inputs of layout volume and a mask")
        self.volumes = nn.ModuleList(ResNet18Volume(width) for _ in spec["inputs"])
        self.grades = Grades(sum(v.out for v in self.volumes) + len(spec["inputs"]), spec["output"])

    def forward(self, *inputs):
        *volumes, mask = inputs
        features = [net(x) * mask[:, i : i + 1] for i, (net, x) in enumerate(zip(self.volumes, volumes))]
        return self.grades(torch.cat([*features, mask], 1))
