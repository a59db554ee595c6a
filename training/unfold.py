"""Takes weights back out of an exported network, whose batch normalisations the exporter has folded into the convolutions."""

import hashlib
import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn


def localiser_of(pack: Path) -> Path:
    """The localiser's file in a pack, which is the one that its manifest names."""
    spec = json.loads((pack / "manifest.json").read_text())["localiser"]
    file = pack / spec["file"]
    if hashlib.sha256(file.read_bytes()).hexdigest() != spec["sha256"]:
        raise SystemExit(f"{file}: is not the file its manifest names")
    return file


@torch.no_grad()
def unfold(net: nn.Module, file: Path, images: torch.Tensor):
    """
    Gives `net` the weights of an ONNX file that `onnx_file.export` wrote of it. What normalisations had measured is lost: it is
    measured anew on `images`, and they scale and shift so that the network answers as the file does.
    """
    graph = onnx.load(str(file)).graph
    weights = {
        w.name.removeprefix("net.").removesuffix(".half"): torch.from_numpy(numpy_helper.to_array(w).copy()).float()
        for w in graph.initializer
    }
    own = net.state_dict()
    net.load_state_dict({**own, **{k: v for k, v in weights.items() if k in own and own[k].shape == v.shape}})
    hooks = []
    for name, module in net.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            convolution = f"{name.rpartition('.')[0]}.{int(name.rpartition('.')[2]) - 1}"
            hooks.append(module.register_forward_pre_hook(neutral(weights[f"{convolution}.weight_bias"])))
    net.eval()
    net(images)
    for hook in hooks:
        hook.remove()
    print(f"{len(weights)} tensors from {file}")


def neutral(bias: torch.Tensor):
    """Before a normalisation runs: it measures what it is given, and adds `bias` to it, nothing else."""

    def before(norm: nn.BatchNorm2d, given):
        (x,) = given
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(mean + bias)

    return before
