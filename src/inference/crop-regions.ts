import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LocalisedLevel } from '../domain/assessment.ts';
import { along, cross, midpoint, negate, type Point, subtract, unit } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { inFieldOfView, patientToPixel } from '../imaging/plane-geometry.ts';
import type { Slice, Volume } from '../imaging/volume.ts';
import { inPlane, leftNormal } from './localiser-input.ts';
import type { ClassifierSpec, ViewSpec } from './pack-manifest.ts';
import { normalisePatch, type PatchFrame, samplePatch } from './sample-patch.ts';

export type Volumes = Readonly<Partial<Record<SeriesRole, Volume>>>;

/** What the classifier sees: every view of every level. */
export interface Regions {
  /** [levels, views, channels, size, size], values in [0, 1]; absent channels are 0. */
  readonly views: Float32Array;
  /** [levels, views]: 1 where the view shows anything. */
  readonly mask: Float32Array;
}

/**
 * Cuts the views of each level around the spinal canal at the disc's height. Sagittal patches are turned so that
 * the spine runs down the rows; axial patches have the patient's left along the columns (mirrored for a view of
 * the right side) and posterior down the rows: how the patient lay or how a slice was stored changes nothing.
 */
export async function cropRegions(
  spec: ClassifierSpec,
  volumes: Volumes,
  levels: readonly LocalisedLevel[],
): Promise<Regions> {
  const { views: viewSpecs, size } = spec.input;
  const channels = viewSpecs[0]!.slicesMm.length;
  const perView = channels * size * size;
  const views = new Float32Array(levels.length * viewSpecs.length * perView);
  const mask = new Float32Array(levels.length * viewSpecs.length);
  const frames = levels.map((_, i) => levelFrame(levels, i));
  for (const [l, frame] of frames.entries()) {
    for (const [v, view] of viewSpecs.entries()) {
      const at = l * viewSpecs.length + v;
      const volume = volumes[view.role];
      const target = views.subarray(at * perView, (at + 1) * perView);
      if (volume && cropView(view, volume, frame, spec, target)) mask[at] = 1;
      // Sampling is arithmetic alone: other work gets its turn between views.
      await nextTurn();
    }
  }
  return { views, mask };
}

/** Cuts one view; false, and nothing written, where the volume shows nothing of it. */
function cropView(
  view: ViewSpec,
  volume: Volume,
  frame: LevelFrame,
  spec: ClassifierSpec,
  target: Float32Array,
): boolean {
  const slices = viewSlices(view, volume, frame);
  if (slices.every((slice) => slice === null)) return false;
  target.fill(Number.NaN);
  const area = spec.input.size ** 2;
  slices.forEach((slice, channel) => {
    if (slice) samplePatch(slice, patchFrame(view, slice, frame, spec), target, channel * area);
  });
  normalisePatch(target, spec.input.normalise);
  return true;
}

interface LevelFrame {
  readonly canalMm: Point;
  /** Half way between the disc's centre and the canal's: about the disc's posterior margin. */
  readonly marginMm: Point;
  /** Unit vector along the spine, caudal. */
  readonly caudal: Point;
}

function levelFrame(levels: readonly LocalisedLevel[], i: number): LevelFrame {
  const above = levels[Math.max(0, i - 1)]!.canalMm;
  const below = levels[Math.min(levels.length - 1, i + 1)]!.canalMm;
  const { discMm, canalMm } = levels[i]!;
  return {
    canalMm,
    marginMm: midpoint(discMm, canalMm),
    caudal: unit(subtract(below, above)),
  };
}

/** The slice of each channel, null where none lies within the tolerance. */
function viewSlices(view: ViewSpec, volume: Volume, frame: LevelFrame): (Slice | null)[] {
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

function patchFrame(view: ViewSpec, slice: Slice, frame: LevelFrame, spec: ClassifierSpec): PatchFrame {
  const { size, mmPerPixel } = spec.input;
  const normal = leftNormal(slice);
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
