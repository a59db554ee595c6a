/** What a point in the phantom is made of. Codes index the signal table of a Contrast. */
export const TISSUE = {
  air: 0,
  skin: 1,
  subcutaneousFat: 2,
  muscle: 3,
  intramuscularFat: 4,
  marrow: 5,
  cortex: 6,
  annulus: 7,
  innerAnnulus: 8,
  csf: 9,
  root: 10,
  cord: 11,
  epiduralFat: 12,
  foraminalFat: 13,
  ligament: 14,
  jointFluid: 15,
  flowVoid: 16,
  vein: 17,
  visceralFat: 18,
  bowelWall: 19,
  bowelContent: 20,
  gas: 21,
  kidney: 22,
  liver: 23,
  fascia: 24,
  fattyMarrow: 25,
  posteriorMarrow: 26,
  /** Ligament, fat and fibre between spinous processes. */
  interspinous: 27,
  /** Marrow beside a worn disc: Modic 1 and Modic 3 (Modic 2 is fatty). */
  oedematousMarrow: 28,
  scleroticMarrow: 29,
  /** The nucleus of disc i has the code nucleus + i: its signal depends on its hydration. */
  nucleus: 32,
} as const;

export type TissueName = keyof typeof TISSUE;

/** Length of a signal table: the codes above and one nucleus for each of up to 16 discs. */
export const TISSUE_COUNT = 48;

/** A table by code: 1 for these tissues, 0 for all others. */
export function tissueSet(codes: readonly number[]): Uint8Array {
  const table = new Uint8Array(TISSUE_COUNT);
  for (const code of codes) table[code] = 1;
  return table;
}

/** 1 for tissues whose protons resonate as fat: they shift along the frequency direction and answer to fat suppression. */
export const FAT_FRACTION = Float32Array.from(
  tissueSet([
    TISSUE.subcutaneousFat,
    TISSUE.intramuscularFat,
    TISSUE.epiduralFat,
    TISSUE.foraminalFat,
    TISSUE.visceralFat,
  ]),
);
FAT_FRACTION[TISSUE.marrow] = 0.45;
FAT_FRACTION[TISSUE.interspinous] = 0.3;
FAT_FRACTION[TISSUE.posteriorMarrow] = 0.6;
FAT_FRACTION[TISSUE.fattyMarrow] = 0.85;
