import type { ImageReference } from './image-reference.ts';
import type { SeriesRole } from './series-role.ts';
import type { Structure } from './structure.ts';

/** What a segmenter outlined on one image, as lines that can be drawn over it. */
export interface Contour {
  readonly structure: Structure;
  readonly role: SeriesRole;
  readonly image: ImageReference;
  /**
   * Closed lines, the first point not repeated, those around holes among them: column and row in SCOORD units (PS3.3
   * C.18.6.1.1), where the centre of the first pixel is (0.5, 0.5).
   */
  readonly rings: readonly (readonly (readonly [column: number, row: number])[])[];
}
