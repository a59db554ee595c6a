import { parsePart10 } from '../../dicom/part10/parse-part10.ts';
import { rgbPng } from '../../pixels/rgb-png.ts';

/**
 * The picture of a Secondary Capture of ours as a PNG.
 * @param object its Part 10 bytes.
 * @returns null where an archive has made something else of its pixels than 8-bit RGB, uncompressed.
 */
export async function capturePng(object: Uint8Array): Promise<Uint8Array | null> {
  const dataSet = parsePart10(object);
  const [rows, columns] = [dataSet.uint16('x00280010') ?? 0, dataSet.uint16('x00280011') ?? 0];
  const pixels = dataSet.elements['x7fe00010'];
  const size = rows * columns * 3;
  const asSent = dataSet.string('x00280004')?.trim() === 'RGB' && pixels?.encapsulatedPixelData !== true;
  if (pixels === undefined || !asSent || size === 0 || pixels.length < size) return null;
  const samples = dataSet.byteArray.subarray(pixels.dataOffset, pixels.dataOffset + size);
  return rgbPng(samples, columns, rows);
}
