import { smoothNoiseAt, type TexturePoint } from './texture.ts';

const cells = new Float64Array(3);

/** Share of fat at a point in muscle: streaks that fan out from the spinous processes, coarse and fine. */
export function fatInMuscle(share: number, fan: number, reach: number, at: TexturePoint): number {
  const z = at[2]!;
  cells[0] = fan * 14 + 640;
  cells[1] = reach * 0.06 + 640;
  cells[2] = z * 0.04;
  const streak = smoothNoiseAt(cells, 1, 1, 1);
  cells[0] = fan * 34 + 640;
  cells[1] = reach * 0.13 + 640;
  cells[2] = z * 0.07;
  const thin = smoothNoiseAt(cells, 1, 1, 1);
  const fine = smoothNoiseAt(at, 0.8, 0.8, 0.2);
  const fat = (0.55 * streak + 0.6 * thin + 0.45 * fine - 1.3 + 2.4 * share) * 0.7;
  return fat <= 0 ? 0 : Math.min(0.9, fat);
}
