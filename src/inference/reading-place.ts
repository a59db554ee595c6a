import type { DiscLabel, LocalisedLevel, Location } from '../domain/assessment.ts';
import { along, midpoint, type Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { Condition, Side } from '../domain/target.ts';
import { patientToPixel, pixelToPatient } from '../imaging/plane-geometry.ts';
import type { Slice } from '../imaging/volume.ts';
import type { Volumes } from './crop-regions.ts';
import { CENTRE_OFFSET_MM, type ViewCentre } from './pack-manifest.ts';
import { nearestSlice } from './view-patch.ts';

/** Where each condition is read: the series, best first, and the place beside the canal. */
const READING_PLACE: Readonly<
  Record<Condition, { readonly roles: readonly SeriesRole[]; readonly at: ViewCentre }>
> = {
  spinal_canal_stenosis: { roles: ['sagittal-t2', 'axial-t2'], at: 'canal' },
  neural_foraminal_narrowing: { roles: ['sagittal-t1', 'sagittal-t2'], at: 'foramen' },
  // Axial stacks often leave out the upper levels.
  subarticular_stenosis: { roles: ['axial-t2', 'sagittal-t2'], at: 'recess' },
};
/** Labels of the disc are shown at its posterior margin, labels of the canal at the canal's centre. */
const SHOWN_AT_MARGIN: readonly DiscLabel[] = ['herniation', 'bulge', 'spondylolisthesis'];
/** An image farther than this from the place does not show it. */
const LOCATION_TOLERANCE_MM = 5;

/** The image and point where a target is read, on the best series that shows it; null where none does. */
export function locateTarget(
  condition: Condition,
  side: Side,
  { canalMm }: LocalisedLevel,
  volumes: Volumes,
): Location | null {
  const { roles, at } = READING_PLACE[condition];
  const sign = side === null ? 0 : side === 'left' ? 1 : -1;
  return locate(along(canalMm, [1, 0, 0], sign * CENTRE_OFFSET_MM[at]), roles, volumes);
}

/** The image and point where a label of a motion segment is read, on sagittal T2. */
export function locateLabel(
  label: DiscLabel,
  { discMm, canalMm }: LocalisedLevel,
  volumes: Volumes,
): Location | null {
  const place = SHOWN_AT_MARGIN.includes(label) ? midpoint(discMm, canalMm) : canalMm;
  return locate(place, ['sagittal-t2'], volumes);
}

function locate(place: Point, roles: readonly SeriesRole[], volumes: Volumes): Location | null {
  for (const role of roles) {
    const volume = volumes[role];
    const slice = volume && nearestSlice(volume, place, LOCATION_TOLERANCE_MM);
    if (slice) return locationOn(slice, place, role);
  }
  return null;
}

/** The place projected onto the slice: SCOORD and SCOORD3D then name the same point. */
function locationOn({ plane, image }: Slice, place: Point, role: SeriesRole): Location {
  const { column, row } = patientToPixel(plane, place);
  // SCOORD counts from the corner of the first pixel, pixelToPatient from its centre.
  return { pointMm: pixelToPatient(plane, column, row), image, pixel: [column + 0.5, row + 0.5], role };
}
