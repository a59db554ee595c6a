import { describe, expect, test } from 'vitest';
import type { Finding, Observation } from './assessment.ts';
import { GRADES, type Grade } from './grade.ts';
import { disagreements } from './measured-otherwise.ts';
import type { Measure, Measurement } from './measurement.ts';
import { inWords, remark } from './remark.ts';

const level = 'L4/L5' as const;
const canal = (grade: Grade): Finding => ({
  ...{ condition: 'spinal_canal_stenosis', side: null, level, grade, location: null },
  probabilities: { 'Normal/Mild': 0.2, Moderate: 0.2, Severe: 0.2, [grade]: 0.6 },
});
const label = (present: boolean): Observation => ({
  ...{ label: 'spondylolisthesis', level, present, location: null },
  probability: present ? 0.9 : 0.1,
});
const image = {} as never;
const measured = (measure: Measure, value: number): Measurement => ({
  ...{ level, measure, value, role: 'sagittal-t2', image, pointsMm: [], pixels: [] },
});

describe('a canal', () => {
  test.each<[Measure, number, readonly Grade[]]>([
    ['canal-diameter', 9.9, ['Normal/Mild']],
    ['canal-diameter', 10, []],
    ['canal-diameter', 12.9, []],
    ['canal-diameter', 13, ['Severe']],
    ['sac-area', 74.9, ['Normal/Mild']],
    ['sac-area', 75, []],
    ['sac-area', 129.9, []],
    ['sac-area', 130, ['Severe']],
    ['sac-diameter', 1, []],
    ['disc-height', 1, []],
  ])('%s of %f contradicts the grades %j alone', (measure, value, contradicted) => {
    for (const grade of GRADES) {
      const found = disagreements([canal(grade)], [], [measured(measure, value)]);
      expect(found.map(({ graded }) => graded)).toEqual(contradicted.includes(grade) ? [grade] : []);
    }
  });

  test('is not contradicted by another level, by what is absent, or without a grade', () => {
    const narrow = measured('canal-diameter', 5);
    expect(disagreements([{ ...canal('Normal/Mild'), level: 'L5/S1' }], [], [narrow])).toEqual([]);
    expect(disagreements([], [], [narrow])).toEqual([]);
    const absent = { level, measure: 'canal-diameter', absent: 'not-outlined' } as const;
    expect(disagreements([canal('Normal/Mild')], [], [absent])).toEqual([]);
  });
});

test.each([
  [3, false, true],
  [-3, false, true],
  [2.9, false, false],
  [2.9, true, true],
  [-4, true, false],
])('a slip of %f mm where the label is present: %s', (slip, present, isContradicted) => {
  expect(disagreements([], [label(present)], [measured('slip', slip)])).toHaveLength(isContradicted ? 1 : 0);
  expect(disagreements([], [], [measured('slip', slip)])).toEqual([]);
});

test('is said with length, threshold and source, and that no grade was changed', () => {
  const all = disagreements(
    [canal('Normal/Mild')],
    [label(false)],
    [measured('canal-diameter', 8.44), measured('sac-area', 61.2), measured('slip', -5)],
  );
  expect(inWords(remark('measured-otherwise', { disagreements: all }))).toBe(
    'Measured and graded differ, read with care: ' +
      'L4/L5 canal antero-posterior diameter 8.4 mm, below 10 mm (absolute stenosis: Verbiest 1977), but Normal/Mild; ' +
      'L4/L5 dural sac cross-section 61 mm², below 75 mm² (pressure on the cauda equina: Schönström and Hansson 1988), but Normal/Mild; ' +
      'L4/L5 slip 5.0 mm, not below 3 mm (spondylolisthesis: Iguchi 2002), but absent. ' +
      'No grade was changed by it.',
  );
});
