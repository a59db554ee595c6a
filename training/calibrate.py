"""Calibration: temperature and bias by maximum likelihood (vector scaling with a shared temperature; Guo et al.,
ICML 2017) on studies of clinical prevalence that no weight has seen: of whole samples, and of samples that lack a series."""

from itertools import combinations

import torch
import torch.nn.functional as F

import grading
from dataset import BLANK

# Keeps a class too rare to be estimated, and samples told apart without error, from running away.
PENALTY = 1e-3


def lacks(spec, required) -> list[tuple[str, ...]]:
    """What a network with a mask may have to do without: any series that the pack does not require, but never all."""
    read = list(dict.fromkeys(grading.view_roles(spec))) if "mask" in spec else []
    optional = [role for role in read if role not in required]
    sets = [roles for n in range(1, len(optional) + 1) for roles in combinations(optional, n)]
    return [roles for roles in sets if len(roles) < len(read)]


def all_logits(net, samples, spec, without=(), size: int = 8):
    """Logits and truth of all samples, first axis studies × samples, in full precision as they are served."""
    logits, truth = [], []
    hidden = torch.tensor([role in without for role in grading.view_roles(spec)])
    net.eval()
    for batch in samples.batches(size):
        inputs, known = grading.prepare({**batch, "mask": batch["mask"].masked_fill(hidden, 0)}, spec)
        with torch.no_grad():
            logits.append(net(*inputs))
        truth.append(known)
    return torch.cat(logits), torch.cat(truth)


def log_loss(logits, truth, temperature, bias, equal=False):
    """
    Mean log loss of logits [n, classes] against class indices, or of [n] against 0 and 1. `equal`: as if every class
    were as frequent as every other.
    """
    scores = logits / temperature + bias
    weights = equal_weights(truth, logits.shape[1] if logits.dim() == 2 else 2) if equal else None
    if logits.dim() == 2:
        return F.cross_entropy(scores, truth, weights)
    return F.binary_cross_entropy_with_logits(scores, truth.float(), None if weights is None else weights[truth])


def equal_weights(truth, classes: int) -> torch.Tensor:
    """Of each class, so that all weigh the same together and a sample one in the mean."""
    return len(truth) / (classes * torch.bincount(truth, minlength=classes).clamp(min=1))


def fit(logits, truth, equal=False) -> dict:
    """Temperature and bias of logits [n, classes] or [n] (a sigmoid), rounded for the manifest."""
    classes = logits.shape[1] if logits.dim() == 2 else 1
    if len(truth) == 0:
        return {"temperature": 1.0, "bias": [0.0] * classes}
    log_t = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        value = log_loss(logits, truth, log_t.exp(), bias, equal) + PENALTY * ((bias**2).sum() + (log_t**2).sum())
        value.backward()
        return value

    optimiser.step(closure)
    found = bias.detach() - (bias.detach().mean() if classes > 1 else 0)
    return {"temperature": round(log_t.exp().item(), 4), "bias": [round(b, 4) for b in found.tolist()]}


def calibrate(net, samples, spec, required=(), equal=False) -> tuple[list[dict], list[dict]]:
    """
    What the manifest says of every head's calibration, both sides of a condition together; and a line of figures a
    condition or label. `required`: series without which the pack grades nothing. `equal`: posteriors are to hold where
    every class is as frequent as every other, whatever the samples' prevalence.
    """
    heads: list[dict] = [{} for _ in spec["output"]["heads"]]
    lines = []
    for without in [(), *lacks(spec, required)]:
        logits, truth = all_logits(net, samples, spec, without)
        for name, columns in grading.groups(spec).items():
            x, y = logits[:, columns].flatten(0, 1), truth[:, columns].flatten()
            x, y = x[y != BLANK], y[y != BLANK]
            if without and not len(y):
                continue
            found = fit(x, y, equal)
            for column in columns:
                if without:
                    heads[column].setdefault("calibrationWithout", []).append({"roles": list(without), **found})
                else:
                    heads[column]["calibration"] = found
            lines.append({"of": name, "without": list(without), "samples": len(y), **found, **before_and_after(x, y, found, equal)})
    return heads, lines


def before_and_after(logits, truth, found, equal) -> dict:
    """Mean log loss before and after calibration, where there is anything to measure."""
    if not len(truth):
        return {}
    after = log_loss(logits, truth, found["temperature"], torch.tensor(found["bias"]), equal)
    return {"logLossBefore": round(log_loss(logits, truth, 1.0, 0.0, equal).item(), 4), "logLoss": round(after.item(), 4)}
