import { expect, test } from 'vitest';
import type { Finding } from '../../domain/assessment.ts';
import { gradeProbabilities } from '../../domain/grade.ts';
import { jointReading } from './joint-reading.fixture.ts';
import { judgeFindings } from './judge-findings.ts';

const finding = (side: 'left' | 'right', ...values: number[]): Finding => ({
  condition: 'neural_foraminal_narrowing',
  side,
  level: 'L4/L5',
  grade: 'Normal/Mild',
  probabilities: gradeProbabilities(values),
  location: null,
});
const uncertainBelow = {
  spinal_canal_stenosis: 0.9,
  neural_foraminal_narrowing: 0.6,
  subarticular_stenosis: 0.9,
};

test('a pack that says nothing of it leaves findings as they are', () => {
  const findings = [finding('left', 0.4, 0.3, 0.3), finding('right', 0.9, 0.05, 0.05)];
  expect(judgeFindings({}, findings)).toEqual(findings);
});

test('what is less probable than its condition asks is marked, beside what was marked before', () => {
  const unlike: Finding = { ...finding('right', 0.5, 0.3, 0.2), uncertain: ['unlike-training'] };
  const judged = judgeFindings({ uncertainBelow }, [
    finding('left', 0.59, 0.21, 0.2),
    finding('left', 0.6, 0.2, 0.2),
    unlike,
  ]);
  expect(judged.map(({ uncertain }) => uncertain)).toEqual([
    ['low-probability'],
    undefined,
    ['low-probability', 'unlike-training'],
  ]);
});

test('joint reading comes before the mark, and the grade is that of the sharpened probabilities', () => {
  const sides = jointReading(1, ({ other, sides, levels }) =>
    other === 'neural_foraminal_narrowing' && sides === 'other' && levels === 0
      ? [
          [0, 4],
          [0, 0],
        ]
      : null,
  );
  const findings = [finding('left', 0.5, 0.1, 0.4), finding('right', 0, 0, 1)];
  const [left] = judgeFindings({ jointReading: sides, uncertainBelow }, findings);
  expect(left!.grade).toBe('Severe');
  expect(left!.uncertain).toBeUndefined();
});
