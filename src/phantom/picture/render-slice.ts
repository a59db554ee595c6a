import type { SlicePlane } from '../../volume/volume.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { sampleTissue } from '../tissue/sample-tissue.ts';
import type { TissueSampler } from '../tissue/tissue-sampler.ts';
import { tissueShader } from '../tissue/tissue-shader.ts';
import type { Acquisition } from './acquisition.ts';
import type { Contrast } from './contrast/contrast.ts';
import { addRicianNoise } from './effects/add-rician-noise.ts';
import { addShifted } from './effects/add-shifted.ts';
import { applyGain } from './effects/apply-gain.ts';
import { blur } from './effects/blur.ts';

/**
 * Renders one slice: rows × columns values, row-major, of about 0 … 2 × acquisition.scale.
 * `sampler` serves every slice of one anatomy; `seed` fixes the noise of this one.
 */
export function renderSlice(
  sampler: TissueSampler,
  anatomy: Anatomy,
  plane: SlicePlane,
  contrast: Contrast,
  acquisition: Acquisition,
  seed: number,
): Float32Array {
  const { rows, columns } = plane;
  const shader = tissueShader(anatomy, contrast, acquisition.csfFlow);
  const { water: image, fat } = sampleTissue(sampler, shader, plane, acquisition.sliceThicknessMm);
  addShifted(fat, image, rows, columns, ...acquisition.fatShift, 1);
  if (acquisition.ghostShare > 0) {
    const still = image.slice();
    for (const shift of [-acquisition.ghostShift, acquisition.ghostShift]) {
      const [alongRow, alongColumn] = acquisition.ghostAlongRow ? [shift, 0] : [0, shift];
      addShifted(still, image, rows, columns, alongRow, alongColumn, acquisition.ghostShare);
    }
  }
  blur(image, rows, columns, acquisition.blur);
  applyGain(image, sampler, plane, acquisition);
  addRicianNoise(image, acquisition.noise, acquisition.scale, seed);
  return image;
}
