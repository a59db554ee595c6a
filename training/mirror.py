"""The same patient seen in a mirror: left and right swap places, in what is seen and in what is graded."""

import torch


class Mirror:
    """
    How a classifier's views and heads change when the patient is mirrored.

    A view of the left becomes the view of the right (axial views of the right are stored mirrored already). Views of
    no side change in themselves: sagittal stacks in the order of their slices, axial patches left to right. Views of
    the near side stay, for the mirrored patient's left sample is the right one's. A network that shares all weights
    between the sides therefore learns from it only through its views of no side.
    """

    def __init__(self, spec: dict):
        self.order = [[partner(view, i["views"]) for view in i["views"]] for i in spec["inputs"]]
        self.views = [i["views"] for i in spec["inputs"]]
        sides = {"left": "right", "right": "left"}
        heads = [(h.get("label") or h["condition"], h.get("side")) for h in spec["output"]["heads"]]
        self.heads = [heads.index((of, sides.get(side, side))) for of, side in heads]
        first = [sum(len(v) for v in self.views[:i]) for i in range(len(self.views))]
        self.mask = [at + v for at, order in zip(first, self.order) for v in order]

    def images(self, at: int, images: torch.Tensor) -> torch.Tensor:
        """Views of input `at` [n, views, slices, s, s] → those of the mirrored patients."""
        out = images[:, self.order[at]].clone()
        for v, view in enumerate(self.views[at]):
            if view["side"] is None:
                out[:, v] = out[:, v].flip(1 if view["plane"] == "sagittal" else 3)
        return out


def partner(view: dict, views: list[dict]) -> int:
    """Where the view of the other side stands; the view itself when it has no side or the near one."""
    sides = {"left": "right", "right": "left"}
    if view["side"] not in sides:
        if view["side"] is None and view["plane"] == "sagittal":
            if [-mm for mm in reversed(view["slicesMm"])] != view["slicesMm"]:
                raise ValueError(f"{view['name']}: its slices are not the same on both sides")
        return views.index(view)
    wanted = {**view, "side": sides[view["side"]]}
    for at, other in enumerate(views):
        if {**other, "name": view["name"]} == wanted:
            return at
    raise ValueError(f"{view['name']}: no view of the other side")


def mirror_of(spec: dict) -> Mirror | None:
    """None where a view or head has no counterpart on the other side."""
    try:
        return Mirror(spec)
    except ValueError:
        return None
