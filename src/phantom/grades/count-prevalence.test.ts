import { expect, it } from 'vitest';
import type { Grade } from '../../domain/grade.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { countPrevalence, prevalenceText } from './count-prevalence.ts';

const NORMAL = Object.fromEntries(TARGETS.map((target) => [targetKey(target), 'Normal/Mild'])) as Record<
  string,
  Grade
>;

it('counts both sides of a place, and studies with a severe canal once', () => {
  const found = countPrevalence([
    { ...NORMAL, spinal_canal_stenosis_l4_l5: 'Severe', spinal_canal_stenosis_l3_l4: 'Severe' },
    { ...NORMAL, left_subarticular_stenosis_l1_l2: 'Moderate' },
    NORMAL,
    NORMAL,
  ]);
  const row = (condition: string, level: string) =>
    found.rows.find((r) => r.condition === condition && r.level === level);
  expect(row('spinal_canal_stenosis', 'L4/L5')).toMatchObject({ moderate: 0, severe: 25 });
  expect(row('subarticular_stenosis', 'L1/L2')).toMatchObject({ moderate: 12.5, severe: 0 });
  expect(found.overall).toEqual([97, 1, 2]);
  expect(found.anySevereCanal).toBe(25);
  expect(prevalenceText(found)).toContain(
    'spinal_canal_stenosis: 0.0/0.0, 0.0/0.0, 0.0/25.0, 0.0/25.0, 0.0/0.0',
  );
});
