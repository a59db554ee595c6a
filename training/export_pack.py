"""Calibrates the classifier on held-out studies and writes a model pack.

    python export_pack.py --run DIR --calibration DIR --out ../models/default

Calibration: one temperature and one bias vector a condition, fitted by maximum likelihood (vector scaling with a
shared temperature; Guo et al., ICML 2017) on unweighted held-out studies with clinical prevalence.
"""

import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F

import classifier
from dataset import BLANK, classifier_samples
from localiser import Served
from train import networks

CONDITIONS = {
    "spinal_canal_stenosis": [0],
    "neural_foraminal_narrowing": [1, 2],
    "subarticular_stenosis": [3, 4],
}


def all_logits(net, samples, batch=8):
    logits, grades = [], []
    net.eval()
    for at in range(0, len(samples), batch):
        part = samples.batch(range(at, min(at + batch, len(samples))))
        views, mask = classifier.prepare(part, None, False, net.role_index)
        with torch.no_grad():
            logits.append(net(views, mask))
        grades.append(part["grades"].long().reshape(-1, classifier.TARGETS))
    return torch.cat(logits), torch.cat(grades)


def fit(logits, truth):
    """Temperature and bias that minimise the log loss of softmax(logits / temperature + bias)."""
    log_t = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(3, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        # The small penalty keeps a grade too rare to be estimated from running away.
        value = F.cross_entropy(logits / log_t.exp() + bias, truth) + 1e-3 * (bias**2).sum()
        value.backward()
        return value

    optimiser.step(closure)
    centred = (bias - bias.mean()).detach()
    return {"temperature": round(log_t.exp().item(), 4), "bias": [round(b, 4) for b in centred.tolist()]}


def export(net, inputs, path, input_names, output_names):
    """Writes one ONNX file without stack traces or paths of the machine that made it; returns its SHA-256."""
    net.eval()
    program = torch.onnx.export(net, inputs, input_names=input_names, output_names=output_names, dynamo=True)
    model = program.model_proto
    model.doc_string = ""
    for node in [*model.graph.node, *(n for f in model.functions for n in f.node)]:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--calibration", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    samples = classifier_samples(args.calibration)
    spec, out = samples.spec, Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    nets = {}
    for name in ("localiser", "classifier"):
        nets[name], _ = networks(name, spec)
        nets[name].load_state_dict(torch.load(Path(args.run) / f"{name}.pt", weights_only=True)["net"])
    logits, grades = all_logits(nets["classifier"], samples)
    calibration = {}
    for condition, columns in CONDITIONS.items():
        x, y = logits[:, columns].reshape(-1, 3), grades[:, columns].reshape(-1)
        x, y = x[y != BLANK], y[y != BLANK]
        calibration[condition] = fit(x, y)
        fitted = x / calibration[condition]["temperature"] + torch.tensor(calibration[condition]["bias"])
        print(
            condition,
            f"log loss {F.cross_entropy(x, y):.4f} -> {F.cross_entropy(fitted, y):.4f}",
            f"accuracy {(fitted.argmax(1) == y).float().mean():.4f}",
            calibration[condition],
        )
    loc, cls = spec["localiser"], spec["classifier"]
    size = loc["input"]["size"]
    loc["sha256"] = export(
        Served(nets["localiser"]),
        (torch.rand(1, loc["input"]["slices"], size, size),),
        out / loc["file"],
        [loc["input"]["name"]],
        [loc["output"]["heatmaps"], loc["output"]["lateralOffset"]],
    )
    views, side = cls["input"]["views"], cls["input"]["size"]
    cls["sha256"] = export(
        nets["classifier"],
        (torch.rand(5, len(views), len(views[0]["slicesMm"]), side, side), torch.ones(5, len(views))),
        out / cls["file"],
        [cls["input"]["name"], cls["input"]["mask"]],
        [cls["output"]["logits"]],
    )
    cls["output"]["calibration"] = calibration
    (out / "manifest.json").write_text(json.dumps(spec, indent=2) + "\n")
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
