import type { SeriesRole } from '../../domain/series-role.ts';
import type { Side } from '../../domain/target.ts';

/** The spinal canal at the disc, or that point moved towards a side (mm). */
export const CENTRE_OFFSET_MM = { canal: 0, recess: 8, foramen: 16 } as const;
/** Where a view is centred: beside the canal, or on the foramen of its side where the pack found it. */
export type ViewCentre = keyof typeof CENTRE_OFFSET_MM | 'found-foramen';

/**
 * One view of a sample: `slicesMm` names one slice a channel.
 * Sagittal: distance from the view's centre towards `side` (towards the patient's left when side is null).
 * Axial: distance from the disc plane along the spine, caudal positive; a view of the right side is mirrored, so that
 * the side of interest always lies on the same half.
 */
export interface ViewSpec {
  readonly name: string;
  readonly role: SeriesRole;
  readonly plane: 'sagittal' | 'axial';
  /** 'near': the side of a level-side sample. */
  readonly side: Side | 'near';
  readonly slicesMm: readonly number[];
  /** A channel farther than this from any slice is left blank; a view with every channel blank is absent. */
  readonly toleranceMm: number;
  /** 'canal' when not given. */
  readonly centre?: ViewCentre;
}
