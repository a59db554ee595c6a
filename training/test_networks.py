"""Every architecture: shapes, and the ONNX file beside the network it was made of."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from export_pack import example_inputs
from fake_dataset import LOCALISER, classifier, grade_output, image_input, view
from localiser import Served
from networks import CLASSIFIERS, network, parameters
from onnx_file import TOLERANCE, difference, export, halve

CANAL = grade_output([("spinal_canal_stenosis", None)])
FIVE = grade_output(
    [
        ("spinal_canal_stenosis", None),
        ("neural_foraminal_narrowing", "left"),
        ("neural_foraminal_narrowing", "right"),
        ("subarticular_stenosis", "left"),
        ("subarticular_stenosis", "right"),
    ]
)
LABELS = {"name": "logits", "activation": "sigmoid", "heads": [{"label": "herniation"}, {"label": "bulge"}]}
ROI = image_input([view("recess", "axial-t2", "near")])
TRIPLE = [
    image_input([view("T2", slices=(-8, -4, 0, 4, 8))], "volume", name="t2"),
    image_input([view("T1", "sagittal-t1", slices=(-8, -4, 0, 4, 8))], "volume", name="t1"),
    image_input([view("axial", "axial-t2", slices=(-4, 0, 4))], "volume", name="axial"),
]
SIDED = [view("canal"), view("left", side="left"), view("right", side="right")]
RECESS = classifier([ROI], grade_output([("subarticular_stenosis", "near")], ("Normal/Mild", "Severe")), "level-side", ["L4/L5"])
SPECS = {
    "slice-cnn": classifier([image_input([view("canal")])], CANAL),
    "mini-stack-cnn": classifier([image_input([view("canal", slices=(-4, 0, 4))])], CANAL),
    "resnet50": classifier([image_input([view("discs", slices=(-4, 0, 4))])], LABELS),
    "efficientnet-b0": classifier([image_input([view("discs", slices=(-4, 0, 4))])], LABELS),
    "dense-cnn": RECESS,
    "residual-cnn": RECESS,
    "resnet18-3d": classifier(TRIPLE[2:], FIVE),
    "resnet18-3d-triple": classifier(TRIPLE, FIVE, mask=True),
    "own-side": classifier([image_input(SIDED[1:], "views", name="views")], FIVE, mask=True),
    "multi-view": classifier([image_input(SIDED, "views", name="views")], FIVE, mask=True),
}


def tiny(name: str):
    torch.manual_seed(3)
    return network(name, SPECS[name], 0.125).eval()


class Networks(unittest.TestCase):
    def test_every_network_is_tried(self):
        self.assertEqual(set(SPECS), set(CLASSIFIERS))

    def test_logits_have_a_row_a_sample_and_head(self):
        for name, spec in SPECS.items():
            with self.subTest(name):
                inputs = example_inputs(spec)
                output = spec["output"]
                shape = (len(inputs[0]), len(output["heads"]), *([len(output["classes"])] if "classes" in output else []))
                with torch.no_grad():
                    self.assertEqual(tuple(tiny(name)(*inputs).shape), shape)

    def test_width_one_is_the_network_of_the_paper(self):
        """Parameters without the last layer, in millions: ResNet-50 23.5, EfficientNet-B0 4.0 (He 2016; Tan & Le 2019)."""
        for name, expected in (("resnet50", 23.5), ("efficientnet-b0", 4.0)):
            net = network(name, SPECS[name], 1)
            own = sum(p.numel() for n, p in net.named_parameters() if not n.startswith("grades")) / 1e6
            self.assertAlmostEqual(own, expected, delta=0.05)

    def test_onnx_answers_as_the_network(self):
        for name, spec in SPECS.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                net, inputs, path = tiny(name), example_inputs(spec), Path(folder) / "n.onnx"
                names = [i["name"] for i in spec["inputs"]] + ([spec["mask"]] if "mask" in spec else [])
                export(net, inputs, path, names, ["logits"])
                other = tuple(torch.rand_like(x) if x.dim() > 2 else x for x in inputs)
                self.assertLessEqual(difference(net, other, path, names), TOLERANCE)

    def test_large_weights_are_stored_as_half_and_once(self):
        net, inputs = tiny("own-side"), example_inputs(SPECS["own-side"])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "n.onnx"
            export(net, inputs, path, ["views", "mask"], ["logits"])
            model = onnx.load(path)
            stored = sum(np.prod(w.dims) for w in model.graph.initializer if w.data_type == onnx.TensorProto.FLOAT16)
            self.assertGreater(stored, 0.9 * parameters(net))
            self.assertFalse(halve(model))
            self.assertEqual(model.SerializeToString(), path.read_bytes())

    def test_localiser_onnx(self):
        net = Served(network("localiser", LOCALISER, 0.25)).eval()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "n.onnx"
            export(net, (torch.rand(1, 3, 64, 64),), path, ["slices"], ["heatmaps", "lateral"])
            self.assertLessEqual(difference(net, (torch.rand(1, 3, 64, 64),), path, ["slices"]), TOLERANCE)

    def test_a_masked_view_changes_nothing(self):
        net, (views, mask) = tiny("multi-view"), example_inputs(SPECS["multi-view"])
        mask = mask.clone()
        mask[:, 1] = 0
        changed = views.clone()
        changed[:, 1] = torch.rand_like(changed[:, 1])
        with torch.no_grad():
            torch.testing.assert_close(net(views, mask), net(changed, mask))
            self.assertFalse(torch.allclose(net(views, mask), net(changed, torch.ones_like(mask))))

    def test_multi_view_answers_a_mirrored_patient_with_the_sides_swapped(self):
        net, (views, mask) = tiny("multi-view"), example_inputs(SPECS["multi-view"])
        with torch.no_grad():
            seen, mirrored = net(views, mask), net(views[:, [0, 2, 1]], mask)
        torch.testing.assert_close(mirrored, seen[:, [0, 2, 1, 4, 3]])

    def test_own_side_reads_a_side_from_its_own_view_alone(self):
        net, (views, mask) = tiny("own-side"), example_inputs(SPECS["own-side"])
        changed = views.clone()
        changed[:, 1] = torch.rand_like(changed[:, 1])
        with torch.no_grad():
            seen, other, mirrored = net(views, mask), net(changed, mask), net(views[:, [1, 0]], mask)
        torch.testing.assert_close(other[:, [1, 3]], seen[:, [1, 3]])
        for head in (0, 2, 4):
            self.assertFalse(torch.allclose(other[:, head], seen[:, head]))
        torch.testing.assert_close(mirrored, seen[:, [0, 2, 1, 4, 3]])

    def test_own_side_reads_what_has_no_side_from_the_view_that_is_there(self):
        net, (views, mask) = tiny("own-side"), example_inputs(SPECS["own-side"])
        mask = mask.clone()
        mask[:, 1] = 0
        with torch.no_grad():
            torch.testing.assert_close(net(views, mask)[:, 0], net(views[:, [0, 0]], torch.ones_like(mask))[:, 0])

    def test_own_side_of_samples_that_are_sides_says_the_same(self):
        one = grade_output([("neural_foraminal_narrowing", "near")])
        near = network("own-side", classifier([image_input([view("f", side="near")], "views")], one, "level-side"), 0.125)
        two = grade_output([("neural_foraminal_narrowing", "left"), ("neural_foraminal_narrowing", "right")])
        paired = classifier([image_input(SIDED[1:], "views")], two, mask=True)
        both = network("own-side", paired, 0.125)
        both.load_state_dict(near.state_dict())
        views, mask = example_inputs(paired)
        with torch.no_grad():
            of_levels, of_sides = both.eval()(views, mask), near.eval()(views.flatten(0, 1)[:, None])
        torch.testing.assert_close(of_sides[:, 0], of_levels.flatten(0, 1))

    def test_a_pack_that_does_not_fit_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "slice-cnn: wants one slice"):
            network("slice-cnn", SPECS["mini-stack-cnn"])
        with self.assertRaisesRegex(SystemExit, "resnet18-3d-triple: wants three inputs"):
            network("resnet18-3d-triple", SPECS["multi-view"])
        with self.assertRaisesRegex(SystemExit, "own-side: wants one input"):
            network("own-side", SPECS["multi-view"])


if __name__ == "__main__":
    unittest.main()
