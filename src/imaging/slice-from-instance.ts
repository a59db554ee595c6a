import { decodePixels } from './decode-pixels.ts';
import type { Instance } from './read-instance.ts';
import { slicePlane } from './slice-plane.ts';
import type { Slice } from './volume.ts';

/**
 * Decodes one single-frame image.
 * @throws ImagingError when the object is malformed, lies nowhere in the patient, or is encoded in a way that is
 *   not supported; the message names the SOP Instance UID and the attribute.
 */
export function sliceFromInstance(instance: Instance): Slice {
  const { header } = instance;
  return {
    plane: slicePlane(header),
    image: {
      sopClassUid: header.sopClassUid,
      sopInstanceUid: header.sopInstanceUid,
      seriesInstanceUid: header.seriesInstanceUid,
      frameOfReferenceUid: header.frameOfReferenceUid,
      frameNumber: null,
    },
    pixels: decodePixels(instance),
  };
}
