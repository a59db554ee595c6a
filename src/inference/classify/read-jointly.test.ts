import { expect, test } from 'vitest';
import { gradeProbabilities } from '../../domain/grade.ts';
import type { Target } from '../../domain/target.ts';
import { jointReadingProblems } from '../pack/joint-reading-problems.ts';
import { jointReading } from './joint-reading.fixture.ts';
import { readJointly } from './read-jointly.ts';

const CANAL: Target = { condition: 'spinal_canal_stenosis', side: null, level: 'L4/L5' };
const RECESS: Target = { condition: 'subarticular_stenosis', side: 'left', level: 'L4/L5' };
const read = (target: Target, ...values: number[]) => ({
  ...target,
  probabilities: gradeProbabilities(values),
});
const ofRecess = jointReading(0.5, ({ of, other, levels }) =>
  of === 'spinal_canal_stenosis' && other === 'subarticular_stenosis' && levels === 0
    ? [
        [1, 2],
        [0, 3],
      ]
    : null,
);

test('a target is pulled by the grades expected of the others, in the measure of the strength', () => {
  const [canal, recess] = readJointly(ofRecess, [read(CANAL, 0.5, 0.3, 0.2), read(RECESS, 0.1, 0.2, 0.7)]);
  // By how much the recess is worse than usual: 0.9 − 0.2, and 0.7 − 0.1.
  const scores = [Math.log(0.5), Math.log(0.3) + 0.5 * 0.7, Math.log(0.2) + 0.5 * (0.7 * 2 + 0.6 * 3)];
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  expect(canal!.Moderate).toBeCloseTo(Math.exp(scores[1]!) / sum, 12);
  expect(canal!.Severe).toBeCloseTo(Math.exp(scores[2]!) / sum, 12);
  expect(recess).toEqual(gradeProbabilities([0.1, 0.2, 0.7]));
});

test('who is far away, or was not read, says nothing', () => {
  const far = { ...RECESS, level: 'L1/L2' as const };
  const alone = gradeProbabilities([0.5, 0.3, 0.2]);
  expect(readJointly(ofRecess, [read(CANAL, 0.5, 0.3, 0.2)])[0]!.Severe).toBeCloseTo(alone.Severe, 12);
  const [beside] = readJointly(ofRecess, [read(CANAL, 0.5, 0.3, 0.2), read(far, 0, 0, 1)]);
  expect(beside!.Severe).toBeCloseTo(alone.Severe, 12);
});

test('of a target that was read twice the mean counts, and none pulls itself', () => {
  const twice = [read(RECESS, 0, 0.4, 0.6), read(RECESS, 0.2, 0, 0.8)];
  const [one] = readJointly(ofRecess, [read(CANAL, 0.5, 0.3, 0.2), read(RECESS, 0.1, 0.2, 0.7)]);
  const [two] = readJointly(ofRecess, [read(CANAL, 0.5, 0.3, 0.2), ...twice]);
  expect(two!.Severe).toBeCloseTo(one!.Severe, 12);
});

test('a probability of nought stays finite', () => {
  const [canal] = readJointly(ofRecess, [read(CANAL, 1, 0, 0), read(RECESS, 0, 0, 1)]);
  expect(canal!['Normal/Mild']).toBeGreaterThan(0.99);
});

test('what a model of joint reading lacks is named', () => {
  expect(jointReadingProblems(ofRecess)).toEqual([]);
  const lacking = {
    ...ofRecess,
    expected: ofRecess.expected.slice(1),
    relations: ofRecess.relations.slice(1),
  };
  expect(jointReadingProblems(lacking)).toEqual([
    '/jointReading/expected lacks spinal_canal_stenosis at L1/L2',
    expect.stringMatching(/^\/jointReading\/relations lacks spinal_canal_stenosis, \w+, \w+, [012]$/),
  ]);
});
