"""Multi-view classifier: one residual encoder shared by all views, attention over the views of a level."""

import torch
from torch import nn

from layers import Residual, conv_bn, scaled


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


class MultiView(nn.Module):
    """
    views [studies·levels, views, slices, s, s] in [0, 1], mask [studies·levels, views] → logits [.., heads, classes].
    Sides share all weights: the views are read twice, once with the left as the near side and once with the right.
    """

    def __init__(self, spec: dict, width: float = 1.0):
        super().__init__()
        if spec["sample"] != "level" or len(spec["inputs"]) != 1 or spec["inputs"][0]["layout"] != "views" or "mask" not in spec:
            raise SystemExit("multi-view: wants one input of layout views with a mask, a sample a level")
        views, heads = spec["inputs"][0]["views"], spec["output"]["heads"]
        dim, widths = scaled(128, width), [scaled(w, width) for w in (24, 40, 72, 112)]
        roles = sorted({v["role"] for v in views})
        self.levels = len(spec["levels"])
        self.role_of_view = [roles.index(v["role"]) for v in views]
        sides = [v["side"] for v in views]
        # 0: both sides, 1: the near side, 2: the far side; first row with left as near, second with right.
        kind = [[0 if s is None else 1 + (s != near) for s in sides] for near in ("left", "right")]
        self.register_buffer("kind", torch.tensor(kind), persistent=False)
        self.register_buffer("role_index", torch.tensor(self.role_of_view), persistent=False)
        conditions = list(dict.fromkeys(h["condition"] for h in heads))
        self.wanted = [(conditions.index(h["condition"]), h["side"]) for h in heads]
        self.encoder = Encoder(len(views[0]["slicesMm"]), len(roles), widths, dim)
        self.role = nn.Parameter(torch.randn(len(roles), dim) * 0.02)
        self.nearness = nn.Parameter(torch.randn(3, dim) * 0.02)
        self.level = nn.Parameter(torch.randn(self.levels, dim) * 0.02)
        self.queries = nn.Parameter(torch.randn(len(conditions), dim) * 0.02)
        self.layers = nn.ModuleList(Attention(dim, 4) for _ in range(2))
        self.norm = nn.LayerNorm(dim)
        self.heads = nn.ModuleList(nn.Linear(dim, len(spec["output"]["classes"])) for _ in conditions)

    def read(self, tokens, mask, level, near: int):
        n, asked = tokens.shape[0], len(self.heads)
        tokens = tokens + self.role[self.role_index] + self.nearness[self.kind[near]]
        queries = self.queries[None] + level[:, None]
        x = torch.cat([queries.expand(n, -1, -1), tokens], 1)
        shown = torch.cat([torch.ones_like(mask[:, :1]).expand(-1, asked), mask], 1)
        penalty = (shown - 1)[:, None, None, :] * 1e4
        for layer in self.layers:
            x = layer(x, penalty)
        x = self.norm(x[:, :asked])
        return [head(x[:, i]) for i, head in enumerate(self.heads)]

    def forward(self, views, mask):
        tokens = self.encoder(views, self.role_of_view)
        level = self.level.repeat(views.shape[0] // self.levels, 1)
        left, right = self.read(tokens, mask, level, 0), self.read(tokens, mask, level, 1)
        side = {"left": left, "right": right, None: [(a + b) / 2 for a, b in zip(left, right)]}
        return torch.stack([side[s][c] for c, s in self.wanted], 1)
