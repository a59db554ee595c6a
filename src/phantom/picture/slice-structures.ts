import type { SlicePlane } from '../../volume/volume.ts';
import { pixelSteps } from '../tissue/pixel-steps.ts';
import type { SpineSampler } from '../tissue/spine/spine-sampler.ts';

/** The label (LABEL) of what the middle of every pixel of a slice shows, row-major. */
export function sliceStructures({ structureAt }: SpineSampler, plane: SlicePlane): Uint8Array {
  const { rows, columns } = plane;
  const { origin: o, column: r, row: c } = pixelSteps(plane, 0);
  const labels = new Uint8Array(rows * columns);
  const point = new Float64Array(3);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < columns; k++, i++) {
      point[0] = o[0] + k * r[0] + row * c[0];
      point[1] = o[1] + k * r[1] + row * c[1];
      point[2] = o[2] + k * r[2] + row * c[2];
      labels[i] = structureAt(point);
    }
  }
  return labels;
}
