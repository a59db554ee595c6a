"""Multi-view classifier: one residual encoder shared by all views, attention over the views of a level."""

import torch
import torch.nn.functional as F
from torch import nn

from augment import affine, intensity, warp
from dataset import BLANK
from localiser import Residual, conv_bn

# Targets of a level in the service's order: canal, foramen left, foramen right, recess left, recess right.
TARGETS = 5


class Encoder(nn.Module):
    def __init__(self, channels: int, roles: int, widths, out: int):
        super().__init__()
        self.stems = nn.ModuleList(nn.Sequential(conv_bn(channels, widths[0], 2), nn.ReLU()) for _ in range(roles))
        blocks = [Residual(widths[0], widths[0])]
        for a, b in zip(widths, widths[1:]):
            blocks += [Residual(a, b, 2), Residual(b, b)]
        self.body = nn.Sequential(*blocks)
        self.out = nn.Linear(2 * widths[-1], out)

    def forward(self, views, role_of_view):
        """views [n, v, c, s, s] → [n, v, out]; one stem a role, everything after shared."""
        n, v = views.shape[:2]
        stems = torch.stack([self.stems[r](views[:, i]) for i, r in enumerate(role_of_view)], 1)
        x = self.body(stems.flatten(0, 1))
        return self.out(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)).unflatten(0, (n, v))


class Attention(nn.Module):
    """One pre-norm transformer layer, written out so that masked views take no part."""

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x, penalty):
        n, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-2, -1) * (d // self.heads) ** -0.5 + penalty, -1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(n, t, d))
        return x + self.mlp(self.norm2(x))


class Classifier(nn.Module):
    """
    views [n·levels, views, channels, s, s] in [0, 1], mask [n·levels, views] → logits [n·levels, 5, 3].
    Sides share all weights: the views are read twice, once with the left as the near side and once with the right.
    """

    def __init__(self, views: list[dict], levels: int, dim: int = 128, widths=(24, 40, 72, 112)):
        super().__init__()
        roles = sorted({v["role"] for v in views})
        self.levels = levels
        self.role_of_view = [roles.index(v["role"]) for v in views]
        sides = [v["side"] for v in views]
        # 0: both sides, 1: the near side, 2: the far side; first row with left as near, second with right.
        self.register_buffer("kind", torch.tensor([[0 if s is None else 1 + (s != near) for s in sides] for near in ("left", "right")]), persistent=False)
        self.register_buffer("role_index", torch.tensor(self.role_of_view), persistent=False)
        self.encoder = Encoder(len(views[0]["slicesMm"]), len(roles), widths, dim)
        self.role = nn.Parameter(torch.randn(len(roles), dim) * 0.02)
        self.nearness = nn.Parameter(torch.randn(3, dim) * 0.02)
        self.level = nn.Parameter(torch.randn(levels, dim) * 0.02)
        self.queries = nn.Parameter(torch.randn(3, dim) * 0.02)
        self.layers = nn.ModuleList(Attention(dim, 4) for _ in range(2))
        self.norm = nn.LayerNorm(dim)
        self.heads = nn.ModuleList(nn.Linear(dim, 3) for _ in range(3))

    def read(self, tokens, mask, level, near: int):
        n = tokens.shape[0]
        tokens = tokens + self.role[self.role_index] + self.nearness[self.kind[near]]
        queries = self.queries[None] + level[:, None]
        x = torch.cat([queries.expand(n, -1, -1), tokens], 1)
        shown = torch.cat([torch.ones_like(mask[:, :1]).expand(-1, 3), mask], 1)
        penalty = (shown - 1)[:, None, None, :] * 1e4
        for layer in self.layers:
            x = layer(x, penalty)
        x = self.norm(x[:, :3])
        return [head(x[:, i]) for i, head in enumerate(self.heads)]

    def forward(self, views, mask):
        tokens = self.encoder(views, self.role_of_view)
        level = self.level.repeat(views.shape[0] // self.levels, 1)
        left, right = self.read(tokens, mask, level, 0), self.read(tokens, mask, level, 1)
        return torch.stack([(left[0] + right[0]) / 2, left[1], right[1], left[2], right[2]], 1)


def prepare(batch, g, train: bool, sides):
    views = batch["views"].float() / 255
    mask = batch["mask"].float()
    n, levels, v, c, s, _ = views.shape
    images = views.reshape(n * levels * v, c, s, s)
    if train:
        # Both views of one axial slice move alike in the patient, but each its own way here: more variety, same label.
        images = warp(images, affine(len(images), 8, 1.15, 0.08, g))
        images = intensity(images, 1.0, g)
        drop_view = torch.rand(n, levels, v, generator=g) < 0.06
        role_gone = torch.rand(n, 1, 1, generator=g) < 0.12
        which = torch.randint(0, int(sides.max()) + 1, (n, 1, 1), generator=g)
        drop_role = role_gone & (sides[None, None, :] == which)
        mask = mask * (~(drop_view | drop_role)).float()
    images = images.reshape(n * levels, v, c, s, s) * mask.reshape(n * levels, v, 1, 1, 1)
    return images, mask.reshape(n * levels, v)


def loss(net, batch, g, train: bool, weights=None):
    images, mask = prepare(batch, g, train, net.role_index)
    grades = batch["grades"].long().reshape(-1, TARGETS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = net(images, mask)
    flat, truth = logits.float().reshape(-1, 3), grades.reshape(-1)
    return F.cross_entropy(flat, truth, ignore_index=BLANK, weight=weights)
