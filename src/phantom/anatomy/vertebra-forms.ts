/** Mean form of a vertebra and the disc below it, mm and degrees. */
export type VertebraForm = readonly [
  height: number,
  halfWidth: number,
  halfDepth: number,
  wedge: number,
  disc: number,
  discWedge: number,
];

/**
 * Means of an ordinary spine, T8 … S5, in mm and degrees: body height, half width, half depth, wedge of the body (+ taller in front), then height
 * and wedge of the disc below. After Zhou et al., Eur Spine J 2000;9:242 and Berry et al., Spine 1987;12:362
 * (sizes), Bernhardt and Bridwell, Spine 1989;14:717 (angles).
 */
export const MEAN_FORMS: readonly VertebraForm[] = [
  [20.5, 15, 14, -4, 4.5, 0],
  [21.5, 16, 14.5, -4, 5, 0],
  [22.5, 17, 15, -4, 5.5, 0],
  [23.5, 18.5, 15.5, -4, 6.5, 0.5],
  [25, 20, 16, -4, 7.5, 2],
  [26.5, 21, 16.3, -2.5, 8.8, 4.5],
  [27.2, 22, 16.8, -1, 10, 6],
  [27.4, 23, 17.2, 0, 10.8, 8],
  [27.2, 24.5, 17.4, 2, 11.2, 11],
  [27, 26, 17.4, 8, 10.2, 13],
  [28, 26, 15.5, -6, 3, 0],
  [24, 22, 11, -10, 1.4, 0],
  [20, 18, 8.5, -16, 1, 0],
  [17, 15, 6.5, -18, 1, 0],
  [15, 11, 5, -14, 1, 0],
];
