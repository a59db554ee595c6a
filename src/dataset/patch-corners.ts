import { along, type Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { type LevelFrame, levelFrame } from '../inference/crop/level-frame.ts';
import { patchFrame } from '../inference/crop/patch-frame.ts';
import { type SidedView, seenFrom } from '../inference/crop/sided-view.ts';
import type { ClassifierSpec, InputSpec } from '../inference/pack/classifier-spec.ts';
import type { Truth } from '../phantom/grades/truth.ts';
import { patientToPixel } from '../volume/plane-geometry.ts';
import type { SlicePlane } from '../volume/volume.ts';
import { withForamina } from './with-foramina.ts';

/** What misplaced levels and interpolation at the edge may ask beyond a patch. */
const MARGIN_MM = 6;
/** How far through the slices misplaced levels and tilted planes may ask beyond a view's own. */
const DEPTH_MARGIN_MM = 8;

/** A view that some classifier sees at its levels. */
export interface WantedView {
  readonly levels: ClassifierSpec['levels'];
  readonly input: InputSpec;
  readonly view: SidedView;
}

/** Column and row of the corners of every patch that may be cut from a plane. */
export function cornersOn(
  role: SeriesRole,
  plane: SlicePlane,
  truth: Truth,
  wanted: readonly WantedView[],
): { readonly column: number; readonly row: number }[] {
  const placed = withForamina(truth).map((level) => ({ ...level, confidence: 1 }));
  const frames = placed.map(({ level }, i) => ({ level, frame: levelFrame(placed, i) }));
  return wanted
    .filter(({ view }) => view.role === role)
    .flatMap(({ levels: names, view, input }) =>
      frames
        .filter(({ level, frame }) => names.includes(level) && mayShow(view, plane, frame))
        .flatMap(({ frame }) => corners(view, plane, frame, input))
        .map((corner) => patientToPixel(plane, corner)),
    );
}

/** Axial planes far from a disc show none of it; how sagittal planes tilt is not worth asking. */
function mayShow(view: SidedView, plane: SlicePlane, frame: LevelFrame): boolean {
  if (view.plane === 'sagittal') return true;
  const reachMm = Math.max(...view.slicesMm.map(Math.abs)) + view.toleranceMm + DEPTH_MARGIN_MM;
  return Math.abs(patientToPixel(plane, seenFrom(view, frame)!.canalMm).distanceMm) <= reachMm;
}

function corners(view: SidedView, plane: SlicePlane, frame: LevelFrame, input: InputSpec): Point[] {
  const patch = patchFrame(view, plane, seenFrom(view, frame)!, input);
  const half = (patch.size * patch.mmPerPixel) / 2 + MARGIN_MM;
  return [-half, half].flatMap((u) =>
    [-half, half].map((v) => along(along(patch.centreMm, patch.columnDirection, u), patch.rowDirection, v)),
  );
}
