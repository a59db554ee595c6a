import { element } from '../dicom/image/image.fixture.ts';
import { type Instance, readInstance } from '../dicom/image/read-instance.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodedFrames } from './encoded-frame.ts';

/** The values of the only frame. */
export const decodeInstance = (instance: Instance) => decodeFrame(encodedFrames(instance)[0]!);
export const decode = (bytes: Uint8Array) => decodeInstance(readInstance(bytes));
/** The slice of the only frame, its pixels not yet decoded. */
export const sliceOf = (bytes: Uint8Array) =>
  slicesFromInstance(readInstance(bytes), [null], decodeFrame)[0]!;
export const pixelsOf = async (bytes: Uint8Array) => sliceOf(bytes).pixels();
/** The stored values of imageBytes(). */
export const THOUSANDS = Array.from({ length: 20 }, (_, index) => index * 1000);

/** Pixel cells of 12 stored bits above 2 unused ones, runs and noise in them, so that RLE has both. */
export const PATTERN = Uint16Array.from({ length: 64 * 48 }, (_, index) =>
  index % 64 < 40 ? 5 : (index * 7919) & 0x0fff,
);
export const PATTERN_ATTRIBUTES = {
  '00280010': element('US', 48),
  '00280011': element('US', 64),
  '00280101': element('US', 12),
  '00280102': element('US', 11),
  '7FE00010': element('OW', PATTERN.buffer),
};
