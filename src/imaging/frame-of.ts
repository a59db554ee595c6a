import { headerFromJson } from './image-header.ts';
import { ImagingError } from './imaging-error.ts';
import { type EncodedPixels, type Instance, rescale } from './read-instance.ts';

/**
 * One frame of a multi-frame object, as if it were an image of its own: its header, its rescale, its part of the
 * PixelData. A single-frame object is returned as it is.
 * @param frameNumber 1-based; null for the only frame of a single-frame object.
 * @throws ImagingError when there is no such frame, or PixelData does not hold what its frames need.
 */
export function frameOf(instance: Instance, frameNumber: number | null): Instance {
  if (instance.header.frameNumber === null) {
    if (frameNumber === null) return instance;
    throw noSuchFrame(instance, frameNumber);
  }
  const json = instance.frames[(frameNumber ?? 0) - 1];
  if (frameNumber === null || json === undefined) throw noSuchFrame(instance, frameNumber);
  return {
    ...instance,
    ...rescale(json),
    header: headerFromJson(json, frameNumber),
    frames: [json],
    pixels: framePixels(instance, frameNumber - 1),
  };
}

function noSuchFrame({ header, frames }: Instance, frameNumber: number | null): ImagingError {
  return new ImagingError(`there is no frame ${frameNumber ?? '(not told which)'} among ${frames.length}`, {
    sopInstanceUid: header.sopInstanceUid,
    tag: '(5200,9230)',
  });
}

function framePixels(instance: Instance, index: number): EncodedPixels {
  const { pixels, frames, header, pixelFormat } = instance;
  const at = { sopInstanceUid: header.sopInstanceUid, tag: '(7FE0,0010)' };
  if (pixels.kind === 'native') {
    const length =
      header.rows * header.columns * pixelFormat.samplesPerPixel * (pixelFormat.bitsAllocated / 8);
    const expected = length * frames.length;
    if (pixels.bytes.length !== expected + (expected % 2)) {
      throw new ImagingError(
        `PixelData has ${pixels.bytes.length} bytes where ${expected} belong to ${frames.length} frames`,
        at,
      );
    }
    const bytes = pixels.bytes.subarray(index * length, (index + 1) * length);
    // A frame of an odd length has no padding of its own; an image of its own would (PS3.5 8.1.1).
    return { ...pixels, bytes: length % 2 === 0 ? bytes : Uint8Array.from([...bytes, 0]) };
  }
  const starts = frameStarts(pixels, frames.length);
  if (starts === null) {
    throw new ImagingError(
      `the ${pixels.fragments.length} fragments cannot be told apart into ${frames.length} frames`,
      at,
    );
  }
  const fragments = pixels.fragments.slice(starts[index], starts[index + 1]);
  return { kind: 'encapsulated', fragments, frameStarts: null };
}

/** By the basic offset table; without it, one fragment a frame or all fragments for the only frame (PS3.5 A.4). */
function frameStarts(
  { fragments, frameStarts }: Extract<EncodedPixels, { kind: 'encapsulated' }>,
  frameCount: number,
): readonly number[] | null {
  if (frameStarts?.length === frameCount) {
    const ascending = frameStarts.every((start, i) => start >= 0 && (i === 0 || start > frameStarts[i - 1]!));
    if (ascending) return frameStarts;
  }
  if (fragments.length === frameCount) return fragments.map((_, index) => index);
  return frameCount === 1 ? [0] : null;
}
