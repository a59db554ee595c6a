"""Classifier of what has two sides: a residual encoder reads each side's own view, left and right with the same weights."""

import torch
from torch import nn

from layers import Residual, conv_bn, scaled


class OwnSide(nn.Module):
    """
    Of whole levels: views [n, 2, slices, s, s] of left and right (axial ones of the right mirrored) and mask [n, 2]; of
    sides: the near view [n, 1, slices, s, s]; in [0, 1] → logits [n, heads, classes]. A head of a side reads that side's
    view and no other; one of no side the mean of what the views say that are there.
    """

    # What is not seen on its own view is not learnt from another.
    reads_other_views = False

    def __init__(self, spec: dict, width: float = 1.0, dropout: float = 0.3):
        super().__init__()
        views, heads = spec["inputs"][0]["views"], spec["output"]["heads"]
        wanted = (["left", "right"], True) if spec["sample"] == "level" else (["near"], False)
        if (sorted(str(v["side"]) for v in views), "mask" in spec) != wanted or len(spec["inputs"]) != 1:
            raise SystemExit("own-side: wants one input, a left and a right view with a mask, or the near view without one")
        self.side_of_view = [v["side"] for v in views]
        self.rows = spec["inputs"][0].get("rows", spec["inputs"][0]["size"])
        widths, hidden = [scaled(w, width) for w in (24, 40, 72, 112)], scaled(96, width)
        blocks = [conv_bn(len(views[0]["slicesMm"]), widths[0], 2), nn.ReLU(), Residual(widths[0], widths[0])]
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            blocks += [Residual(a, b, 2)] + ([Residual(b, b)] if i < 2 else [])
        self.body = nn.Sequential(*blocks)
        self.level = nn.Parameter(torch.randn(len(spec["levels"]), 16))
        self.hidden = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * widths[-1] + 16, hidden), nn.ReLU(), nn.Dropout(dropout)
        )
        conditions = list(dict.fromkeys(h["condition"] for h in heads))
        self.wanted = [(conditions.index(h["condition"]), h["side"]) for h in heads]
        self.heads = nn.ModuleList(nn.Linear(hidden, len(spec["output"]["classes"])) for _ in conditions)

    def forward(self, views, mask=None):
        above = (views.shape[-2] - self.rows) // 2
        images = views[..., above : above + self.rows, :].flatten(0, 1)
        x = self.body(images.contiguous(memory_format=torch.channels_last))
        # Samples go by level, then by side; so do the views of samples that are whole levels.
        level = self.level.repeat_interleave(2, 0).repeat(images.shape[0] // (2 * len(self.level)), 1)
        x = self.hidden(torch.cat([x.mean((2, 3)), x.amax((2, 3)), level.to(x.dtype)], 1))
        said = [head(x).unflatten(0, views.shape[:2]) for head in self.heads]
        return torch.stack([self.of_side(said[c], side, mask) for c, side in self.wanted], 1)

    def of_side(self, said, side, mask):
        """said [n, views, classes], mask [n, views] → [n, classes]."""
        if side is not None:
            return said[:, self.side_of_view.index(side)]
        return (said * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
