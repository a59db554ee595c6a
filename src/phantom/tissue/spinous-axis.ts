import type { Anatomy } from '../anatomy/anatomy.ts';
import { patientPoint } from '../shape/patient-point.ts';

const AXIS_STEP_MM = 2;

/** The line along the roots of the spinous processes, as x and y by z (patient, mm): nearest entry of a table. */
export function spinousAxis({ vertebrae, segments }: Anatomy) {
  const places = segments.map((segment, disc) => patientPoint(vertebrae, disc, 0.3, 0, segment.canalDepthMm));
  const top = places[0]![2];
  const size = Math.max(1, Math.ceil((top - places.at(-1)![2]) / AXIS_STEP_MM));
  const table = Array.from({ length: size }, (_, i) => {
    const z = top - i * AXIS_STEP_MM;
    const k = Math.max(
      1,
      places.findIndex((place) => place[2] < z),
    );
    const [a, b] = [places[k - 1]!, places[k]!];
    const s = (a[2] - z) / Math.max(1, a[2] - b[2]);
    return [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])] as const;
  });
  const xs = Float64Array.from(table, ([x]) => x);
  const ys = Float64Array.from(table, ([, y]) => y);
  const at = (z: number) => {
    const i = ((top - z) / AXIS_STEP_MM) | 0;
    return i < 0 ? 0 : i >= size ? size - 1 : i;
  };
  return { axisX: (z: number) => xs[at(z)]!, axisY: (z: number) => ys[at(z)]! };
}
