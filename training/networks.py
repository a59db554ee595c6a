"""Every network that `train.py` knows, by name."""

from torch import nn

from convnets import DenseCnn, ResidualCnn, SliceCnn, mini_stack_cnn
from efficientnet import EfficientNetB0
from foramen_finder import ForamenFinder
from localiser import Localiser
from multi_view import MultiView
from own_side import OwnSide
from resnet import ResNet18Branch, ResNet18Triple, ResNet50
from segmenter import Segmenter

# Each is made from a classifier of a manifest and a width factor.
CLASSIFIERS = {
    "multi-view": MultiView,
    "own-side": OwnSide,
    "slice-cnn": SliceCnn,
    "mini-stack-cnn": mini_stack_cnn,
    "resnet50": ResNet50,
    "efficientnet-b0": EfficientNetB0,
    "dense-cnn": DenseCnn,
    "residual-cnn": ResidualCnn,
    "resnet18-3d": ResNet18Branch,
    "resnet18-3d-triple": ResNet18Triple,
}


def localiser_network(spec: dict, width: float = 1.0) -> Localiser:
    return Localiser(spec["input"]["slices"], len(spec["output"]["landmarks"]), width)


def network(name: str, spec: dict, width: float = 1.0) -> nn.Module:
    """The untrained network for a manifest's localiser, foramen finder, segmenter of a plane or classifier."""
    if name.startswith("segmenter-"):
        return Segmenter(len(spec["output"]["structures"]), width)
    if name == "foramen-finder":
        return ForamenFinder(len(spec["output"]["levels"]), width)
    return localiser_network(spec, width) if name == "localiser" else CLASSIFIERS[name](spec, width)


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())
