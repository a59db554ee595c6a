"""Chooses a localiser between the one that a training began with and the one it came to.

    python mean_weights.py --checkpoint RUN/localiser.pt --validation DIR… --out RUN/localiser-mean.pt

What went on from other weights forgets some of what they knew; weights on the straight line between both know both (Wortsman et
al., WiSE-FT, CVPR 2022). The least share of the way whose loss on the validation data is within ALIKE of the lowest is kept.
"""

import argparse

import torch

import localiser
from dataset import localiser_samples, together
from networks import network

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Losses no farther apart than this share are the same: few cases choose.
ALIKE = 0.01


def between(start: dict, end: dict, share: float) -> dict:
    return {k: start[k].lerp(w, share) if w.is_floating_point() else w for k, w in end.items()}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, help="of a localiser trained with --init")
    parser.add_argument("--validation", required=True, nargs="+", help="datasets that choose the share")
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    state = torch.load(args.checkpoint, weights_only=True)
    if state.get("start") is None:
        raise SystemExit(f"{args.checkpoint}: does not say which weights it began with: train it with --init")
    samples = together(args.validation, localiser_samples)
    net = network("localiser", state["spec"], state["options"]["width"]).eval()
    found = []
    for share in SHARES:
        weights = between(state["start"], state["best"]["net"], share)
        net.load_state_dict(weights)
        figures = localiser.validation_figures(net, samples, 16, state["spec"]["input"]["mmPerPixel"])
        print({"share": share, **figures}, flush=True)
        found.append((figures["validationLoss"], share, figures, weights))
    lowest = min(loss for loss, *_ in found)
    loss, share, figures, weights = next(each for each in found if each[0] <= lowest * (1 + ALIKE))
    state["best"] = {**state["best"], "validationLoss": loss, "net": weights}
    state["log"][state["best"]["epoch"] - 1].update(figures)
    state["facts"]["share"] = share
    torch.save(state, args.out)


if __name__ == "__main__":
    main()
