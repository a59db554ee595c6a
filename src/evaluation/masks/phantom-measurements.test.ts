import { expect, test, vi } from 'vitest';
import type { LEVELS } from '../../domain/level.ts';
import { isMeasured } from '../../domain/measurement.ts';
import { quantile } from '../../domain/quantile.ts';
import { targetKey } from '../../domain/target.ts';
import { measureLevels } from '../../inference/segment/measure-levels.ts';
import { discIndex } from '../../phantom/grades/disc-truth.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { discMargin } from '../../phantom/shape/body-margin.ts';
import { backWall, frontWall } from '../../phantom/shape/canal-walls.ts';
import { exactOutlines } from './exact-outlines.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What the anatomy itself says, in the middle plane of a disc and in the midline. */
function known({ anatomy, truth }: ReturnType<typeof phantomStudy>, level: (typeof LEVELS)[number]) {
  const disc = discIndex(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const segment = anatomy.segments[disc]!;
  const front = frontWall(segment, segment.sides[0], discMargin(above, below, 0), 0, 0);
  const back = backWall(segment, segment.sides[0], 0, 0.5, 0);
  return {
    'canal-diameter': back - front,
    'sac-area': truth.measured[targetKey({ condition: 'spinal_canal_stenosis', side: null, level })]!,
  };
}

test('what is measured on exact outlines is what the anatomy was made with', async () => {
  const canal: number[] = [];
  const area: number[] = [];
  let measured = 0;
  for (const seed of [12, 13]) {
    const study = phantomStudy(seed, { family: 'held-out' });
    const levels = study.truth.levels.map((level) => ({ ...level, confidence: 1 }));
    for (const each of await measureLevels(levels, exactOutlines(study.volumes, levels))) {
      if (!isMeasured(each)) continue;
      measured++;
      const truth = known(study, each.level);
      if (each.measure === 'canal-diameter') canal.push(each.value - truth['canal-diameter']);
      if (each.measure === 'sac-area') area.push(each.value / truth['sac-area'] - 1);
      if (each.measure === 'disc-height') expect(each.value).toBeGreaterThan(2);
    }
  }
  expect(measured).toBeGreaterThan(40);
  const off = (all: number[]) => quantile(all.map(Math.abs), 0.5);
  // Slices pass a little beside the midline and the middle of the disc, and not quite in its plane.
  expect(off(canal)).toBeLessThan(1);
  expect(off(area)).toBeLessThan(0.12);
});
