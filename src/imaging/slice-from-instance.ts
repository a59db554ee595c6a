import { decodePixels } from './decode-pixels.ts';
import { frameOf } from './frame-of.ts';
import type { Instance } from './read-instance.ts';
import { slicePlane } from './slice-plane.ts';
import type { Slice } from './volume.ts';

/**
 * Decodes one image, or one frame of a multi-frame image.
 * @param frameNumber 1-based; null for the only frame of a single-frame object.
 * @throws ImagingError when the object is malformed, lies nowhere in the patient, or is encoded in a way that is
 *   not supported; the message names the SOP Instance UID and the attribute.
 */
export function sliceFromInstance(instance: Instance, frameNumber: number | null = null): Slice {
  const frame = frameOf(instance, frameNumber);
  const { header } = frame;
  return {
    plane: slicePlane(header),
    image: {
      sopClassUid: header.sopClassUid,
      sopInstanceUid: header.sopInstanceUid,
      seriesInstanceUid: header.seriesInstanceUid,
      frameOfReferenceUid: header.frameOfReferenceUid,
      frameNumber,
    },
    pixels: decodePixels(frame),
  };
}
