import { SIDES } from '../domain/target.ts';
import type { ClassifierSpec } from '../inference/pack/classifier-spec.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { pixelToPatient } from '../volume/plane-geometry.ts';
import type { SlicePlane } from '../volume/volume.ts';
import { cornersOn, type WantedView } from './patch-corners.ts';

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

/** The part of the plane that holds the places, on the same pixel grid; a corner of it where there are none. */
export function windowOf(
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
