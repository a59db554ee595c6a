import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { MR_IMAGE_STORAGE } from '../../dicom/sop-classes.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../../domain/uid.ts';
import type { Slice, SlicePlane } from '../../volume/volume.ts';

/** A slice of what a picture holds, under UIDs that follow from its name. */
export function inventedSlice(name: string, plane: SlicePlane, values: Float32Array): Slice {
  const image = {
    sopClassUid: MR_IMAGE_STORAGE,
    sopInstanceUid: deterministicUid<SopInstanceUid>('labelled slice', name),
    seriesInstanceUid: deterministicUid<SeriesInstanceUid>('labelled slices'),
    frameOfReferenceUid: null,
    frameNumber: null,
  };
  return { plane, image, pixels: () => Promise.resolve(values) };
}
