import type { LocalisedLevel } from '../../domain/assessment.ts';
import { along, cross, midpoint, negate, type Point, subtract, unit } from '../../domain/point.ts';
import type { Side } from '../../domain/target.ts';
import { inFieldOfView, patientToPixel } from '../../volume/plane-geometry.ts';
import type { Slice, SlicePlane, Volume } from '../../volume/volume.ts';
import { inPlane, leftNormal } from '../localise/localiser-input.ts';
import { CENTRE_OFFSET_MM, type PatchSpec, type ViewSpec } from '../pack/pack-manifest.ts';
import { normalisePatch, type PatchFrame, samplePatch } from './sample-patch.ts';

/** Where a disc level lies in the patient. */
export interface LevelFrame {
  readonly canalMm: Point;
  /** Half way between the disc's centre and the canal's: about the disc's posterior margin. */
  readonly marginMm: Point;
  /** Unit vector along the spine, caudal. */
  readonly caudal: Point;
}

/** The frame of the i-th of neighbouring levels. */
export function levelFrame(levels: readonly LocalisedLevel[], i: number): LevelFrame {
  const above = levels[Math.max(0, i - 1)]!.canalMm;
  const below = levels[Math.min(levels.length - 1, i + 1)]!.canalMm;
  const { discMm, canalMm } = levels[i]!;
  return {
    canalMm,
    marginMm: midpoint(discMm, canalMm),
    caudal: unit(subtract(below, above)),
  };
}

/** A view whose side is known: that of the sample, where the manifest says 'near'. */
export type SidedView = Omit<ViewSpec, 'side'> & { readonly side: Side };

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
  normalisePatch(values, patch.normalise);
  return values;
}

/** The slices of a volume that the view shows. */
export function slicesSeen(view: SidedView, volume: Volume, level: LevelFrame): readonly Slice[] {
  return viewSlices(view, volume, seenFrom(view, level)).filter((slice) => slice !== null);
}

/** The level's frame moved to the view's centre. */
export function seenFrom({ centre = 'canal', side }: SidedView, level: LevelFrame): LevelFrame {
  const mm = CENTRE_OFFSET_MM[centre];
  if (mm === 0 || side === null) return level;
  const towards: Point = side === 'left' ? [mm, 0, 0] : [-mm, 0, 0];
  const { canalMm, marginMm, caudal } = level;
  return { canalMm: along(canalMm, towards, 1), marginMm: along(marginMm, towards, 1), caudal };
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

/** The slice whose plane is nearest to the point, among those in whose field of view the point lies. */
export function nearestSlice(volume: Volume, point: Point, toleranceMm: number): Slice | null {
  let best: Slice | null = null;
  let bestDistance = toleranceMm;
  for (const slice of volume.slices) {
    const position = patientToPixel(slice.plane, point);
    const distance = Math.abs(position.distanceMm);
    if (distance <= bestDistance && inFieldOfView(slice.plane, position)) {
      best = slice;
      bestDistance = distance;
    }
  }
  return best;
}

/** The square that a view asks of a plane; `frame` as seen from the view. */
export function patchFrame(
  view: SidedView,
  plane: SlicePlane,
  frame: LevelFrame,
  { size, mmPerPixel }: Omit<PatchSpec, 'name'>,
): PatchFrame {
  const normal = leftNormal(plane);
  if (view.plane === 'axial') {
    const left = inPlane([1, 0, 0], normal);
    const columnDirection: Point = view.side === 'right' ? negate(left) : left;
    return {
      centreMm: frame.canalMm,
      columnDirection,
      rowDirection: inPlane([0, 1, 0], normal),
      size,
      mmPerPixel,
    };
  }
  const rowDirection = inPlane(frame.caudal, normal);
  const across = cross(rowDirection, normal);
  const columnDirection: Point = across[1] < 0 ? negate(across) : across;
  return { centreMm: frame.canalMm, columnDirection, rowDirection, size, mmPerPixel };
}
