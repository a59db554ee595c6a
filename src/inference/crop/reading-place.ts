import type { DiscLabel, LocalisedLevel, Location, ReadingPlace } from '../../domain/assessment.ts';
import { along, midpoint, type Point } from '../../domain/point.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition, Side } from '../../domain/target.ts';
import { patientToPixel, pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, Volumes } from '../../volume/volume.ts';
import { CENTRE_OFFSET_MM } from '../pack/view-spec.ts';
import { nearestSlice } from './nearest-slice.ts';

/** Where each condition is read: the series, best first, and the place beside the canal. */
const PLACES: Readonly<
  Record<Condition, { readonly roles: readonly SeriesRole[]; readonly at: keyof typeof CENTRE_OFFSET_MM }>
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

/** What was found on the localiser's series, and every series the study is read on. */
export interface LocatedStudy {
  readonly volumes: Volumes;
  /** In which the levels are given; null when that series names none. */
  readonly frameOfReferenceUid: string | null;
}

/** Where a target is read: on the best series that shows the place, or in space where none does. */
export function locateTarget(
  condition: Condition,
  side: Side,
  { canalMm, foraminaMm = {} }: LocalisedLevel,
  study: LocatedStudy,
): ReadingPlace {
  const { roles, at } = PLACES[condition];
  const found = at === 'foramen' && side !== null ? foraminaMm[side] : undefined;
  if (found !== undefined) return locate(found, roles, study);
  const sign = side === null ? 0 : side === 'left' ? 1 : -1;
  return locate(along(canalMm, [1, 0, 0], sign * CENTRE_OFFSET_MM[at]), roles, study);
}

/** Where a label of a motion segment is read: on sagittal T2, or in space where it does not show the place. */
export function locateLabel(
  label: DiscLabel,
  { discMm, canalMm }: LocalisedLevel,
  study: LocatedStudy,
): ReadingPlace {
  const place = SHOWN_AT_MARGIN.includes(label) ? midpoint(discMm, canalMm) : canalMm;
  return locate(place, ['sagittal-t2'], study);
}

function locate(
  place: Point,
  roles: readonly SeriesRole[],
  { volumes, frameOfReferenceUid }: LocatedStudy,
): ReadingPlace {
  for (const role of roles) {
    const volume = volumes[role];
    const slice = volume && nearestSlice(volume, place, LOCATION_TOLERANCE_MM);
    if (slice) return { location: locationOn(slice, place, role) };
  }
  if (frameOfReferenceUid === null) return { location: null };
  return { location: null, unseenAt: { pointMm: place, frameOfReferenceUid } };
}

/** The place projected onto the slice: SCOORD and SCOORD3D then name the same point. */
function locationOn({ plane, image }: Slice, place: Point, role: SeriesRole): Location {
  const { column, row } = patientToPixel(plane, place);
  // SCOORD counts from the corner of the first pixel, pixelToPatient from its centre.
  return { pointMm: pixelToPatient(plane, column, row), image, pixel: [column + 0.5, row + 0.5], role };
}
