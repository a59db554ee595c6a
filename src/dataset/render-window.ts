import type { Level } from '../domain/level.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { patientToPixel, pixelToPatient } from '../imaging/plane-geometry.ts';
import type { SlicePlane } from '../imaging/volume.ts';
import { CENTRE_OFFSET_MM, type ClassifierSpec, type InputSpec } from '../inference/pack-manifest.ts';
import type { PhantomOptions } from '../phantom/phantom-study.ts';
import type { Truth } from '../phantom/truth.ts';

/** What misplaced levels and interpolation at the edge may ask beyond a patch's corner. */
const MARGIN_MM = 8;
/** How far misplaced and tilted levels may ask beyond the slices named. */
const AXIAL_MARGIN_MM = 8;

/** The part of a phantom's slices that the classifiers' regions can be cut from: rendering the rest would be waste. */
export function renderWindow(
  classifiers: readonly Pick<ClassifierSpec, 'levels' | 'inputs'>[],
): NonNullable<PhantomOptions['window']> {
  const wanted = new Set<Level>(classifiers.flatMap(({ levels }) => levels));
  const inputs = classifiers.flatMap((spec) => spec.inputs);
  const reachMm = Math.max(...inputs.map(patchReachMm));
  const axialReachMm = Math.max(0, ...inputs.flatMap(axialReach));
  return (role, plane, { levels }) =>
    windowOf(
      role,
      plane,
      levels.filter(({ level }) => wanted.has(level)),
      reachMm,
      axialReachMm,
    );
}

function patchReachMm({ size, mmPerPixel, views }: InputSpec): number {
  const offset = Math.max(...views.map(({ centre = 'canal' }) => CENTRE_OFFSET_MM[centre]));
  return (size * mmPerPixel * Math.SQRT2) / 2 + offset + MARGIN_MM;
}

function axialReach({ views }: InputSpec): number[] {
  return views
    .filter(({ plane }) => plane === 'axial')
    .map(({ slicesMm, toleranceMm }) => Math.max(...slicesMm.map(Math.abs)) + toleranceMm + AXIAL_MARGIN_MM);
}

function windowOf(
  role: SeriesRole,
  plane: SlicePlane,
  levels: Truth['levels'],
  reachMm: number,
  axialReachMm: number,
): SlicePlane {
  const places = levels.map(({ canalMm }) => patientToPixel(plane, canalMm));
  const nearest = Math.min(...places.map((place) => Math.abs(place.distanceMm)));
  const depth = role === 'axial-t2' ? Math.max(axialReachMm, nearest) : Number.POSITIVE_INFINITY;
  const near = places.filter((place) => Math.abs(place.distanceMm) <= depth);
  const bounds = (values: readonly number[], spacingMm: number, size: number) => {
    const margin = reachMm / spacingMm;
    const first = Math.min(size - 2, Math.max(0, Math.floor(Math.min(...values) - margin)));
    const last = Math.max(first + 1, Math.min(size - 1, Math.ceil(Math.max(...values) + margin)));
    return [first, last - first + 1] as const;
  };
  const columnsAt = near.map((place) => place.column);
  const rowsAt = near.map((place) => place.row);
  const [column, columns] = bounds(columnsAt, plane.columnSpacingMm, plane.columns);
  const [row, rows] = bounds(rowsAt, plane.rowSpacingMm, plane.rows);
  return { ...plane, originMm: pixelToPatient(plane, column, row), rows, columns };
}
