import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { WhyUnmeasured } from '../../domain/measurement.ts';
import type { Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { SegmentedPlane } from '../../inference/pack/segmenter-spec.ts';
import { axialSlices, sagittalSlices } from '../../inference/segment/measured-slices.ts';
import { segmentFrame, spineMiddle } from '../../inference/segment/segment-frame.ts';
import type { OutlinedLevels, OutlinedSlice } from '../../measure/outlined-slice.ts';
import type { PhantomSlice, PhantomVolume } from '../../phantom/phantom-slice.ts';
import { labelledOutline } from './labelled-outline.ts';

/** Squares of exact outlines: wide enough for the spine and for the canal, finer than any network's. */
const SQUARES = {
  sagittal: { size: 460, mmPerPixel: 0.5 },
  axial: { size: 200, mmPerPixel: 0.4 },
} as const;

/** What a sagittal slice of a phantom shows, exactly, around a point. */
export function exactSagittal(slice: PhantomSlice, middle: Point): OutlinedSlice {
  return exactOutline('sagittal', 'sagittal-t2', slice, middle);
}

function exactOutline(kind: SegmentedPlane, role: SeriesRole, slice: PhantomSlice, centreMm: Point) {
  const frame = segmentFrame(kind, slice.plane, centreMm, SQUARES[kind]);
  return labelledOutline(slice, role, slice.structures(), frame);
}

/** What a phantom's slices show of each level, exactly, on the slices that a segmenter would be asked of. */
export function exactOutlines(
  volumes: Readonly<Partial<Record<SeriesRole, PhantomVolume>>>,
  levels: readonly LocalisedLevel[],
): OutlinedLevels {
  const [along, across] = [volumes['sagittal-t2'], volumes['axial-t2']];
  const middle = spineMiddle(levels);
  const done = new Map<unknown, OutlinedSlice>();
  const none = (reason: WhyUnmeasured) => levels.map(() => reason);
  return {
    sagittal: along
      ? sagittalSlices(along, levels).map((slice) => {
          if (slice === null) return 'level-out-of-view';
          const own = done.get(slice) ?? exactSagittal(slice as PhantomSlice, middle);
          done.set(slice, own);
          return own;
        })
      : none('level-out-of-view'),
    axial: across
      ? axialSlices(across, levels).map((slice, i) =>
          slice === null
            ? 'axial-misses-disc'
            : exactOutline('axial', 'axial-t2', slice as PhantomSlice, levels[i]!.canalMm),
        )
      : none('no-axial-slices'),
  };
}
