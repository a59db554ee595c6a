import { pixelToPatient } from '../../volume/plane-geometry.ts';
import type { Slice, Volume } from '../../volume/volume.ts';

/** The volume with the middle `share` (0 … 1) of the rows and columns of every slice. */
export function croppedVolume(volume: Volume, share: number): Volume {
  return { ...volume, slices: volume.slices.map((slice) => croppedSlice(slice, share)) };
}

function croppedSlice({ plane, image, pixels }: Slice, share: number): Slice {
  const [rows, columns] = [Math.ceil(plane.rows * share), Math.ceil(plane.columns * share)];
  const [top, left] = [Math.floor((plane.rows - rows) / 2), Math.floor((plane.columns - columns) / 2)];
  return {
    plane: { ...plane, originMm: pixelToPatient(plane, left, top), rows, columns },
    image,
    pixels: async () => {
      const whole = await pixels();
      const part = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        const from = (top + row) * plane.columns + left;
        part.set(whole.subarray(from, from + columns), row * columns);
      }
      return part;
    },
  };
}
