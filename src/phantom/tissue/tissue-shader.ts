import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Contrast } from '../picture/contrast/contrast.ts';
import { fatInMuscle } from './fat-in-muscle.ts';
import { spinousAxis } from './spinous-axis.ts';
import { noiseAt, smoothNoiseAt, TEXTURE_OFFSET_MM } from './texture.ts';
import { FAT_FRACTION, TISSUE } from './tissue.ts';

/** Cells of noise per mm: fine texture, and CSF flow. */
const GRAIN_PER_MM = 0.55;
const FLOW_PER_MM = 0.2;
/** Amplitude of texture below which the noise is taken cell by cell. */
const SLIGHT = 0.035;

const texturePoint = new Float64Array(3);

/** Signal of a tissue with its texture. */
export interface TissueShader {
  /** Signal of the point shaded last, from water and from fat. */
  water: number;
  fat: number;
  /** Shades tissue `code` at a patient point (x, y, z; mm); `fatShare` counts in muscle only. */
  shade(code: number, fatShare: number, at: Float64Array): void;
}

/** `csfFlow` (0 … 1): depth of the dark streaks that flow draws in CSF. */
export function tissueShader(anatomy: Anatomy, contrast: Contrast, csfFlow: number): TissueShader {
  const { signal, texture } = contrast;
  const ox = anatomy.habitus.textureOrigin[0] + TEXTURE_OFFSET_MM;
  const oy = anatomy.habitus.textureOrigin[1] + TEXTURE_OFFSET_MM;
  const oz = anatomy.habitus.textureOrigin[2] + TEXTURE_OFFSET_MM;
  const { axisX, axisY } = spinousAxis(anatomy);
  const shader: TissueShader = {
    water: 0,
    fat: 0,
    shade(code, fatShare, at) {
      if (code === TISSUE.air) {
        shader.fat = 0;
        shader.water = 0;
        return;
      }
      const x = at[0]!;
      const y = at[1]!;
      const z = at[2]!;
      texturePoint[0] = x + ox;
      texturePoint[1] = y + oy;
      texturePoint[2] = z + oz;
      let level = signal[code]!;
      let asFat = FAT_FRACTION[code]!;
      if (code === TISSUE.muscle) {
        const [b, c] = [texturePoint[1]!, texturePoint[2]!];
        // Fibres run along the back, somewhat oblique.
        texturePoint[1] = b + 0.3 * c;
        level *= 1 + 0.13 * smoothNoiseAt(texturePoint, 0.9, 0.9, 0.12);
        const midline = axisX(z);
        const du = Math.abs(x - midline);
        const dv = y - axisY(z);
        const reach = Math.sqrt(du * du + dv * dv);
        const fan = du / (Math.abs(dv) + 8 + 0.3 * du) + (x < midline ? 9 : 0);
        texturePoint[1] = b + 0.2 * c;
        asFat = fatInMuscle(fatShare, fan, reach, texturePoint);
        level += asFat * (signal[TISSUE.intramuscularFat]! - level);
      } else {
        const amplitude = texture[code]!;
        // Slight texture need not be smooth.
        const grain =
          amplitude < SLIGHT
            ? noiseAt(texturePoint, 1)
            : smoothNoiseAt(texturePoint, GRAIN_PER_MM, GRAIN_PER_MM, GRAIN_PER_MM);
        level *= Math.max(0, 1 + amplitude * grain);
        // Trabeculae: finer than the grain.
        if (code === TISSUE.marrow || code === TISSUE.posteriorMarrow)
          level *= 1 + 0.07 * noiseAt(texturePoint, 1.6);
        else if (code === TISSUE.subcutaneousFat) {
          const septum = Math.abs(smoothNoiseAt(texturePoint, 0.16, 0.36, 0.2));
          if (septum < 0.12) level *= 0.7 + 2.5 * septum;
        } else if (code === TISSUE.csf && csfFlow > 0) {
          const streak = smoothNoiseAt(texturePoint, FLOW_PER_MM, FLOW_PER_MM, 0.1);
          if (streak > 0) level *= 1 - csfFlow * Math.min(1, streak);
        }
      }
      shader.fat = level * asFat;
      shader.water = level - shader.fat;
    },
  };
  return shader;
}
