import type { TissueName } from '../../tissue/tissue.ts';

/**
 * Relative proton density, T1 and T2 in ms at 1.5 T, and texture amplitude. After Stanisz et al., Magn Reson Med
 * 2005;54:507; Gold et al., AJR 2004;183:343; de Bazelaire et al., Radiology 2004;230:652; T2 of fat is the longer
 * apparent one of fast spin echo.
 */
export const PROPERTIES: Readonly<
  Record<Exclude<TissueName, 'nucleus'>, readonly [number, number, number, number]>
> = {
  air: [0, 1000, 100, 0],
  skin: [0.5, 700, 45, 0.1],
  subcutaneousFat: [0.95, 320, 130, 0.025],
  muscle: [0.8, 950, 46, 0.12],
  intramuscularFat: [0.9, 330, 125, 0.1],
  marrow: [0.7, 490, 78, 0.1],
  cortex: [0.12, 600, 20, 0.1],
  annulus: [0.55, 850, 42, 0.12],
  innerAnnulus: [0.65, 900, 62, 0.1],
  csf: [1, 4000, 1700, 0.03],
  root: [0.75, 950, 78, 0.05],
  cord: [0.75, 920, 78, 0.03],
  epiduralFat: [0.92, 320, 128, 0.08],
  foraminalFat: [0.92, 320, 128, 0.12],
  ligament: [0.42, 850, 28, 0.15],
  jointFluid: [0.95, 2600, 400, 0.05],
  flowVoid: [0.07, 1200, 60, 0.3],
  vein: [0.75, 1200, 130, 0.1],
  visceralFat: [0.9, 320, 120, 0.03],
  bowelWall: [0.8, 850, 62, 0.15],
  bowelContent: [0.8, 1000, 95, 0.25],
  gas: [0.02, 1000, 20, 0],
  kidney: [0.85, 950, 90, 0.08],
  liver: [0.75, 580, 48, 0.07],
  fascia: [0.25, 850, 22, 0.1],
  fattyMarrow: [0.8, 400, 100, 0.12],
  posteriorMarrow: [0.71, 460, 84, 0.12],
  interspinous: [0.62, 620, 52, 0.3],
  oedematousMarrow: [0.8, 900, 110, 0.12],
  scleroticMarrow: [0.4, 700, 40, 0.15],
};

/** Tissues that are fat through and through. */
export const FAT_NAMES: readonly TissueName[] = [
  'subcutaneousFat',
  'intramuscularFat',
  'epiduralFat',
  'foraminalFat',
  'visceralFat',
];

/** Relaxation of a nucleus from its hydration: T2 60 … 125 ms (Marinelli et al., Spine 2009;34:520). */
export function nucleusProperties(hydration: number): readonly [number, number, number] {
  return [0.62 + 0.28 * hydration, 850 + 350 * hydration, 46 + 80 * hydration * hydration];
}
