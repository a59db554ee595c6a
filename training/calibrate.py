"""Calibration: temperature and bias by maximum likelihood (vector scaling with a shared temperature; Guo et al.,
ICML 2017) on studies of clinical prevalence that no weight has seen."""

import torch
import torch.nn.functional as F

import grading
from dataset import BLANK

# Keeps a class too rare to be estimated, and samples told apart without error, from running away.
PENALTY = 1e-3


def all_logits(net, samples, spec, size: int = 8):
    """Logits and truth of all samples, first axis studies × samples, in full precision as they are served."""
    logits, truth = [], []
    net.eval()
    for batch in samples.batches(size):
        inputs, known = grading.prepare(batch, spec)
        with torch.no_grad():
            logits.append(net(*inputs))
        truth.append(known)
    return torch.cat(logits), torch.cat(truth)


def log_loss(logits, truth, temperature, bias):
    """Mean log loss of logits [n, classes] against class indices, or of [n] against 0 and 1."""
    scores = logits / temperature + bias
    if logits.dim() == 2:
        return F.cross_entropy(scores, truth)
    return F.binary_cross_entropy_with_logits(scores, truth.float())


def fit(logits, truth) -> dict:
    """Temperature and bias of logits [n, classes] or [n] (a sigmoid), rounded for the manifest."""
    classes = logits.shape[1] if logits.dim() == 2 else 1
    if len(truth) == 0:
        return {"temperature": 1.0, "bias": [0.0] * classes}
    log_t = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        value = log_loss(logits, truth, log_t.exp(), bias) + PENALTY * ((bias**2).sum() + (log_t**2).sum())
        value.backward()
        return value

    optimiser.step(closure)
    found = bias.detach() - (bias.detach().mean() if classes > 1 else 0)
    return {"temperature": round(log_t.exp().item(), 4), "bias": [round(b, 4) for b in found.tolist()]}


def calibrate(net, samples, spec) -> tuple[list[dict], list[dict]]:
    """Calibration of every head, both sides of a condition together; and a line of figures a condition or label."""
    logits, truth = all_logits(net, samples, spec)
    by_head: list[dict] = [{}] * len(spec["output"]["heads"])
    lines = []
    for name, columns in grading.groups(spec).items():
        x, y = logits[:, columns].flatten(0, 1), truth[:, columns].flatten()
        x, y = x[y != BLANK], y[y != BLANK]
        found = fit(x, y)
        for column in columns:
            by_head[column] = found
        line = {"of": name, "samples": len(y), **found}
        if len(y):
            fitted = (found["temperature"], torch.tensor(found["bias"]))
            line |= {
                "logLossBefore": round(log_loss(x, y, 1.0, 0.0).item(), 4),
                "logLoss": round(log_loss(x, y, *fitted).item(), 4),
            }
        lines.append(line)
    return by_head, lines
