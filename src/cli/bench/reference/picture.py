"""The summary picture, drawn with Pillow."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from geometry import Slice, Volume
from networks import Finding

SIZE = 1024
GROUND = (0x11, 0x13, 0x17)
GRADES = ("Normal/Mild", "Moderate", "Severe")
COLOURS = ((46, 125, 80), (190, 140, 30), (190, 60, 50))
CONDITIONS = (
    ("Canal", "spinal_canal_stenosis", None),
    ("Foramen left", "neural_foraminal_narrowing", "left"),
    ("Foramen right", "neural_foraminal_narrowing", "right"),
    ("Recess left", "subarticular_stenosis", "left"),
    ("Recess right", "subarticular_stenosis", "right"),
)
READ_ON = {
    "spinal_canal_stenosis": "sagittal-t2",
    "neural_foraminal_narrowing": "sagittal-t1",
    "subarticular_stenosis": "axial-t2",
}
STATEMENT = "AI result, unverified - research use"
WORST_COUNT = 6
WORST_MM = 80


class Fonts:
    def __init__(self):
        self.of = {size: ImageFont.load_default(size) for size in (13, 14, 20, 26)}


def draw(
    fonts: Fonts, volumes: dict[str, Volume], levels: list[dict], findings: list[Finding], manifest: dict
) -> np.ndarray:
    """[1024, 1024, 3] of the spine, the table of grades and the worst findings on their images."""
    picture = Image.new("RGB", (SIZE, SIZE), GROUND)
    pen = ImageDraw.Draw(picture)
    pen.text((16, 16), "Lumbar spine MRI: grading", "white", fonts.of[26])
    pen.text((SIZE - 16, 20), STATEMENT, (255, 194, 77), fonts.of[20], anchor="ra")
    draw_spine(picture, pen, fonts, volumes["sagittal-t2"], levels)
    draw_table(pen, fonts, levels, findings)
    draw_worst(picture, pen, fonts, volumes, levels, findings)
    pen.line((16, 888, SIZE - 16, 888), (74, 79, 88))
    pen.text((16, 898), f"Algorithm {manifest['name']} {manifest['version']}", "white", fonts.of[14])
    pen.text((16, SIZE - 26), f"{STATEMENT}. Not a medical device, not for diagnosis.", "white", fonts.of[14])
    return np.asarray(picture)


def draw_spine(picture, pen, fonts: Fonts, volume: Volume, levels: list[dict]) -> None:
    shown = volume.slices[len(volume.slices) // 2]
    box = (16, 72, 400, 800)
    centre = np.mean([level["canalMm"] for level in levels], axis=0)
    place = paste(picture, shown, centre, 150, box)
    for level in levels:
        x, y = place(np.array(level["discMm"]))
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), outline="yellow")
        pen.text((x + 10, y - 8), level["level"], "white", fonts.of[14], stroke_width=2, stroke_fill="black")


def paste(picture, shown: Slice, centre: np.ndarray, width_mm: float, box: tuple[int, int, int, int]):
    """Puts the window of a slice onto the picture; gives the function from a point to its place there."""
    x, y, width, height = box
    column, row = shown.pixel(centre)
    half_columns = width_mm / 2 / shown.column_spacing
    half_rows = width_mm / 2 * height / width / shown.row_spacing
    window = (column - half_columns, row - half_rows, column + half_columns, row + half_rows)
    dark, bright = np.percentile(shown.pixels[::2, ::2], [1, 99.5])
    grey = np.clip((shown.pixels - dark) * (255 / max(bright - dark, 1)), 0, 255).astype(np.uint8)
    scale_x, scale_y = 2 * half_columns / width, 2 * half_rows / height
    affine = (scale_x, 0, window[0], 0, scale_y, window[1])
    part = Image.fromarray(grey).transform(
        (width, height), Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR
    )
    picture.paste(part, (x, y))

    def place(point: np.ndarray) -> tuple[float, float]:
        at_column, at_row = shown.pixel(point)
        return x + (at_column - window[0]) / scale_x, y + (at_row - window[1]) / scale_y

    return place


def draw_table(pen, fonts: Fonts, levels: list[dict], findings: list[Finding]) -> None:
    by_target = {(each.condition, each.side, each.level): each for each in findings}
    for k, (name, _, _) in enumerate(CONDITIONS):
        pen.text((500 + 104 * k, 76), name, "white", fonts.of[14])
    for i, level in enumerate(levels):
        y = 104 + 52 * i
        pen.text((436, y + 14), level["level"], "white", fonts.of[14])
        for k, (_, condition, side) in enumerate(CONDITIONS):
            finding = by_target.get((condition, side, level["level"]))
            if finding is None:
                continue
            x = 496 + 104 * k
            pen.rounded_rectangle((x, y, x + 98, y + 46), 6, COLOURS[finding.grade])
            pen.text((x + 8, y + 6), GRADES[finding.grade], "white", fonts.of[14])
            pen.text((x + 8, y + 26), f"{finding.probabilities.max():.0%}", "white", fonts.of[13])


def draw_worst(picture, pen, fonts, volumes, levels: list[dict], findings: list[Finding]) -> None:
    places = {level["level"]: level for level in levels}
    worst = sorted(findings, key=lambda each: (each.grade, each.probabilities[2]), reverse=True)[:WORST_COUNT]
    for k, finding in enumerate(worst):
        box = (436 + 196 * (k % 3), 400 + 244 * (k // 3), 180, 200)
        level = places[finding.level]
        point = np.array(level.get("foraminaMm", {}).get(finding.side, level["canalMm"]))
        volume = volumes[READ_ON[finding.condition]]
        shown = min(volume.slices, key=lambda each: each.distance(point))
        x, y = paste(picture, shown, point, WORST_MM, box)(point)
        pen.ellipse((x - 12, y - 12, x + 12, y + 12), outline=COLOURS[finding.grade], width=2)
        words = f"{finding.level} {finding.side or ''} {GRADES[finding.grade]}"
        pen.text((box[0], box[1] + 206), words, "white", fonts.of[13])
