import { along, type Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { SIDES } from '../domain/target.ts';
import {
  type LevelFrame,
  levelFrame,
  patchFrame,
  type SidedView,
  seenFrom,
} from '../inference/crop/view-patch.ts';
import type { ClassifierSpec, InputSpec } from '../inference/pack/pack-manifest.ts';
import type { Truth } from '../phantom/grades/truth.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { patientToPixel, pixelToPatient } from '../volume/plane-geometry.ts';
import type { SlicePlane } from '../volume/volume.ts';

/** What misplaced levels and interpolation at the edge may ask beyond a patch. */
const MARGIN_MM = 6;
/** How far through the slices misplaced levels and tilted planes may ask beyond a view's own. */
const DEPTH_MARGIN_MM = 8;

interface WantedView {
  readonly levels: ClassifierSpec['levels'];
  readonly input: InputSpec;
  readonly view: SidedView;
}

/** The part of a phantom's slices that the classifiers' regions can be cut from: rendering the rest would be waste. */
export function renderWindow(
  classifiers: readonly Pick<ClassifierSpec, 'levels' | 'inputs'>[],
): NonNullable<PhantomOptions['window']> {
  const wanted = classifiers.flatMap(({ levels, inputs }) =>
    inputs.flatMap((input) =>
      input.views.flatMap((view): WantedView[] =>
        view.side === 'near'
          ? SIDES.map((side) => ({ levels, input, view: { ...view, side } }))
          : [{ levels, input, view: { ...view, side: view.side } }],
      ),
    ),
  );
  return (role, plane, truth) => windowOf(plane, cornersOn(role, plane, truth, wanted));
}

/** Column and row of the corners of every patch that may be cut from a plane. */
function cornersOn(
  role: SeriesRole,
  plane: SlicePlane,
  { levels }: Truth,
  wanted: readonly WantedView[],
): { readonly column: number; readonly row: number }[] {
  const placed = levels.map((level) => ({ ...level, confidence: 1 }));
  const frames = levels.map(({ level }, i) => ({ level, frame: levelFrame(placed, i) }));
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
  return Math.abs(patientToPixel(plane, seenFrom(view, frame).canalMm).distanceMm) <= reachMm;
}

function corners(view: SidedView, plane: SlicePlane, frame: LevelFrame, input: InputSpec): Point[] {
  const patch = patchFrame(view, plane, seenFrom(view, frame), input);
  const half = (patch.size * patch.mmPerPixel) / 2 + MARGIN_MM;
  return [-half, half].flatMap((u) =>
    [-half, half].map((v) => along(along(patch.centreMm, patch.columnDirection, u), patch.rowDirection, v)),
  );
}

/** The part of the plane that holds the places, on the same pixel grid; a corner of it where there are none. */
function windowOf(
  plane: SlicePlane,
  places: readonly { readonly column: number; readonly row: number }[],
): SlicePlane {
  const bounds = (values: readonly number[], size: number) => {
    const first = Math.min(size - 2, Math.max(0, Math.floor(Math.min(...values, size - 2))));
    const last = Math.min(size - 1, Math.max(first + 1, Math.ceil(Math.max(...values))));
    return [first, last - first + 1] as const;
  };
  const columnsAt = places.map((place) => place.column);
  const rowsAt = places.map((place) => place.row);
  const [column, columns] = bounds(columnsAt, plane.columns);
  const [row, rows] = bounds(rowsAt, plane.rows);
  return { ...plane, originMm: pixelToPatient(plane, column, row), rows, columns };
}
