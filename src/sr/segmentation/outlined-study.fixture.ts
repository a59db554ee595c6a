import type { GradedStudy, LocalisedLevel } from '../../domain/assessment.ts';
import type { Measurement } from '../../domain/measurement.ts';
import { cross, type Point, subtract } from '../../domain/point.ts';
import type { Structure } from '../../domain/structure.ts';
import type { OutlinedLevels, OutlinedSlice, OutlineGrid } from '../../measure/outlined-slice.ts';
import { pointOfPlace } from '../../measure/outlined-slice.ts';
import { patientToPixel, pixelToPatient, scoordPixel } from '../../volume/plane-geometry.ts';
import { gradedStudy, PLANNED_LEVELS, type PlannedImage } from '../report.fixture.ts';

/** What is at a place of the planned study: discs and bodies on a straight spine, behind them the canal. */
export function plannedStructure([x, y, z]: Point): Structure | null {
  const fromCanal = Math.hypot(x, y + 15);
  if (z > 105 || z < -85) return null;
  if (fromCanal <= 8) return fromCanal <= 5 ? 'sac' : 'epidural';
  if (Math.abs(x) > 20 || Math.abs(y + 40) > 16) return null;
  const fromDisc = Math.min(...PLANNED_LEVELS.map(({ discMm }) => Math.abs(z - discMm[2])));
  if (fromDisc <= 5) return 'disc';
  return fromDisc >= 7 ? 'vertebra' : null;
}

const SQUARE = { size: 280, mmPerPixel: 0.75 } as const;

/** What a segmenter that makes no mistake says of an image of the planned study. */
export function plannedOutline({ plane, reference, role }: PlannedImage): OutlinedSlice {
  const middle = patientToPixel(plane, [0, -30, role === 'axial-t2' ? plane.originMm[2] : 10]);
  const grid: OutlineGrid = {
    ...SQUARE,
    centreMm: pixelToPatient(plane, middle.column, middle.row),
    columnDirection: plane.rowDirection,
    rowDirection: plane.columnDirection,
  };
  const shares: Partial<Record<Structure, Float32Array>> = {};
  for (let at = 0; at < SQUARE.size ** 2; at++) {
    const place = { column: at % SQUARE.size, row: Math.floor(at / SQUARE.size) };
    const structure = plannedStructure(pointOfPlace(grid, place));
    if (structure === null) continue;
    shares[structure] ??= new Float32Array(SQUARE.size ** 2);
    shares[structure][at] = 1;
  }
  return { image: reference, role, plane, grid, shares, seen: new Uint8Array(SQUARE.size ** 2).fill(1) };
}

/** The planned study, outlined on its middle sagittal slice and on the axial one nearest to each level. */
export function plannedOutlines(images: readonly PlannedImage[]): OutlinedLevels {
  const [, , middle] = images.filter(({ role }) => role === 'sagittal-t2');
  const sagittal = plannedOutline(middle!);
  const axial = images.filter(({ role }) => role === 'axial-t2');
  const nearest = ({ discMm }: LocalisedLevel) => {
    const away = ({ plane }: PlannedImage) => {
      const normal = cross(plane.rowDirection, plane.columnDirection);
      const from = subtract(discMm, plane.originMm);
      return Math.abs(from[0] * normal[0] + from[1] * normal[1] + from[2] * normal[2]);
    };
    return axial.toSorted((a, b) => away(a) - away(b))[0]!;
  };
  return {
    sagittal: PLANNED_LEVELS.map(() => sagittal),
    axial: PLANNED_LEVELS.map((level) => plannedOutline(nearest(level))),
  };
}

/** Its grades, with a length and an area as measured. */
export function outlinedStudy(images: readonly PlannedImage[]): GradedStudy {
  const measured = (measure: 'canal-diameter' | 'sac-area', role: PlannedImage['role']): Measurement => {
    const { reference: image, plane } = images.find((each) => each.role === role)!;
    const corners = [
      [100, 100],
      [120, 100],
      [120, 120],
    ] as const;
    const places = measure === 'sac-area' ? corners : corners.slice(0, 2);
    const pointsMm = places.map(([column, row]) => pixelToPatient(plane, column, row));
    const pixels = pointsMm.map((point) => scoordPixel(plane, point));
    return { level: 'L3/L4', measure, value: 16, role, image, pointsMm, pixels };
  };
  return {
    ...gradedStudy(images),
    levels: PLANNED_LEVELS,
    measurements: [measured('canal-diameter', 'sagittal-t2'), measured('sac-area', 'axial-t2')],
  };
}
