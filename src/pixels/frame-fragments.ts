import type { EncapsulatedPixels, Instance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';

/**
 * The fragments of each frame of encapsulated PixelData (PS3.5 A.4), by the first of these that tells: a single frame
 * has them all; as many fragments as frames are one each; the extended offset table; the basic offset table; the
 * fragments that begin with the first bytes of an image.
 * @returns one list a frame of the instance.
 * @throws ImagingError when PixelData is not encapsulated, or the fragments cannot be told apart.
 */
export function frameFragments({ header, frames, pixels }: Instance): readonly (readonly Uint8Array[])[] {
  const numberOfFrames = frames.length;
  const at = { sopInstanceUid: header.sopInstanceUid, tag: '(7FE0,0010)' };
  if (pixels.kind !== 'encapsulated') throw new ImagingError('compressed PixelData is not encapsulated', at);
  const { fragments } = pixels;
  if (fragments.length === 0) throw new ImagingError('PixelData has no fragments', at);
  if (numberOfFrames === 1) return [fragments];
  if (fragments.length === numberOfFrames) return fragments.map((fragment) => [fragment]);
  const starts = firstFragments(pixels, numberOfFrames);
  if (starts === null) {
    throw new ImagingError(
      `PixelData has ${fragments.length} fragments for ${numberOfFrames} frames and does not tell where each begins`,
      at,
    );
  }
  return starts.map((start, i) => fragments.slice(start, starts[i + 1]));
}

/** The index of each frame's first fragment; null where neither tables nor contents tell. */
function firstFragments(pixels: EncapsulatedPixels, numberOfFrames: number): readonly number[] | null {
  const { fragments, fragmentOffsets, extendedOffsets, basicOffsets } = pixels;
  const fragmentAt = new Map(fragmentOffsets.map((offset, i) => [offset, i]));
  for (const table of [extendedOffsets, basicOffsets]) {
    if (table.length !== numberOfFrames || table[0] !== 0) continue;
    const starts = table.map((offset) => fragmentAt.get(offset) ?? -1);
    if (starts.every((start, i) => start > (starts[i - 1] ?? -1))) return starts;
  }
  const starts = fragments.flatMap((fragment, i) => (beginsImage(fragment) ? [i] : []));
  return starts.length === numberOfFrames && starts[0] === 0 ? starts : null;
}

/** JPEG and JPEG-LS begin with SOI and another marker, JPEG 2000 with SOC and SIZ. */
function beginsImage([first, second, third, fourth]: Uint8Array): boolean {
  if (first !== 0xff || third !== 0xff) return false;
  return second === 0xd8 || (second === 0x4f && fourth === 0x51);
}
