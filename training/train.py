"""Trains one network of a pack on a dataset made by `npm run -s cli -- dataset`.

    python train.py localiser  --data DIR --validation DIR --run DIR
    python train.py foramen-finder --data DIR… --validation DIR… --run DIR
    python train.py segmenter-sagittal --data DIR… --validation DIR… --run DIR
    python train.py multi-view --data DIR… --validation DIR… --run DIR [--classifier 0] [--pack FILE]

Writes RUN/<name>.pt after every epoch (resumed from when present; the same run to the bit) and RUN/<name>-log.jsonl.
The weights with the lowest validation loss are kept beside the last and are what `export_pack.py` exports.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel

import foramen_finder
import grading
import localiser
import segmenter
from dataset import about, classifier_samples, finder_samples, localiser_samples, pack_of, segmenter_samples, together
from mirror import mirror_of
from networks import CLASSIFIERS, network, parameters
from unfold import localiser_of, unfold

WARM_UP_STEPS = 200
SEGMENTERS = [f"segmenter-{plane}" for plane in segmenter.PLANES]


class LocaliserTask:
    """What the loop needs to know of a localiser."""

    batch = 16

    def __init__(self, spec: dict, data: list[str], validation: list[str]):
        self.spec = spec
        self.samples, self.validation = (together(of, localiser_samples) for of in (data, validation))

    def loss(self, net, batch, g):
        return localiser.loss(net, batch, g, True)

    def figures(self, net, size):
        return localiser.validation_figures(net, self.validation, size, self.spec["input"]["mmPerPixel"])


class FinderTask:
    """What the loop needs to know of a foramen finder."""

    batch = 8

    def __init__(self, spec: dict, data: list[str], validation: list[str]):
        self.spec = spec
        self.samples, self.validation = (together(of, finder_samples) for of in (data, validation))

    def loss(self, net, batch, g):
        return foramen_finder.loss(net, batch, g, True)

    def figures(self, net, size):
        return foramen_finder.validation_figures(net, self.validation, size, self.spec["input"]["mmPerPixel"])


class SegmenterTask:
    """What the loop needs to know of a segmenter of one plane."""

    batch = 6

    def __init__(self, plane: str, spec: dict, data: list[str], validation: list[str]):
        self.plane, self.spec = plane, spec
        self.samples, self.validation = (
            together(of, lambda folder: segmenter_samples(folder, plane)) for of in (data, validation)
        )

    def loss(self, net, batch, g):
        return segmenter.loss(net, batch, self.plane, g, True)

    def figures(self, net, size):
        return segmenter.validation_figures(net, self.validation, self.plane, self.spec, size)


class ClassifierTask:
    """What the loop needs to know of a classifier, whatever its network."""

    def __init__(self, spec: dict, data: list[str], validation: list[str], weights: str, variation: grading.Variation):
        self.spec, self.mirror, self.variation = spec, mirror_of(spec), variation
        self.samples, self.validation = (
            together(of, lambda folder: classifier_samples(folder, spec)) for of in (data, validation)
        )
        per_study = len(spec["levels"]) * (2 if spec["sample"] == "level-side" else 1)
        self.batch = max(1, 32 // per_study)
        truth = torch.cat([b["truth"].flatten(0, 1).long() for b in self.samples.batches(64)]) if weights != "none" else None
        self.weights = grading.class_weights(weights, spec, truth)

    def loss(self, net, batch, g):
        return grading.loss(net, batch, self.spec, g, self.mirror, self.weights, self.variation)

    def figures(self, net, size):
        return grading.validation_figures(net, self.validation, self.spec, size, self.weights)


def rate_at(step: int, cycle_steps: int, peak: float) -> float:
    """
    Linear warm-up, then half a cosine down to zero; every further cycle does so again from half the peak of the one
    before (warm restarts: Loshchilov & Hutter, ICLR 2017).
    """
    cycle, at = divmod(step, cycle_steps)
    warm = min(1.0, (at + 1) / min(WARM_UP_STEPS, max(1, cycle_steps // 10)))
    return peak / 2**cycle * warm * 0.5 * (1 + math.cos(math.pi * at / cycle_steps))


def write_safely(state: dict, path: Path):
    """Whole or not at all, whenever the process dies."""
    torch.save(state, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def mean_of(net, decay: float) -> AveragedModel:
    """
    The moving mean of the weights and of what batch normalisation has seen, which is what is validated and kept
    (Polyak & Juditsky, SIAM J Control Optim 1992); shorter at first, when the weights are still far from good. With
    decay 0 it is the weights themselves.
    """

    @torch.no_grad()
    def moved(means, weights, steps):
        towards = 1 - min(decay, (1 + int(steps)) / (10 + int(steps)))
        for mean, weight in zip(means, weights):
            mean.lerp_(weight, towards) if mean.is_floating_point() else mean.copy_(weight)

    return AveragedModel(net, multi_avg_fn=moved, use_buffers=True)


def resume(path: Path, options: dict, net, averaged, optimiser) -> dict | None:
    if not path.exists():
        return None
    state = torch.load(path, weights_only=True)
    differing = [k for k in options if state["options"].get(k) != options[k]]
    if differing:
        raise SystemExit(f"{path}: made with another {', '.join(differing)}; remove it or name another --run")
    net.load_state_dict(state["net"])
    averaged.load_state_dict(state["averaged"])
    optimiser.load_state_dict(state["optimiser"])
    return state


def start_from(net, path: str, task):
    """Transfer: weights of the same name and shape from another checkpoint's best state, or of a pack's localiser."""
    if Path(path).is_dir():
        images = task.samples.batch(range(min(len(task.samples), 16)))["localiser-images"].float() / 255
        return unfold(net, localiser_of(Path(path)), images)
    source, own = torch.load(path, weights_only=True)["best"]["net"], net.state_dict()
    fitting = {k: v for k, v in source.items() if k in own and own[k].shape == v.shape}
    net.load_state_dict({**own, **fitting})
    print(f"{len(fitting)} of {len(own)} tensors from {path}")


def one_epoch(task, net, averaged, optimiser, epoch: int, args, size: int) -> float:
    """Mean loss. Everything random follows from (seed, epoch): a resumed run is the same run."""
    torch.manual_seed(args.seed * 1000 + epoch)
    g = torch.Generator().manual_seed(args.seed * 1000 + epoch)
    order = torch.randperm(len(task.samples), generator=g).tolist()
    steps, total_loss, began = max(1, len(order) // size), 0.0, time.time()
    net.train()
    for step in range(steps):
        rate = rate_at(epoch * steps + step, steps * args.epochs, args.rate)
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = task.samples.batch(order[step * size : (step + 1) * size])
        optimiser.zero_grad(set_to_none=True)
        value = task.loss(net, batch, g)
        value.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        averaged.update_parameters(net)
        total_loss += value.item()
        if step % 10 == 9 or step + 1 == steps:
            left = (time.time() - began) / (step + 1) * (steps - step - 1)
            text = f"epoch {epoch + 1}/{args.epochs * args.cycles} step {step + 1}/{steps} loss {total_loss / (step + 1):.4f}, {left:.0f} s left"
            print(f"\r{text:<78}", end="", flush=True)
    return total_loss / steps


def epochs(task, net, averaged, optimiser, state, args, options, facts, run: Path, start: dict | None):
    """Trains to the last epoch, or until the validation loss has not fallen for `patience` epochs."""
    size = args.batch or task.batch
    log = state["log"] if state else []
    best = state["best"] if state else {"epoch": 0, "validationLoss": math.inf, "net": {}}
    last = args.epochs * args.cycles
    for epoch in range(len(log), min(last, args.stop_after or last)):
        if epoch - best["epoch"] >= args.patience and epoch >= last - args.epochs:
            print(f"stopped: no lower validation loss since epoch {best['epoch']}")
            break
        began = time.time()
        mean_loss = one_epoch(task, net, averaged, optimiser, epoch, args, size)
        averaged.eval()
        figures = task.figures(averaged.module, size)
        if figures["validationLoss"] < best["validationLoss"]:
            weights = {k: v.clone() for k, v in averaged.module.state_dict().items()}
            best = {"epoch": epoch + 1, "validationLoss": figures["validationLoss"], "net": weights}
        log.append({"epoch": epoch + 1, "loss": mean_loss, **figures, "seconds": round(time.time() - began)})
        print("\r" + json.dumps(log[-1]), flush=True)
        weights = {"net": net.state_dict(), "averaged": averaged.state_dict()}
        kept = {**weights, "optimiser": optimiser.state_dict(), "best": best, "log": log, "start": start}
        write_safely({**kept, "spec": task.spec, "options": options, "facts": facts}, run / f"{args.name}.pt")
        (run / f"{args.name}-log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log))


def task_of(args):
    pack = json.loads(Path(args.pack).read_text()) if args.pack else pack_of(args.data[0])
    if args.network == "localiser":
        return LocaliserTask(pack["localiser"], args.data, args.validation)
    if args.network == "foramen-finder":
        return FinderTask(pack["foramenFinder"], args.data, args.validation)
    if args.network.startswith("segmenter-"):
        plane = args.network.removeprefix("segmenter-")
        return SegmenterTask(plane, pack["segmenter"][plane], args.data, args.validation)
    if args.classifier >= len(pack["classifiers"]):
        raise SystemExit(f"--classifier {args.classifier}: the pack has {len(pack['classifiers'])}, counted from 0")
    dropping = getattr(CLASSIFIERS[args.network], "reads_other_views", True)
    variation = grading.Variation(args.shading, args.moving, args.turning, dropping)
    return ClassifierTask(pack["classifiers"][args.classifier], args.data, args.validation, args.class_weights, variation)


def train(args):
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory that nothing was written to; filling it takes a twelfth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False
    args.name = args.name or args.network
    task = task_of(args)
    torch.manual_seed(args.seed)
    net = network(args.network, task.spec, args.width)
    begun, start = {}, None
    if args.init:
        start_from(net, args.init, task)
        begun, start = {"init": Path(args.init).name}, {k: v.clone() for k, v in net.state_dict().items()}
    if all(p.dim() < 5 for p in net.parameters()):
        net = net.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=args.weight_decay)
    averaged = mean_of(net, args.mean)
    run = Path(args.run)
    run.mkdir(parents=True, exist_ok=True)
    kept = ("network", "width", "epochs", "cycles", "batch", "rate", "weight_decay", "seed", "class_weights", "patience")
    options = {k: getattr(args, k) for k in (*kept, "mean", "shading", "moving", "turning")}
    facts = {"train": about(task.samples), "validation": about(task.validation), "threads": args.threads, **begun}
    state = resume(run / f"{args.name}.pt", options, net, averaged, optimiser)
    if state:
        print(f"{args.name}: goes on after epoch {len(state['log'])}")
    print(f"{args.name}: {parameters(net)} parameters, {len(task.samples)} studies")
    epochs(task, net, averaged, optimiser, state, args, options, facts, run, start)


def arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("network", choices=["localiser", "foramen-finder", *SEGMENTERS, *CLASSIFIERS])
    add("--data", required=True, nargs="+", help="datasets the weights are fitted to")
    add("--validation", required=True, nargs="+", help="datasets that chooses the epoch")
    add("--run", required=True, help="folder for checkpoint and log")
    add("--pack", help="manifest or template the network is for; default: the one the dataset was made for")
    add("--classifier", type=int, default=0, help="which classifier of the pack, from 0")
    add("--name", help="name of the checkpoint; default: the network's")
    add("--width", type=float, default=1.0, help="factor on the number of channels")
    add("--epochs", type=int, default=14, help="epochs a cycle of the learning rate")
    add("--cycles", type=int, default=1)
    add("--patience", type=int, default=6, help="epochs without a lower validation loss before it stops")
    add("--stop-after", type=int, default=0, help="stop after this epoch, to go on later")
    add("--batch", type=int, default=0, help="studies a step; default 16 (localiser) or about 32 samples")
    add("--rate", type=float, default=2e-3)
    add("--weight-decay", type=float, default=0.02)
    add("--class-weights", choices=["none", "inverse", "competition"], default="none")
    add("--mean", type=float, default=0.0, help="decay a step of the moving mean of the weights, which is what is kept; 0: none")
    add("--shading", type=float, default=1.0, help="strength of the changes of grey values a classifier is trained with")
    add("--moving", type=float, default=1.0, help="strength of the rotations and scalings a classifier is trained with")
    add("--turning", action="store_true", help="half of the axial stacks upside down, for those whose order nobody knows")
    add("--init", help="checkpoint to take over weights from (transfer learning), or, of a localiser, a pack")
    add("--seed", type=int, default=1)
    add("--threads", type=int, default=2)
    return parser.parse_args(argv)


if __name__ == "__main__":
    train(arguments())
