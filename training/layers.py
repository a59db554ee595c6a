"""Layers that several networks are made of."""

import torch
import torch.nn.functional as F
from torch import nn

# Where the processor has it not, PyTorch imitates it, eight times as slow as full precision.
HAS_BFLOAT16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def scaled(channels: int, width: float) -> int:
    """Channels of a network `width` times as wide: a multiple of 8, at least 8."""
    return max(8, round(channels * width / 8) * 8)


def arithmetic(wanted: bool = True) -> torch.autocast:
    """bfloat16 where the processor has it and it is wanted, else full precision."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=wanted and HAS_BFLOAT16)


def conv_bn(cin: int, cout: int, stride: int = 1, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout)
    )


def shortcut(cin: int, cout: int, stride: int) -> nn.Module:
    """
    The identity where shapes allow; else mean over the stride, then 1 × 1 (ResNet-D; He et al., CVPR 2019, fig. 2c).
    A strided 1 × 1 convolution would look at a quarter of the pixels, and in bfloat16 with few channels it overruns
    memory in the CPU library of PyTorch 2.15.
    """
    if cin == cout and stride == 1:
        return nn.Identity()
    pool = [nn.AvgPool2d(2, ceil_mode=True)] if stride == 2 else []
    return nn.Sequential(*pool, conv_bn(cin, cout, kernel=1))


class Residual(nn.Module):
    """Basic residual block (He et al., CVPR 2016, fig. 5 left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1):
        super().__init__()
        self.first = conv_bn(cin, cout, stride)
        self.second = conv_bn(cout, cout)
        self.short = shortcut(cin, cout, stride)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.short(x))


class Grades(nn.Module):
    """Features [n, f] → logits [n, heads, classes], or [n, labels] for labels."""

    def __init__(self, features: int, output: dict, dropout: float = 0.2):
        super().__init__()
        heads = len(output["heads"])
        self.shape = (heads, len(output["classes"])) if "classes" in output else (heads,)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(features, heads * len(output.get("classes", [0])))

    def forward(self, x):
        return self.out(self.drop(x)).unflatten(1, self.shape)


def image_channels(spec: dict, network: str) -> int:
    """Channels of the one image a 2D network looks at."""
    inputs = spec["inputs"]
    if len(inputs) != 1 or inputs[0]["layout"] != "channels" or "mask" in spec:
        raise SystemExit(f"{network}: wants one input of layout channels and no mask")
    return sum(len(view["slicesMm"]) for view in inputs[0]["views"])
