"""What a study's other grades say of one, and what a patch looks like."""

import csv
import tempfile
import unittest
from pathlib import Path

import torch

import joint_reading
import likeness
from joint_reading import TARGETS

LEFT, RIGHT = (TARGETS.index(("neural_foraminal_narrowing", side, 3)) for side in ("left", "right"))


SHARES = torch.tensor([0.7, 0.2, 0.1])


def alike_on_both_sides(studies: int) -> torch.Tensor:
    """Grades that are all drawn by themselves, but for the foramina of L4/L5: the same on both sides in nine of ten."""
    g = torch.Generator().manual_seed(1)
    grades = torch.multinomial(SHARES, studies * 25, replacement=True, generator=g).view(studies, 25)
    same = torch.rand(studies, generator=g) < 0.9
    grades[same, RIGHT] = grades[same, LEFT]
    return grades


def seen_vaguely(grades: torch.Tensor) -> torch.Tensor:
    """Calibrated posteriors of images that show the true grade in three of five and any other in one of five."""
    g = torch.Generator().manual_seed(2)
    other = (grades + torch.randint(1, 3, grades.shape, generator=g)) % 3
    shown = torch.where(torch.rand(grades.shape, generator=g) < 0.6, grades, other)
    posteriors = SHARES * torch.full((*grades.shape, 3), 0.2).scatter(2, shown[..., None], 0.6)
    return posteriors / posteriors.sum(2, keepdim=True)


class JointReading(unittest.TestCase):
    def test_knowing_the_other_side_helps_where_sides_go_together(self):
        grades = alike_on_both_sides(2000)
        model = joint_reading.fitted(grades)
        self.assertLess(model["logLoss"]["knowingTheOthers"], model["logLoss"]["byItself"] - 0.005)
        posteriors = seen_vaguely(grades)
        posteriors[:, [k for k in range(25) if k not in (LEFT, RIGHT)]] = torch.nan
        chosen, lines = joint_reading.strengths(model, posteriors, grades)
        self.assertGreater(chosen["neural_foraminal_narrowing"], 0)
        self.assertEqual(chosen["spinal_canal_stenosis"], 0)
        self.assertLess(lines[0]["with"], lines[0]["without"])
        sharpened = joint_reading.read_jointly(model, posteriors, 0.5)
        self.assertTrue(sharpened[:, 0].isnan().all())
        torch.testing.assert_close(sharpened[:, LEFT].sum(1), torch.ones(2000))

    def test_where_nothing_goes_together_the_images_are_not_overruled(self):
        grades = alike_on_both_sides(4000)
        grades[:, RIGHT] = grades[:, RIGHT].roll(1)
        model = joint_reading.fitted(grades)
        _, lines = joint_reading.strengths(model, seen_vaguely(grades), grades)
        for line in lines:
            self.assertLess(line["without"] - line["with"], 1e-3)

    def test_a_table_is_read_by_parts_and_blanks_stay_blank(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "train.csv"
            names = [joint_reading.column(*target) for target in TARGETS]
            with file.open("w", newline="") as text:
                out = csv.writer(text)
                out.writerow(["study_id", *names])
                for study in range(40):
                    out.writerow([study, "", *["Severe"] * 24])
            rows = joint_reading.rows_of(str(file), {0, 1})
            self.assertEqual(len(rows), sum(joint_reading.part_of(str(study)) in (0, 1) for study in range(40)))
            self.assertEqual(rows[0].tolist(), [-1, *[2] * 24])

    def test_the_manifest_names_every_relation_once(self):
        entry = joint_reading.manifest_entry(joint_reading.fitted(alike_on_both_sides(50)), {})
        relations = [(r["of"], r["other"], r["sides"], r["levels"]) for r in entry["relations"]]
        self.assertEqual(len(set(relations)), len(relations))
        self.assertEqual(len(entry["expected"]), 15)


class Likeness(unittest.TestCase):
    def test_traits_are_those_that_the_service_computes(self):
        # The same patch and numbers stand in src/inference/crop/patch-traits.test.ts.
        patch = torch.tensor([((i * i * 7 + i * 3) % 32) / 31 for i in range(200)]).reshape(1, 2, 10, 10)
        traits = [round(v, 4) for v in likeness.patch_traits(patch)[0].tolist()]
        expected = [0.4731, 0.4516, 0.5161, 0.5484, 0.4409, 0.5161, 0.5914, 0.5484, 0.5233, 0.4086]
        expected += [0.4373, 0.5484, 0.4194, 0.5161, 0.4409, 0.2903, 0.2989, -0.0541, 0.2768, -0.9936]
        self.assertEqual(traits, expected)

    def test_few_of_its_own_are_unlike_a_source_and_noise_is(self):
        g = torch.Generator().manual_seed(1)
        ramps = torch.linspace(0, 1, 16)[None, None, None] * torch.rand(4000, 1, 16, 1, generator=g)
        patches = ramps + torch.randn(4000, 1, 16, 16, generator=g) * 0.02
        entry = likeness.fitted(likeness.patch_traits(patches), "ramps")
        own = likeness.unlike(likeness.patch_traits(patches), [entry]).float().mean().item()
        self.assertLess(abs(own - likeness.UNLIKE), 0.002)
        noise = likeness.patch_traits(torch.rand(100, 1, 16, 16, generator=g))
        self.assertTrue(likeness.unlike(noise, [entry]).all())


if __name__ == "__main__":
    unittest.main()
