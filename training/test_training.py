"""The training loop, what a batch becomes, and calibration."""

import contextlib
import io
import json
import math
import tempfile
import unittest
from pathlib import Path

import torch

import grading
import localiser
import mean_weights
import segmenter
from calibrate import fit
from dataset import BLANK, classifier_samples
from fake_dataset import LOCALISER, SEGMENTER, classifier, grade_output, image_input, pack, view, write_dataset
from mirror import mirror_of
from networks import network
from onnx_file import export
from segmenter import NO_DISC, NOT_DRAWN, UNTOLD
from train import arguments, train
from unfold import localiser_of, unfold

SIDES = grade_output([("spinal_canal_stenosis", None), ("subarticular_stenosis", "left"), ("subarticular_stenosis", "right")])
AXIAL = classifier([image_input([view("axial", "axial-t2", slices=(-4, 0, 4))])], SIDES)
SIDED = classifier(
    [image_input([view("canal", slices=(-4, 0, 4)), view("left", side="left", slices=(8, 12, 16)),
                  view("right", side="right", slices=(8, 12, 16))], "views", name="views")],
    SIDES, mask=True,
)


def samples_of(spec: dict, studies: int = 6, workers: int = 2):
    folder = tempfile.mkdtemp()
    write_dataset(Path(folder) / "data", pack(spec), studies, 7, workers)
    return classifier_samples(str(Path(folder) / "data"), spec)


class Segmenting(unittest.TestCase):
    def test_what_was_not_drawn_is_nothing_or_epidural_and_what_nobody_said_weighs_nothing(self):
        logits = torch.full((1, 5, 2, 2), -9.0)
        logits[0, 0, 0, 0] = logits[0, 4, 0, 1] = logits[0, 2, 1, 0] = logits[0, 3, 1, 1] = 9.0
        labels = torch.tensor([[[NOT_DRAWN, NOT_DRAWN], [2, UNTOLD]]])
        self.assertLess(segmenter.loss_of(logits, labels).item(), 0.01)
        labels[0, 0, 1] = 1
        self.assertGreater(segmenter.loss_of(logits, labels).item(), 1)

    def test_what_is_no_disc_may_be_anything_else_and_weighs_in_no_other_structure(self):
        logits = torch.full((1, 5, 2, 2), -9.0)
        logits[0, 0, 0, 0] = logits[0, 3, 0, 1] = logits[0, 2, 1, 0] = logits[0, 1, 1, 1] = 9.0
        labels = torch.tensor([[[NO_DISC, NO_DISC], [2, 1]]])
        self.assertLess(segmenter.loss_of(logits, labels).item(), 0.01)
        labels[0, 1, 1] = NO_DISC
        self.assertGreater(segmenter.loss_of(logits, labels).item(), 1)

    def test_augmentation_keeps_labels_where_their_image_is_and_forgets_what_comes_from_outside(self):
        g = torch.Generator().manual_seed(1)
        image = torch.zeros(1, 1, 64, 64, dtype=torch.uint8)
        image[:, :, 20:44, 20:44] = 200
        batch = {"segmenter-sagittal-images": image, "segmenter-sagittal-labels": (image > 0).to(torch.uint8)}
        images, labels = segmenter.prepare(batch, "sagittal", None, False)
        self.assertEqual(images.shape, (1, 1, 64, 64))
        outside = 0
        for _ in range(8):
            _, labels = segmenter.prepare(batch, "sagittal", g, True)
            self.assertLessEqual(set(labels.unique().tolist()), {0, 1, UNTOLD})
            self.assertGreater((labels == 1).sum(), 100)
            outside += int((labels == UNTOLD).any())
        self.assertGreater(outside, 0)

    def test_a_segmenter_learns_bands_and_its_gradients_are_finite(self):
        folder = Path(tempfile.mkdtemp())
        write_dataset(folder / "data", {**pack(AXIAL), "segmenter": SEGMENTER}, 4, 3)
        where = ["--data", str(folder / "data"), "--validation", str(folder / "data"), "--run", str(folder / "run")]
        with contextlib.redirect_stdout(io.StringIO()):
            train(arguments(["segmenter-axial", *where, "--epochs", "12", "--batch", "2", "--threads", "1", "--width", "0.5"]))
        log = [json.loads(line) for line in (folder / "run" / "segmenter-axial-log.jsonl").read_text().splitlines()]
        self.assertTrue(all(math.isfinite(line["loss"]) for line in log))
        self.assertLess(log[-1]["validationLoss"], log[0]["validationLoss"])


class Localising(unittest.TestCase):
    def test_of_a_place_that_nobody_told_only_that_another_is_elsewhere_is_learned(self):
        points = torch.tensor([[[20.5, 20.5], [0.0, 0.0], [20.5, 40.5], [0.0, 0.0]]])
        visible = torch.tensor([[1.0, -1.0, 0.0, -1.0]])
        truth = localiser.heatmap_targets(points, (visible > 0).float(), 32, localiser.SIGMA)
        known = localiser.told(truth, visible)
        self.assertEqual((known[0, 0].all(), known[0, 2].all()), (True, True))
        # The second disc is not where the first one is; of the rest of its map, and of the canal, nothing is known.
        self.assertTrue(known[0, 1, 10, 10])
        self.assertFalse(known[0, 1, 0, 0])
        self.assertLess(known[0, 1].sum(), 120)
        self.assertEqual(known[0, 3].sum(), 0)

    def test_an_unknown_place_costs_nothing_wherever_it_is_seen(self):
        targets = torch.zeros(1, 10, 4)
        targets[:, :, 3] = -1
        targets[:, 0] = targets[:, 5] = torch.tensor([31.0, 31.0, 0.0, 1.0])
        batch = {"localiser-images": torch.zeros(1, 3, 64, 64, dtype=torch.uint8), "localiser-targets": targets}

        class Says(torch.nn.Module):
            def __init__(self, unknown: float):
                super().__init__()
                self.unknown = unknown

            def forward(self, x):
                logits = torch.full((1, 10, 32, 32), -9.0)
                logits[:, 1, 2, 2] = self.unknown
                return logits, torch.zeros(1, 1, 32, 32)

        silent, loud = (localiser.loss(Says(value), batch, None, False).item() for value in (-9.0, 9.0))
        self.assertEqual(silent, loud)

    def test_a_localiser_goes_on_from_a_packs_as_it_answers(self):
        torch.manual_seed(1)
        spec, folder = {**LOCALISER}, Path(tempfile.mkdtemp())
        net = network("localiser", spec)
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                torch.nn.init.uniform_(module.weight, 0.5, 1.5)
                torch.nn.init.normal_(module.bias, 0, 0.1)
                torch.nn.init.normal_(module.running_mean, 0, 0.1)
        x = torch.rand(2, 3, 64, 64)
        spec["sha256"] = export(localiser.Served(net.eval()), (x[:1],), folder / spec["file"], ["slices"], ["heatmaps", "lateral"])
        (folder / "manifest.json").write_text(json.dumps({"localiser": spec}))
        other = network("localiser", spec)
        with contextlib.redirect_stdout(io.StringIO()):
            unfold(other, localiser_of(folder), x)
        with torch.no_grad():
            for before, after in zip(net(x), other(x)):
                torch.testing.assert_close(after, before, atol=2e-2, rtol=2e-2)
        (folder / spec["file"]).write_bytes(b"another")
        with self.assertRaises(SystemExit):
            localiser_of(folder)


    def test_between_two_ends_are_weights_of_both_and_counters_stay_whole(self):
        start, end = ({"w": torch.full((2,), w), "n": torch.tensor(n)} for w, n in ((0.0, 1), (10.0, 5)))
        mean = mean_weights.between(start, end, 0.7)
        torch.testing.assert_close(mean["w"], torch.full((2,), 7.0))
        self.assertEqual(mean["n"].item(), 5)

    def test_the_least_share_of_alike_losses_is_kept_and_told(self):
        folder = Path(tempfile.mkdtemp())
        write_dataset(folder / "data", pack(AXIAL), 4, 3)
        where = ["--data", str(folder / "data"), "--validation", str(folder / "data"), "--width", "0.25", "--threads", "1"]
        with contextlib.redirect_stdout(io.StringIO()):
            train(arguments(["localiser", *where, "--run", str(folder / "first"), "--epochs", "1"]))
            first = str(folder / "first" / "localiser.pt")
            train(arguments(["localiser", *where, "--run", str(folder / "run"), "--epochs", "1", "--init", first, "--rate", "1e-9"]))
            given = ["--validation", str(folder / "data"), "--out", str(folder / "mean.pt")]
            mean_weights.main(["--checkpoint", str(folder / "run" / "localiser.pt"), *given])
            with self.assertRaises(SystemExit):
                mean_weights.main(["--checkpoint", first, *given])
        state = torch.load(folder / "mean.pt", weights_only=True)
        self.assertEqual((state["facts"]["init"], state["facts"]["share"]), ("localiser.pt", mean_weights.SHARES[0]))


class Mirrored(unittest.TestCase):
    def test_axial_images_flip_and_sides_swap(self):
        mirror = mirror_of(AXIAL)
        images = torch.rand(2, 1, 3, 8, 8)
        torch.testing.assert_close(mirror.images(0, images), images.flip(4))
        self.assertEqual(mirror.heads, [0, 2, 1])

    def test_sagittal_views_swap_and_the_middle_stack_turns_round(self):
        mirror = mirror_of(SIDED)
        images = torch.rand(2, 3, 3, 8, 8)
        mirrored = mirror.images(0, images)
        torch.testing.assert_close(mirrored[:, 0], images[:, 0].flip(1))
        torch.testing.assert_close(mirrored[:, 1], images[:, 2])
        torch.testing.assert_close(mirrored[:, 2], images[:, 1])
        self.assertEqual(mirror.mask, [0, 2, 1])
        torch.testing.assert_close(mirror.images(0, mirrored), images)

    def test_a_near_side_stays_near(self):
        near = classifier(
            [image_input([view("recess", "axial-t2", "near")])], grade_output([("subarticular_stenosis", "near")]), "level-side"
        )
        mirror = mirror_of(near)
        images = torch.rand(2, 1, 1, 8, 8)
        torch.testing.assert_close(mirror.images(0, images), images)
        self.assertEqual(mirror.heads, [0])

    def test_one_side_alone_cannot_be_mirrored(self):
        self.assertIsNone(mirror_of(classifier([image_input([view("left", side="left")])], SIDES)))


class Batches(unittest.TestCase):
    def test_order_of_studies_does_not_follow_from_the_workers(self):
        one, three = samples_of(AXIAL, 7, 1), samples_of(AXIAL, 7, 3)
        torch.testing.assert_close(one.batch(range(7)), three.batch(range(7)))

    def test_a_sample_with_a_missing_view_is_blank_without_a_mask(self):
        batch = samples_of(AXIAL).batch([0, 1])
        batch["mask"][:] = 1
        batch["mask"][0, 2] = 0
        truth = grading.prepare(batch, AXIAL)[1]
        self.assertTrue((truth[2] == BLANK).all())
        torch.testing.assert_close(truth[3:], batch["truth"].long().flatten(0, 1)[3:])

    def test_with_a_mask_only_a_sample_without_any_view_is_blank(self):
        batch = samples_of(SIDED).batch([0])
        batch["mask"][:] = 1
        batch["mask"][0, 0] = 0
        batch["mask"][0, 1, 1] = 0
        (images, mask), truth = grading.prepare(batch, SIDED)
        self.assertTrue((truth[0] == BLANK).all())
        torch.testing.assert_close(truth[1], batch["truth"][0, 1].long())
        self.assertEqual(images[1, 1].abs().sum().item(), 0)
        self.assertGreater(images[1, 0].abs().sum().item(), 0)

    def test_augmentation_follows_from_its_generator(self):
        batch = samples_of(SIDED).batch([0, 1])
        seen = [grading.prepare(batch, SIDED, torch.Generator().manual_seed(s), mirror_of(SIDED)) for s in (1, 1, 2)]
        torch.testing.assert_close(seen[0], seen[1])
        self.assertFalse(torch.equal(seen[0][0][0], seen[2][0][0]))

    def test_axial_stacks_are_turned_and_others_stay(self):
        stacks = torch.arange(3.0).view(1, 1, 3, 1, 1).expand(300, 2, 3, 2, 2)
        views = [view("axial", "axial-t2", plane="axial"), view("canal")]
        seen = grading.turn_some(stacks, views, torch.Generator().manual_seed(1))
        self.assertEqual({tuple(s) for s in seen[:, 0, :, 0, 0].tolist()}, {(0, 1, 2), (2, 1, 0)})
        torch.testing.assert_close(seen[:, 1], stacks[:, 1])
        torch.testing.assert_close(seen[..., 0, 0], seen[..., 1, 1])

    def test_a_dataset_of_another_pack_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "no classifier with these inputs"):
            classifier_samples(samples_of(AXIAL).folder, SIDED)


class Losses(unittest.TestCase):
    def test_blanks_weigh_nothing_and_weights_weigh_as_they_say(self):
        logits = torch.tensor([[[2.0, 0, 0]], [[0, 1.0, 0]], [[0, 0, 3.0]]])
        truth = torch.tensor([[0], [2], [BLANK]])
        weights = grading.class_weights("competition", {"output": {"classes": SIDES["classes"], "heads": [{}]}}, truth)
        total, weight = grading.losses(logits, truth, weights)
        each = torch.nn.functional.cross_entropy(logits[:2, 0], truth[:2, 0], reduction="none")
        self.assertAlmostEqual(total.item(), (each[0] + 4 * each[1]).item(), places=5)
        self.assertEqual(weight.item(), 5)

    def test_inverse_weights_make_classes_equal_and_sides_share_them(self):
        truth = torch.tensor([[0, 0, 1], [0, 0, 0], [1, 0, 0], [2, BLANK, 2]])
        weights = grading.class_weights("inverse", AXIAL, truth)
        torch.testing.assert_close(weights[0], torch.tensor([4 / 6, 4 / 3, 4 / 3]))
        torch.testing.assert_close(weights[1], weights[2])
        torch.testing.assert_close(weights[1], torch.tensor([7 / 15, 7 / 3, 7 / 3]))


class Calibration(unittest.TestCase):
    def test_softmax_finds_the_temperature_and_bias_it_was_made_with(self):
        g = torch.Generator().manual_seed(5)
        logits = torch.randn(40000, 3, generator=g) * 3
        bias = torch.tensor([0.8, -0.2, -0.6])
        truth = torch.multinomial(torch.softmax(logits / 2.5 + bias, 1), 1, generator=g)[:, 0]
        found = fit(logits, truth)
        self.assertAlmostEqual(found["temperature"], 2.5, delta=0.1)
        for a, b in zip(found["bias"], bias.tolist()):
            self.assertAlmostEqual(a, b, delta=0.06)

    def test_sigmoid_finds_them_too(self):
        g = torch.Generator().manual_seed(6)
        logits = torch.randn(40000, generator=g) * 3
        truth = (torch.rand(40000, generator=g) < torch.sigmoid(logits / 1.8 - 0.7)).long()
        found = fit(logits, truth)
        self.assertAlmostEqual(found["temperature"], 1.8, delta=0.1)
        self.assertAlmostEqual(found["bias"][0], -0.7, delta=0.06)

    def test_posteriors_for_equal_classes_do_not_follow_the_prevalence_of_the_samples(self):
        """What is seen of a class is the same; only how often the classes occur differs."""
        g = torch.Generator().manual_seed(7)
        truth = torch.multinomial(torch.tensor([0.7, 0.2, 0.1]), 40000, replacement=True, generator=g)
        logits = torch.eye(3)[truth] + torch.randn(40000, 3, generator=g)
        equal, own = fit(logits, truth, equal=True)["bias"], fit(logits, truth)["bias"]
        for bias in equal:
            self.assertAlmostEqual(bias, 0, delta=0.06)
        self.assertAlmostEqual(own[0] - own[2], math.log(7), delta=0.1)
        two = truth < 2
        difference = (logits[:, 1] - logits[:, 0])[two]
        self.assertAlmostEqual(fit(difference, truth[two], equal=True)["bias"][0], 0, delta=0.06)
        self.assertAlmostEqual(fit(difference, truth[two])["bias"][0], math.log(2 / 7), delta=0.1)

    def test_classes_told_apart_without_error_do_not_run_away(self):
        truth = torch.tensor([0, 1, 2, 0, 1, 2])
        found = fit(torch.eye(3)[truth] * 5, truth)
        self.assertGreater(found["temperature"], 0.05)
        self.assertEqual(fit(torch.zeros(0, 3), torch.zeros(0).long())["temperature"], 1)


class Runs(unittest.TestCase):
    def train(self, run: Path, *more: str, network: str = "mini-stack-cnn"):
        argv = [network, "--data", str(self.data), "--validation", str(self.validation), "--run", str(run)]
        train(arguments([*argv, "--epochs", "3", "--width", "0.25", "--threads", "1", *more]))
        name = run / f"{network}-log.jsonl"
        lines = [json.loads(line) for line in name.read_text().splitlines()]
        return [{k: v for k, v in line.items() if k != "seconds"} for line in lines]

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        root = Path(self.folder.name)
        self.data, self.validation = root / "train", root / "validation"
        write_dataset(self.data, pack(AXIAL), 24, 1)
        write_dataset(self.validation, pack(AXIAL), 6, 2)

    def test_an_interrupted_run_is_the_uninterrupted_one(self):
        root = Path(self.folder.name)
        whole = self.train(root / "whole")
        self.assertEqual(len(self.train(root / "parts", "--stop-after", "1")), 1)
        parts = self.train(root / "parts")
        self.assertEqual(whole, parts)
        states = [torch.load(root / run / "mini-stack-cnn.pt", weights_only=True) for run in ("whole", "parts")]
        torch.testing.assert_close(states[0]["net"], states[1]["net"], rtol=0, atol=0)
        torch.testing.assert_close(states[0]["best"]["net"], states[1]["best"]["net"], rtol=0, atol=0)
        with self.assertRaisesRegex(SystemExit, "made with another rate"):
            self.train(root / "parts", "--rate", "1e-4")

    def test_best_weights_are_those_of_the_lowest_validation_loss_and_patience_ends_a_run(self):
        root = Path(self.folder.name)
        log = self.train(root / "run", "--rate", "3", "--patience", "1", "--epochs", "30")
        best = min(log, key=lambda line: line["validationLoss"])
        state = torch.load(root / "run" / "mini-stack-cnn.pt", weights_only=True)
        self.assertEqual(state["best"]["epoch"], best["epoch"])
        self.assertLess(len(log), 30)

    def test_it_learns(self):
        log = self.train(Path(self.folder.name) / "run", "--epochs", "12", "--batch", "3")
        self.assertLess(log[-1]["loss"], log[0]["loss"] * 0.97)

    def test_a_network_of_volumes_runs_and_weights_carry_over(self):
        series = [image_input([view(n, slices=(-4, 0, 4))], "volume", name=n) for n in ("a", "b", "c")]
        self.data, self.validation = Path(self.folder.name) / "v1", Path(self.folder.name) / "v2"
        for folder, studies in ((self.data, 6), (self.validation, 2)):
            write_dataset(folder, pack(classifier(series, SIDES, mask=True)), studies, 3)
        run = Path(self.folder.name) / "run"
        self.train(run, "--stop-after", "1", "--width", "0.125", network="resnet18-3d-triple")
        start = ["--stop-after", "1", "--width", "0.125", "--init", str(run / "resnet18-3d-triple.pt")]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.train(Path(self.folder.name) / "second", *start, network="resnet18-3d-triple")
        self.assertRegex(printed.getvalue(), r"(\d+) of \1 tensors from")

    def test_localiser_runs(self):
        log = self.train(Path(self.folder.name) / "run", "--stop-after", "1", network="localiser")
        self.assertGreater(log[0]["medianMm"], 0)


if __name__ == "__main__":
    unittest.main()
