import { along } from '../../domain/point.ts';
import type { Slice, Volume } from '../../volume/volume.ts';
import type { PatchSpec } from '../pack/patch-spec.ts';
import type { LevelFrame } from './level-frame.ts';
import { nearestSlice } from './nearest-slice.ts';
import { normalisePatch } from './normalise-patch.ts';
import { patchFrame } from './patch-frame.ts';
import { samplePatch } from './sample-patch.ts';
import { type SidedView, seenFrom } from './sided-view.ts';

/**
 * Cuts one view: [slices, size, size], values in [0, 1], absent slices 0; null where the volume shows nothing of it.
 * Sagittal patches are turned so that the spine runs down the rows; axial patches have the patient's left along the
 * columns (mirrored for a view of the right side) and posterior down the rows: how the patient lay or how a slice was
 * stored changes nothing.
 */
export async function cutView(
  view: SidedView,
  patch: Omit<PatchSpec, 'name'>,
  volume: Volume,
  level: LevelFrame,
): Promise<Float32Array | null> {
  const frame = seenFrom(view, level);
  if (frame === null) return null;
  const slices = viewSlices(view, volume, frame);
  if (slices.every((slice) => slice === null)) return null;
  const area = patch.size ** 2;
  const values = new Float32Array(slices.length * area).fill(Number.NaN);
  const decoded = await Promise.all(slices.map((slice) => slice?.pixels()));
  for (const [channel, slice] of slices.entries()) {
    if (slice === null) continue;
    const seen = { plane: slice.plane, pixels: decoded[channel]! };
    samplePatch(seen, patchFrame(view, slice.plane, frame, patch), values, channel * area);
  }
  hideRows(values, patch);
  normalisePatch(values, patch.normalise);
  return values;
}

/** Values [slices, size, size] of rows that the patch does not show become NaN. */
function hideRows(values: Float32Array, { size, rows = size }: Pick<PatchSpec, 'size' | 'rows'>): void {
  const above = Math.floor((size - rows) / 2);
  for (let start = 0; start < values.length; start += size * size) {
    values.fill(Number.NaN, start, start + above * size);
    values.fill(Number.NaN, start + (above + rows) * size, start + size * size);
  }
}

/** The slices of a volume that the view shows. */
export function slicesSeen(view: SidedView, volume: Volume, level: LevelFrame): readonly Slice[] {
  const frame = seenFrom(view, level);
  return frame === null ? [] : viewSlices(view, volume, frame).filter((slice) => slice !== null);
}

/** The slice of each channel, null where none lies within the tolerance. */
function viewSlices(view: SidedView, volume: Volume, frame: LevelFrame): (Slice | null)[] {
  return view.slicesMm.map((mm) => {
    const point =
      view.plane === 'axial'
        ? along(frame.marginMm, frame.caudal, mm)
        : along(frame.canalMm, [view.side === 'right' ? -1 : 1, 0, 0], mm);
    return nearestSlice(volume, point, view.toleranceMm);
  });
}
