"""From a template to packs on disk, and several packs to one."""

import contextlib
import io
import json
import tempfile
import unittest
from hashlib import sha256
from pathlib import Path

from onnx_file import onnxruntime
import torch

import add_segmenter
import build_packs
import export_ensemble
import export_pack
import model_card
import replace_localiser
from calibrate import calibrate, lacks
from dataset import classifier_samples
from joint_reading import GRADES, TARGETS, column
from fake_dataset import FINDER, SEGMENTER, classifier, grade_output, image_input, pack, view, write_dataset
from train import arguments, train

CANAL = grade_output([("spinal_canal_stenosis", None)])
SPEC = classifier([image_input([view("canal")])], CANAL)


def evaluation() -> dict:
    value = {"value": 0.5, "interval": [0.25, 0.75]}
    summary = {"rows": 4, "measures": {name: value for name in model_card.MEASURES}}
    competition = {"score": {"value": 0.375, "interval": None}}
    source = {"from": {"kind": "phantoms"}}
    grading = {"conditions": {"spinal_canal_stenosis": summary}, "competition": competition}
    return {"command": "evaluate it", "studies": {"graded": 3}, "source": source, "grading": grading}


class Packs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = root = Path(folder.name)
        (root / "template.json").write_text(json.dumps(pack(SPEC)))
        write_dataset(root / "data", pack(SPEC), 4, 1)
        where = ["--data", str(root / "data"), "--validation", str(root / "data"), "--run", str(root / "run")]
        with contextlib.redirect_stdout(io.StringIO()):
            for network in ("localiser", "slice-cnn"):
                train(arguments([network, *where, "--epochs", "1", "--width", "0.25", "--threads", "1"]))
            given = ["--template", str(root / "template.json"), "--run", str(root / "run"), "--classifiers", "slice-cnn"]
            given += ["--calibration", str(root / "data")]
            export_pack.main([*given, "--out", str(root / "one"), "--name", "one"])
            rows = [["study_id", *(column(*t) for t in TARGETS)], *([k, *(GRADES[(k + i) % 3] for i in range(25))] for k in range(30))]
            (root / "train.csv").write_text("".join(f"{','.join(map(str, row))}\n" for row in rows))
            given += ["--like", str(root / "data"), "--grades", str(root / "train.csv")]
            export_pack.main([*given, "--out", str(root / "two"), "--name", "two", "--localiser", str(root / "one")])

    def manifest(self, name: str) -> dict:
        return json.loads((self.root / name / "manifest.json").read_text())

    def assert_whole(self, name: str):
        manifest = self.manifest(name)
        for spec in (manifest["localiser"], *manifest["classifiers"]):
            self.assertEqual(sha256((self.root / name / spec["file"]).read_bytes()).hexdigest(), spec["sha256"])

    def test_a_pack_has_its_files_hashes_and_calibration(self):
        for name in ("one", "two"):
            self.assert_whole(name)
            (spec,) = self.manifest(name)["classifiers"]
            self.assertEqual(len(spec["output"]["heads"][0]["calibration"]["bias"]), 3)
        self.assertEqual(self.manifest("one")["localiser"]["sha256"], self.manifest("two")["localiser"]["sha256"])

    def test_each_lack_of_a_series_that_a_pack_can_do_without_has_a_calibration_of_its_own(self):
        views = [view("canal"), view("axial", role="axial-t2", plane="axial")]
        masked = classifier([image_input(views)], CANAL, mask=True)
        self.assertEqual(lacks(masked, ["sagittal-t2"]), [("axial-t2",)])
        self.assertEqual(lacks(masked, []), [("sagittal-t2",), ("axial-t2",)])
        self.assertEqual(lacks(classifier([image_input(views)], CANAL), []), [])
        write_dataset(self.root / "masked", pack(masked), 6, 1)
        samples = classifier_samples(str(self.root / "masked"), masked)

        class SeesTheMask(torch.nn.Module):
            """Says Normal/Mild of whole samples and Severe of those without axial images."""

            def forward(self, images, mask):
                return torch.tensor([[[4.0, 0, 0]], [[0, 0, 4.0]]])[(mask[:, 1] == 0).long()]

        heads, lines = calibrate(SeesTheMask(), samples, masked, ["sagittal-t2"])
        (head,) = heads
        (lack,) = head["calibrationWithout"]
        self.assertEqual(lack["roles"], ["axial-t2"])
        self.assertLess(head["calibration"]["bias"][0], lack["bias"][0])
        self.assertEqual([line["without"] for line in lines], [[], ["axial-t2"]])
        for line in lines:
            self.assertLess(line["logLoss"], line["logLossBefore"])

    def test_the_card_says_what_was_seen(self):
        card = (self.root / "one" / "MODEL_CARD.md").read_text()
        for said in ("Research use only. Not a medical device.", "seeds 1–4", "slice-cnn", "epoch 1 of 1", "Not measured yet"):
            self.assertIn(said, card)

    def test_a_pack_reads_jointly_and_knows_what_its_patches_look_like_where_it_is_told_to(self):
        one, two = self.manifest("one"), self.manifest("two")
        self.assertNotIn("jointReading", one)
        self.assertEqual(len(two["jointReading"]["expected"]), 15)
        self.assertNotIn("likeness", one["classifiers"][0]["inputs"][0])
        (source,) = two["classifiers"][0]["inputs"][0]["likeness"]
        self.assertEqual((source["source"], [len(row) for row in source["whitening"]]), ("phantoms", list(range(1, 21))))
        self.assertIn("## Joint reading", (self.root / "two" / "MODEL_CARD.md").read_text())

    def test_the_mean_of_several_networks_is_one_file_and_one_calibration(self):
        where = ["--data", str(self.root / "data"), "--validation", str(self.root / "data"), "--run", str(self.root / "run")]
        with contextlib.redirect_stdout(io.StringIO()):
            train(arguments(["slice-cnn", *where, "--epochs", "1", "--width", "0.25", "--threads", "1", "--seed", "2", "--name", "second"]))
            given = ["--template", str(self.root / "template.json"), "--run", str(self.root / "run"), "--localiser", str(self.root / "one")]
            given += ["--calibration", str(self.root / "data"), "--out", str(self.root / "mean")]
            export_pack.main([*given, "--classifiers", "slice-cnn+second"])
        (spec,) = self.manifest("mean")["classifiers"]
        nets = [export_pack.trained(self.root / "run" / f"{name}.pt")[0] for name in ("slice-cnn", "second")]
        inputs = export_pack.example_inputs(spec)
        with torch.no_grad():
            expected = sum(net(*inputs) for net in nets) / 2
        session = onnxruntime.InferenceSession(self.root / "mean" / spec["file"])
        (said,) = session.run(None, {spec["inputs"][0]["name"]: inputs[0].numpy()})
        torch.testing.assert_close(torch.from_numpy(said), expected, rtol=1e-3, atol=1e-3)
        card = (self.root / "mean" / "MODEL_CARD.md").read_text()
        for line in ("mean of 2 of slice-cnn", "Seed 1,", "Seed 2,"):
            self.assertIn(line, card)

    def test_figures_of_an_evaluation_go_into_the_card(self):
        (self.root / "evaluation.json").write_text(json.dumps(evaluation()))
        model_card.main([str(self.root / "two"), "--figures", str(self.root / "evaluation.json")])
        card = (self.root / "two" / "MODEL_CARD.md").read_text()
        self.assertIn("| spinal canal stenosis | 4 | 0.500 (0.250–0.750) |", card)
        self.assertIn("Competition metric (RSNA 2024): 0.375.", card)
        self.assertNotIn("Not measured yet", card)
        self.assertIn("### 3 synthetic studies", card)
        self.assertIn("## Limits", card)

    def test_figures_of_outlines_and_lengths_go_into_the_card(self):
        known = {"value": 0.5, "interval": [0.25, 0.75]}
        measure = {"measure": "sac-area", "count": 7, "medianOff": known, "meanDifference": known, "missed": 2, "unfounded": 1}
        places = {"count": 9, "within3Mm": known, "within6Mm": known, "meanMm": known}
        anatomy = {
            **{"command": "evaluate --masks DIR", "cases": 3, "slices": 9, "judged": {"kind": "masks"}},
            "structures": [{"plane": "sagittal", "structure": "disc", "dice": known, "surface95Mm": {"value": None}}],
            "discs": {"count": 40, "within": known},
            "measures": [{**measure, "lowerLimit": {"value": -1}, "upperLimit": {"value": 1.25}}],
            "localiser": {"cases": 3, "localised": 2, "numberedRight": known, "doubted": {"count": 1, "wrong": 0}, "disc": places, "canal": places},
        }
        (self.root / "anatomy.json").write_text(json.dumps(anatomy))
        model_card.main([str(self.root / "two"), "--figures", str(self.root / "anatomy.json")])
        card = (self.root / "two" / "MODEL_CARD.md").read_text()
        for said in (
            "Outlines and lengths on 9 slices of 3 patients",
            "| disc, sagittal | 0.500 (0.250–0.750) | – |",
            "Of 40 discs 0.500 (0.250–0.750) have their centre within 3 mm.",
            "found the levels of 2 of 3 cases, numbered right 0.500 (0.250–0.750); 1 with a warning of their numbering, 0 of them",
            "canal: within 3 mm 0.500 (0.250–0.750), within 6 mm",
            "| sac-area | 7 | 0.500 (0.250–0.750) | 0.500 (0.250–0.750) | -1.0 to 1.2 | 2 | 1 |",
        ):
            self.assertIn(said, card)

    def test_a_pack_with_a_foramen_finder_and_a_classifier_of_another_pack(self):
        template = {**pack({**SPEC, "requires": ["sagittal-t2"]}), "foramenFinder": FINDER}
        (self.root / "finder.json").write_text(json.dumps(template))
        write_dataset(self.root / "slices", template, 4, 2)
        where = ["--data", str(self.root / "data-of-finder"), str(self.root / "slices")]
        write_dataset(self.root / "data-of-finder", template, 2, 3)
        given = [*where, "--validation", str(self.root / "slices"), "--run", str(self.root / "run"), "--width", "0.25"]
        with contextlib.redirect_stdout(io.StringIO()):
            train(arguments(["foramen-finder", *given, "--epochs", "1", "--threads", "1"]))
            given = ["--template", str(self.root / "finder.json"), "--run", str(self.root / "run")]
            given += ["--classifiers", f"{self.root / 'one'}:0", "--localiser", str(self.root / "one")]
            export_pack.main([*given, "--calibration", str(self.root / "data"), "--out", str(self.root / "found")])
        manifest = self.manifest("found")
        finder = (self.root / "found" / manifest["foramenFinder"]["file"]).read_bytes()
        self.assertEqual(sha256(finder).hexdigest(), manifest["foramenFinder"]["sha256"])
        (own,) = self.manifest("one")["classifiers"]
        self.assertEqual(manifest["classifiers"], [{**own, "requires": ["sagittal-t2"]}])
        card = (self.root / "found" / "MODEL_CARD.md").read_text()
        for said in ("foramen-finder", "seeds 3–4", "taken over from one 0.0.1"):
            self.assertIn(said, card)
        given += ["--calibration", str(self.root / "data"), "--finder", str(self.root / "found"), "--run", str(self.root / "none")]
        with contextlib.redirect_stdout(io.StringIO()):
            export_pack.main([*given, "--out", str(self.root / "copied")])
        self.assertEqual(self.manifest("copied")["foramenFinder"], manifest["foramenFinder"])
        self.assertEqual((self.root / "copied" / manifest["foramenFinder"]["file"]).read_bytes(), finder)

    def test_a_localiser_is_put_into_a_pack_that_is_there(self):
        given = ["--pack", str(self.root / "two"), "--checkpoint", str(self.root / "run" / "localiser.pt")]
        with contextlib.redirect_stdout(io.StringIO()):
            replace_localiser.main([*given, "--out", str(self.root / "replaced")])
        self.assert_whole("replaced")
        self.assertEqual(self.manifest("replaced")["classifiers"], self.manifest("two")["classifiers"])
        before, after = ((self.root / name / "MODEL_CARD.md").read_text() for name in ("two", "replaced"))
        self.assertIn("localiser: taken over from one", before)
        self.assertNotIn("taken over", after)
        self.assertEqual(after.count("- localiser: weights fitted to"), 1)

    def test_a_segmenter_is_exported_with_a_pack_and_added_to_one_that_is_there(self):
        write_dataset(self.root / "outlines", {**pack(SPEC), "segmenter": SEGMENTER}, 2, 4)
        where = ["--data", str(self.root / "outlines"), "--validation", str(self.root / "outlines")]
        where += ["--run", str(self.root / "outlining"), "--epochs", "1", "--width", "0.5", "--threads", "1"]
        with contextlib.redirect_stdout(io.StringIO()):
            for plane in SEGMENTER:
                train(arguments([f"segmenter-{plane}", *where]))
            add_segmenter.main(["--pack", str(self.root / "one"), "--run", str(self.root / "outlining"), "--out", str(self.root / "with")])
            given = ["--template", str(self.root / "template.json"), "--run", str(self.root / "run"), "--classifiers", "slice-cnn"]
            given += ["--calibration", str(self.root / "data"), "--segmenter", str(self.root / "with")]
            export_pack.main([*given, "--out", str(self.root / "exported")])
        for name in ("with", "exported"):
            self.assert_whole(name)
            for plane, spec in self.manifest(name)["segmenter"].items():
                self.assertEqual(spec["output"], SEGMENTER[plane]["output"])
                self.assertEqual(sha256((self.root / name / spec["file"]).read_bytes()).hexdigest(), spec["sha256"])
            self.assertIn("segmenter-sagittal", (self.root / name / "MODEL_CARD.md").read_text())
        self.assertIn("axial-t2", self.manifest("with")["uses"])
        self.assertIn("segmenter-axial: taken over", (self.root / "exported" / "MODEL_CARD.md").read_text())
        further = [*where, "--init", str(self.root / "outlining" / "first" / "segmenter-sagittal.pt")]
        (self.root / "outlining" / "first").mkdir()
        (self.root / "outlining" / "segmenter-sagittal.pt").rename(self.root / "outlining" / "first" / "segmenter-sagittal.pt")
        with contextlib.redirect_stdout(io.StringIO()):
            train(arguments(["segmenter-sagittal", *further]))
            for _ in range(2):
                add_segmenter.main(["--pack", str(self.root / "exported"), "--run", str(self.root / "outlining"), "--out", str(self.root / "exported")])
        card = (self.root / "exported" / "MODEL_CARD.md").read_text()
        self.assertEqual(card.count("- segmenter-sagittal, first fit: weights fitted to"), 1)
        self.assertEqual(card.count("- segmenter-sagittal: weights of the first fit further fitted to"), 1)
        self.assertNotIn("## Segmenter", card)

    def test_a_list_is_built_each_from_the_data_that_hold_its_samples(self):
        roi = image_input([view("recess", "axial-t2", "near")])
        axial = classifier([roi], grade_output([("subarticular_stenosis", "near")]), "level-side")
        licence = {"licence": {"name": "non-commercial", "file": "LICENSE.txt"}}
        (self.root / "axial.json").write_text(json.dumps({**pack(axial), **licence}))
        (self.root / "licence.txt").write_text("for research")
        write_dataset(self.root / "axial", pack(axial), 4, 5)
        template = {"template": str(self.root / "axial"), "network": "slice-cnn", "width": 0.25, "epochs": 1}
        entries = [
            {**template, "name": "axial-cnn", "training": {"class-weights": "inverse", "rate": 0.001}},
            {**template, "name": "axial-equal", "equal": True},
            {**template, "name": "another"},
        ]
        (self.root / "list.json").write_text(json.dumps({"packs": entries, "ensembles": []}))
        both = [str(self.root / "data"), str(self.root / "axial")]
        given = [str(self.root / "list.json"), "--run", str(self.root / "run"), "--out", str(self.root / "built"), "--threads", "1"]
        given += ["--data", *both, "--validation", *both, "--calibration", *both, "--localiser", str(self.root / "one")]
        with contextlib.redirect_stdout(io.StringIO()):
            build_packs.main([*given, "--licence", str(self.root / "licence.txt"), "--only", "axial-*"])
        self.assertEqual({p.name for p in (self.root / "built").iterdir()}, {"axial-cnn", "axial-equal"})
        self.assert_whole("built/axial-cnn")
        self.assertEqual((self.root / "built" / "axial-cnn" / "LICENSE.txt").read_text(), "for research")
        options = torch.load(self.root / "run" / "axial-cnn.pt", weights_only=True)["options"]
        self.assertEqual((options["class_weights"], options["rate"]), ("inverse", 0.001))
        plain, equal = (self.manifest(f"built/{name}")["classifiers"][0] for name in ("axial-cnn", "axial-equal"))
        self.assertNotEqual(plain["output"], equal["output"])

    def test_an_ensemble_is_whole_in_itself(self):
        members = [str(self.root / name) for name in ("one", "two")]
        export_ensemble.main(["--members", *members, "--out", str(self.root / "both"), "--name", "both"])
        self.assert_whole("both")
        self.assertEqual([c["file"] for c in self.manifest("both")["classifiers"]], [f"member-{k}-classifier.onnx" for k in (1, 2)])
        self.assertIn("Ensemble of one, two", (self.root / "both" / "MODEL_CARD.md").read_text())

    def test_a_checkpoint_of_other_inputs_is_refused(self):
        other = classifier([image_input([view("canal", slices=(4,))])], CANAL)
        (self.root / "other.json").write_text(json.dumps(pack(other)))
        given = ["--template", str(self.root / "other.json"), "--run", str(self.root / "run"), "--classifiers", "slice-cnn"]
        with self.assertRaisesRegex(SystemExit, "was trained on other inputs"):
            export_pack.main([*given, "--calibration", str(self.root / "data"), "--out", str(self.root / "no")])


if __name__ == "__main__":
    unittest.main()
