import type { MrImageAttributes } from '../../../src/phantom/dicom/mr-image-attributes.ts';
import type { SlicePlane } from '../../../src/volume/volume.ts';

/** One frame of an Enhanced MR object. */
export interface EnhancedFrame {
  readonly plane: SlicePlane;
  /** plane.rows × plane.columns, row-major. */
  readonly pixels: Float32Array;
  /** In place of the object's, for a frame of another contrast or point in time. */
  readonly echoTimeMs?: number;
  /** 1 by default. */
  readonly temporalPosition?: number;
}

/** What an Enhanced MR object says of itself beside its frames. */
export interface EnhancedMrAttributes extends Omit<MrImageAttributes, 'instanceNumber'> {
  readonly weighting: 'T1' | 'T2';
}
