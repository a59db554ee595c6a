"""The networks of a model repository (cli model-repository), served by KServe with ONNX Runtime.

usage: inference_server.py REPOSITORY PORT [--binary]

--binary: its metadata name the binary tensor data extension, which KServe has and does not name.
"""

import argparse
import os
import pathlib

import kserve

# Before it is imported: its builds for Linux tell their makers of every session otherwise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # noqa: E402
from kserve.protocol.dataplane import DataPlane
from kserve.protocol.infer_type import InferOutput, InferRequest, InferResponse


class OnnxModel(kserve.Model):
    def __init__(self, folder: pathlib.Path):
        super().__init__(folder.name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            folder / "1" / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self.ready = True

    def get_input_types(self):
        return [described(tensor) for tensor in self.session.get_inputs()]

    def get_output_types(self):
        return [described(tensor) for tensor in self.session.get_outputs()]

    def predict(self, payload: InferRequest, headers=None, response_headers=None) -> InferResponse:
        feeds = {tensor.name: tensor.as_numpy() for tensor in payload.inputs}
        names = [tensor.name for tensor in self.session.get_outputs()]
        outputs = []
        for name, values in zip(names, self.session.run(names, feeds)):
            output = InferOutput(name=name, shape=list(values.shape), datatype="FP32")
            output.set_data_from_numpy(values, binary_data=False)
            outputs.append(output)
        return InferResponse(payload.id, self.name, outputs, requested_outputs=payload.request_outputs)


def described(tensor):
    datatype = {"tensor(float)": "FP32", "tensor(int64)": "INT64"}[tensor.type]
    shape = [dim if isinstance(dim, int) else -1 for dim in tensor.shape]
    return {"name": tensor.name, "datatype": datatype, "shape": shape}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=pathlib.Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--binary", action="store_true")
    asked = parser.parse_args()
    if asked.binary:
        told = DataPlane.metadata
        DataPlane.metadata = lambda self: (
            told(self) | {"extensions": [*told(self)["extensions"], "binary_tensor_data"]}
        )
    server = kserve.ModelServer(http_port=asked.port, enable_grpc=False, workers=1)
    server.start([OnnxModel(folder) for folder in sorted(asked.repository.iterdir())])
