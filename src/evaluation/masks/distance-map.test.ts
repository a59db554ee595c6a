import { expect, test } from 'vitest';
import { seededRandom } from '../../phantom/random.ts';
import { distanceMap } from './distance-map.ts';

test('every pixel has its distance to the nearest that is set', () => {
  const rng = seededRandom(5, 'distance map');
  for (const [rows, columns, share] of [
    [1, 1, 1],
    [9, 13, 0.1],
    [12, 7, 0.02],
    [6, 6, 0],
  ] as const) {
    const set = Uint8Array.from({ length: rows * columns }, () => (rng.chance(share) ? 1 : 0));
    const found = distanceMap(set, rows, columns);
    for (let i = 0; i < set.length; i++) {
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < set.length; j++) {
        if (!set[j]) continue;
        const [dx, dy] = [(i % columns) - (j % columns), Math.floor(i / columns) - Math.floor(j / columns)];
        least = Math.min(least, Math.hypot(dx, dy));
      }
      expect(found[i]).toBeCloseTo(least, 9);
    }
  }
});
