import dicomParser from 'dicom-parser';
import sharp from 'sharp';

/** Of the picture: where the image is, and what of it no mark or letter covers. */
const PICTURE = { from: 16, size: 480, widthMm: 64 };
const CLEAR = { from: 30, to: 430, mark: 34, step: 6 };

/**
 * How like the picture of a finding's region is the image that it was made of: the correlation of grey values, sampled
 * here from the stored pixels around the finding's pixel, of an image that lies as radiologists look at it. 1 is the same.
 * @param frame 0-based.
 */
export async function regionLikeness(
  png: Uint8Array,
  object: Uint8Array,
  [column, row]: readonly number[],
  { frame = 0, spacingMm }: { readonly frame?: number; readonly spacingMm?: readonly [number, number] } = {},
): Promise<number> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dataSet = dicomParser.parseDicom(object);
  const [rows, columns] = [dataSet.uint16('x00280010')!, dataSet.uint16('x00280011')!];
  const spacing = spacingMm ?? dataSet.string('x00280030')!.split('\\').map(Number);
  const pixels = dataSet.elements['x7fe00010']!;
  const from = object.slice(pixels.dataOffset + frame * rows * columns * 2);
  const values = new Uint16Array(from.buffer, 0, rows * columns);
  const pairs: [number, number][] = [];
  const middle = PICTURE.size / 2;
  for (let y = CLEAR.from; y < CLEAR.to; y += CLEAR.step) {
    for (let x = CLEAR.from; x < CLEAR.to; x += CLEAR.step) {
      if (Math.hypot(x - middle, y - middle) < CLEAR.mark) continue;
      const mm = [
        (x - middle) * (PICTURE.widthMm / PICTURE.size),
        (y - middle) * (PICTURE.widthMm / PICTURE.size),
      ];
      const at = [column! - 0.5 + mm[0]! / Number(spacing[1]), row! - 0.5 + mm[1]! / Number(spacing[0])];
      const [c, r] = at.map(Math.round) as [number, number];
      if (c < 0 || r < 0 || c >= columns || r >= rows) continue;
      pairs.push([data[(PICTURE.from + y) * info.width + PICTURE.from + x]!, values[r * columns + c]!]);
    }
  }
  return correlation(pairs);
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[index], 0) / pairs.length;
  const [a, b] = [mean(0), mean(1)];
  const sums = pairs.reduce(
    ([ab, aa, bb], [x, y]) => [ab! + (x - a) * (y - b), aa! + (x - a) ** 2, bb! + (y - b) ** 2],
    [0, 0, 0],
  );
  return sums[0]! / Math.sqrt(sums[1]! * sums[2]!);
}
