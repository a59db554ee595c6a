import type { CodeOf } from './catalogue.ts';
import type { ImageReference } from './image-reference.ts';
import type { Level } from './level.ts';
import type { Point } from './point.ts';
import type { SeriesRole } from './series-role.ts';

/**
 * What is measured of a motion segment. On the sagittal slice nearest to the middle of the canal at the disc:
 * `canal-diameter` and `sac-diameter`, from front to back along the middle line of the disc, of the spinal canal and of
 * the dural sac; `disc-height`, between the endplates at right angles to that line; `slip`, how far the upper vertebra's
 * posterior wall lies in front of the lower one's along it (behind: negative). On the axial slice through the disc:
 * `sac-area`, the cross-section of the dural sac.
 */
export const MEASURES = ['canal-diameter', 'sac-diameter', 'sac-area', 'disc-height', 'slip'] as const;
export type Measure = (typeof MEASURES)[number];

/** UCUM, as the value of each has it. */
export const UNIT: Readonly<Record<Measure, 'mm' | 'mm2'>> = {
  'canal-diameter': 'mm',
  'sac-diameter': 'mm',
  'sac-area': 'mm2',
  'disc-height': 'mm',
  slip: 'mm',
};

/** In a reader's words. */
export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  'canal-diameter': 'canal antero-posterior diameter',
  'sac-diameter': 'dural sac antero-posterior diameter',
  'sac-area': 'dural sac cross-section',
  'disc-height': 'disc height',
  slip: 'slip',
};

/** A length or area, where it was measured. */
export interface Measured {
  readonly level: Level;
  readonly measure: Measure;
  readonly value: number;
  readonly role: SeriesRole;
  readonly image: ImageReference;
  /** On the image's plane: both ends of a length, the outline of an area. */
  readonly pointsMm: readonly Point[];
  /** The same points on the image, in SCOORD units (PS3.3 C.18.6.1.1): the centre of the first pixel is (0.5, 0.5). */
  readonly pixels: readonly (readonly [column: number, row: number])[];
}

export type WhyUnmeasured = CodeOf<'unmeasured'>;

/** What could not be measured is not estimated. */
export interface Unmeasured {
  readonly level: Level;
  readonly measure: Measure;
  readonly absent: WhyUnmeasured;
}

export type Measurement = Measured | Unmeasured;

export function isMeasured(measurement: Measurement): measurement is Measured {
  return 'value' in measurement;
}
