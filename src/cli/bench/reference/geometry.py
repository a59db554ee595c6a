"""Slices in patient space (LPS, mm) and patches sampled from them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydicom import Dataset

#: Every so many-th value is enough to place a percentile.
PERCENTILE_STRIDE = 7


@dataclass
class Patch:
    """A square of patient space: its middle, and the unit vectors along which its columns and rows run."""

    centre: np.ndarray
    across: np.ndarray
    down: np.ndarray
    size: int
    mm_per_pixel: float


class Slice:
    def __init__(self, image: Dataset):
        self.image = image
        self.origin = np.array(image.ImagePositionPatient, float)
        self.right, self.down = Volume.axes_of(image.ImageOrientationPatient)
        self.row_spacing, self.column_spacing = (float(mm) for mm in image.PixelSpacing)
        slope, intercept = float(image.get("RescaleSlope", 1)), float(image.get("RescaleIntercept", 0))
        self.pixels = image.pixel_array.astype(np.float32) * np.float32(slope) + np.float32(intercept)

    @cached_property
    def left_normal(self) -> np.ndarray:
        normal = np.cross(self.right, self.down)
        return -normal if normal[0] < 0 else normal

    @property
    def centre(self) -> np.ndarray:
        rows, columns = self.pixels.shape
        across = self.right * (self.column_spacing * (columns - 1) / 2)
        return self.origin + across + self.down * (self.row_spacing * (rows - 1) / 2)

    def pixel(self, point: np.ndarray) -> tuple[float, float]:
        """Column and row of a point projected onto the slice."""
        relative = point - self.origin
        column = relative @ self.right / self.column_spacing
        return float(column), float(relative @ self.down / self.row_spacing)

    def distance(self, point: np.ndarray) -> float:
        return abs((point - self.origin) @ self.left_normal)

    def shows(self, point: np.ndarray) -> bool:
        column, row = self.pixel(point)
        rows, columns = self.pixels.shape
        return -0.5 <= column <= columns - 0.5 and -0.5 <= row <= rows - 0.5

    def sample(self, patch: Patch) -> np.ndarray:
        """[size, size], bilinear, NaN outside; a patch coarser than the slice is averaged over 2 × 2 sub-samples."""
        coarse = patch.mm_per_pixel > 1.2 * min(self.row_spacing, self.column_spacing)
        subs = 2 if coarse else 1
        count = patch.size * subs
        steps = ((np.arange(count) - (count - 1) / 2) * (patch.mm_per_pixel / subs)).astype(np.float32)
        column, row = self.pixel(patch.centre)
        axes = np.stack([self.right / self.column_spacing, self.down / self.row_spacing])
        (column_across, row_across), (column_down, row_down) = (
            (axes @ patch.across).tolist(),
            (axes @ patch.down).tolist(),
        )
        columns = column + steps * column_across + (steps * column_down)[:, None]
        rows = row + steps * row_across + (steps * row_down)[:, None]
        values = self.bilinear(columns, rows)
        if subs == 1:
            return values
        return values.reshape(patch.size, subs, patch.size, subs).mean(axis=(1, 3))

    def bilinear(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        height, width = self.pixels.shape
        outside = (columns < 0) | (rows < 0) | (columns > width - 1) | (rows > height - 1)
        left = np.clip(columns.astype(np.int32), 0, width - 2)
        above = np.clip(rows.astype(np.int32), 0, height - 2)
        x, y = columns - left.astype(np.float32), rows - above.astype(np.float32)
        flat, at = self.pixels.ravel(), above * width + left
        upper = flat.take(at) * (1 - x) + flat.take(at + 1) * x
        lower = flat.take(at + width) * (1 - x) + flat.take(at + width + 1) * x
        values = upper * (1 - y) + lower * y
        values[outside] = np.nan
        return values


class Volume:
    """The slices of a series, ordered along their normal."""

    def __init__(self, images: list[Dataset]):
        slices = [Slice(image) for image in images]
        self.slices = sorted(slices, key=lambda each: each.origin @ slices[0].left_normal)

    @staticmethod
    def axes_of(orientation) -> tuple[np.ndarray, np.ndarray]:
        cosines = np.array(orientation, float)
        return cosines[:3], cosines[3:]

    @staticmethod
    def normal_axis(right: np.ndarray, down: np.ndarray) -> int:
        return int(np.argmax(np.abs(np.cross(right, down))))

    def nearest(self, point: np.ndarray, tolerance: float) -> Slice | None:
        near = [each for each in self.slices if each.distance(point) <= tolerance and each.shows(point)]
        return min(near, key=lambda each: each.distance(point), default=None)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def in_plane(direction: np.ndarray, normal: np.ndarray) -> np.ndarray:
    return unit(direction - normal * (direction @ normal))


def whole_slice(shown: Slice, size: int, mm_per_pixel: float) -> Patch:
    normal = shown.left_normal
    across, down = in_plane(np.array([0.0, 1, 0]), normal), in_plane(np.array([0.0, 0, -1]), normal)
    return Patch(shown.centre, across, down, size, mm_per_pixel)


def normalised(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """To [0, 1] between two percentiles; NaN and what has no contrast become 0."""
    some = values.ravel()[::PERCENTILE_STRIDE]
    some = some[~np.isnan(some)]
    if some.size == 0:
        return np.zeros_like(values)
    dark, bright = np.percentile(some, [low, high])
    if bright <= dark:
        return np.zeros_like(values)
    scaled = np.clip((values - np.float32(dark)) / np.float32(bright - dark), 0, 1)
    return np.nan_to_num(scaled, copy=False)
