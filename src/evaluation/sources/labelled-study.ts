import type { Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import type { SlicePlane, Volumes } from '../../volume/volume.ts';
import type { ReferenceLabels } from '../tables/graded-labels.ts';
import type { ReferenceGrades } from '../tables/grades-table.ts';

/** Where a disc's centre, or the canal at a disc's height, truly is. */
export interface TruePlace {
  readonly kind: 'disc' | 'canal';
  readonly level: Level;
  readonly pointMm: Point;
  /** The slice a reader marked it on; null for a place known in space. */
  readonly plane: SlicePlane | null;
}

/** What is known of a study before the networks see it. */
export interface LabelledStudy {
  readonly studyId: string;
  readonly volumes: Volumes;
  readonly grades: ReferenceGrades;
  readonly labels: ReferenceLabels;
  readonly places: readonly TruePlace[];
}
