"""Writes a network as ONNX and checks that the file answers as the network does."""

import hashlib
import logging
import os
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

# Before it is imported: its builds for Linux tell their makers of every session otherwise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # noqa: E402

# The exporter says of every optional package that it is not there.
logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
# Largest difference between an output of the file and of the network, relative to 1 + its size: as it was exported, and
# with weights of half precision.
EXACT, TOLERANCE = 1e-4, 1e-2
# Numbers of a weight from which on it is worth being stored as half of it.
LARGE = 256


def export(
    net, inputs, path: Path, input_names: list[str], output_names: list[str], tolerance: float = TOLERANCE
) -> str:
    """Writes one ONNX file without stack traces or paths of the machine that made it; returns its SHA-256."""
    net.eval()
    program = torch.onnx.export(net, inputs, input_names=input_names, output_names=output_names, dynamo=True, verbose=False)
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
    for allowed, change in (EXACT, None), (tolerance, halve):
        if change:
            change(model)
        onnx.save(model, str(path))
        worst = difference(net, inputs, path, input_names)
        if not worst <= allowed:
            raise SystemExit(f"{path}: differs from the network it was made of by {worst}")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def halve(model: onnx.ModelProto) -> bool:
    """
    Whether there were any: stores large weights as float16, which the runtime turns into float32 once, when it loads the file: half the size,
    and arithmetic in full precision as before. Weights beyond what float16 holds, and those already halved, stay.
    """
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < LARGE:
            continue
        name, values = weight.name, numpy_helper.to_array(weight)
        if np.abs(values).max() > np.finfo(np.float16).max:
            continue
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bool(casts)


def difference(net, inputs, path: Path, input_names: list[str]) -> float:
    """Largest difference between the file's outputs and the network's, relative to 1 + their size."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = net(*inputs)
    expected = expected if isinstance(expected, tuple) else (expected,)
    answers = session.run(None, {name: x.numpy() for name, x in zip(input_names, inputs)})
    return max(float((np.abs(a - e.numpy()) / (1 + np.abs(e.numpy()))).max()) for a, e in zip(answers, expected))
