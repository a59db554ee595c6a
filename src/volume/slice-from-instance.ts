import { headerFromJson, type ImageHeader } from '../dicom/image/image-header.ts';
import { type LossyCompression, lossyCompression } from '../dicom/image/lossy-compression.ts';
import { type Instance, rescale } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import { type DecodeFrame, type EncodedFrame, encodedFrames } from '../pixels/encoded-frame.ts';
import { freeMemory } from '../process/free-memory.ts';
import { slicePlane } from './slice-plane.ts';
import type { Slice } from './volume.ts';

/**
 * The slices of one object: of a single-frame image its only one, of a multi-frame object those of the frames asked
 * for. Pixels are decoded when first asked for.
 * @param frameNumbers 1-based; null for the only frame of a single-frame image.
 * @throws ImagingError when the object is malformed, has no such frame, lies nowhere in the patient, or is encoded in a
 *   way that is not supported; the message names the SOP Instance UID and the attribute.
 */
export function slicesFromInstance(
  instance: Instance,
  frameNumbers: readonly (number | null)[],
  decode: DecodeFrame,
): readonly Slice[] {
  const encoded = encodedFrames(
    instance,
    frameNumbers.map((frameNumber) => (frameNumber ?? 1) - 1),
  );
  return frameNumbers.map((frameNumber, index): Slice => {
    const frame = encoded[index];
    const json = instance.frames[(frameNumber ?? 1) - 1];
    const isMultiFrame = instance.header.frameNumber !== null;
    if (frame === undefined || json === undefined || isMultiFrame !== (frameNumber !== null)) {
      throw noSuchFrame(instance, frameNumber);
    }
    const header = isMultiFrame ? headerFromJson(json, frameNumber) : instance.header;
    const lossy = lossyCompression(json, instance.transferSyntaxUid);
    return sliceOf(header, lossy, isMultiFrame ? { ...frame, ...rescale(json) } : frame, decode);
  });
}

function sliceOf(
  header: ImageHeader,
  lossy: LossyCompression | null,
  frame: EncodedFrame,
  decode: DecodeFrame,
): Slice {
  // The frame is let go once it is on its way: its bytes are not needed again.
  let waiting: EncodedFrame | null = frame;
  let pixels: Promise<Float32Array> | null = null;
  return {
    plane: slicePlane(header),
    image: {
      sopClassUid: header.sopClassUid,
      sopInstanceUid: header.sopInstanceUid,
      seriesInstanceUid: header.seriesInstanceUid,
      frameOfReferenceUid: header.frameOfReferenceUid,
      frameNumber: header.frameNumber,
    },
    ...(header.sliceThicknessMm !== null && { thicknessMm: header.sliceThicknessMm }),
    ...(lossy !== null && { lossy }),
    pixels() {
      pixels ??= decode(waiting!);
      waiting = null;
      return pixels;
    },
    letGo() {
      for (const { buffer } of waiting?.fragments ?? []) freeMemory(buffer);
      waiting = null;
      void pixels?.then(
        ({ buffer }) => freeMemory(buffer),
        () => undefined,
      );
    },
  };
}

function noSuchFrame({ header, frames }: Instance, frameNumber: number | null): ImagingError {
  const asked = frameNumber === null ? 'a frame was not named' : `there is no frame ${frameNumber}`;
  return new ImagingError(`${asked} among ${frames.length}`, {
    sopInstanceUid: header.sopInstanceUid,
    tag: '(0028,0008)',
  });
}
