import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TARGETS, type Target } from '../../domain/target.ts';
import type { GradedRow, GradedStudyRows, GradeIndex, Posteriors } from '../tables/graded-row.ts';
import { competitionScore } from './competition-score.ts';
import { normalisedPosteriors } from './weighted-log-loss.ts';

const CANAL = { condition: 'spinal_canal_stenosis', side: null } as const;
const FORAMEN = { condition: 'neural_foraminal_narrowing', side: 'left' } as const;
const RECESS = { condition: 'subarticular_stenosis', side: 'right' } as const;

const row = (
  target: Omit<Target, 'level'>,
  truth: GradeIndex,
  posteriors: Posteriors,
  level: Target['level'] = 'L4/L5',
): GradedRow => ({ ...target, level, truth, posteriors });

const STUDIES: readonly GradedStudyRows[] = [
  {
    studyId: 'a',
    rows: [
      row(CANAL, 0, [0.7, 0.2, 0.1], 'L1/L2'),
      row(CANAL, 2, [0.1, 0.3, 0.6]),
      row(FORAMEN, 1, [0.2, 0.5, 0.3]),
      // Not normalised: 0.5, 0.25, 0.25.
      row(FORAMEN, 0, [2, 1, 1], 'L5/S1'),
      row(RECESS, 0, [0.9, 0.05, 0.05]),
    ],
  },
  {
    studyId: 'b',
    rows: [
      row(CANAL, 1, [0.25, 0.5, 0.25]),
      // Certain and wrong: −ln 1e-15, not infinity.
      row(FORAMEN, 2, [1, 0, 0]),
      row(RECESS, 2, [0.1, 0.1, 0.8]),
      row(RECESS, 1, [0.6, 0.3, 0.1], 'L3/L4'),
    ],
  },
];

/** Random studies with every condition labelled at least once. */
const anyStudies = fc
  .array(
    fc.array(
      fc.tuple(
        fc.constantFrom(...TARGETS),
        fc.constantFrom<GradeIndex>(0, 1, 2),
        fc.tuple(
          fc.double({ min: 0.01, max: 9, noNaN: true }),
          fc.double({ min: 0.01, max: 9, noNaN: true }),
          fc.double({ min: 0.01, max: 9, noNaN: true }),
        ),
      ),
      { maxLength: 12 },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((studies): GradedStudyRows[] => [
    ...studies.map((rows, i) => ({
      studyId: String(i),
      rows: rows.map(([target, truth, posteriors]) => ({ ...target, truth, posteriors })),
    })),
    ...STUDIES,
  ]);

describe('competitionScore', () => {
  test('agrees with the sums done by hand', () => {
    const { score, conditions, anySevereCanal } = competitionScore(STUDIES);
    // (−ln .7 − 4·ln .6 − 2·ln .5) / 7
    expect(conditions.spinal_canal_stenosis).toBeCloseTo(0.5408959714460837, 12);
    // (−2·ln .5 − ln .5 − 4·ln 1e-15) / 7
    expect(conditions.neural_foraminal_narrowing).toBeCloseTo(20.03350673161751, 12);
    // (−ln .9 − 4·ln .8 − 2·ln .3) / 7
    expect(conditions.subarticular_stenosis).toBeCloseTo(0.4865543327952196, 12);
    // (−4·ln .6 − 2·ln .75) / 6
    expect(anySevereCanal).toBeCloseTo(0.43644443999458743, 12);
    expect(score).toBeCloseTo(5.37435036896335, 12);
  });

  test('is ln 3 in every condition for equal thirds, whatever the truth', () => {
    fc.assert(
      fc.property(anyStudies, (studies) => {
        const thirds = studies.map((study) => ({
          ...study,
          rows: study.rows.map((one) => ({ ...one, posteriors: [1 / 3, 1 / 3, 1 / 3] as const })),
        }));
        for (const part of Object.values(competitionScore(thirds).conditions)) {
          expect(part).toBeCloseTo(Math.log(3), 10);
        }
      }),
    );
  });

  test('depends neither on the order of studies and rows nor on the scale of a row', () => {
    fc.assert(
      fc.property(anyStudies, fc.double({ min: 0.1, max: 10, noNaN: true }), (studies, scale) => {
        const shuffled = [...studies].reverse().map((study) => ({
          ...study,
          rows: [...study.rows].reverse().map((one) => {
            const [a, b, c] = one.posteriors;
            return { ...one, posteriors: [a * scale, b * scale, c * scale] as const };
          }),
        }));
        expect(competitionScore(shuffled).score).toBeCloseTo(competitionScore(studies).score!, 9);
      }),
    );
  });

  test('is 0 for certainty that is right', () => {
    const certain = STUDIES.map((study) => ({
      ...study,
      rows: study.rows.map((one) => ({
        ...one,
        posteriors: [0, 1, 2].map((grade) => Number(grade === one.truth)) as [number, number, number],
      })),
    }));
    expect(competitionScore(certain).score).toBeCloseTo(0, 12);
  });

  test('has no score where a condition has no label, but keeps the parts that have', () => {
    const canalOnly = [{ studyId: 'a', rows: [row(CANAL, 0, [0.5, 0.25, 0.25])] }];
    const { score, conditions, anySevereCanal } = competitionScore(canalOnly);
    expect(score).toBeNull();
    expect(conditions.spinal_canal_stenosis).toBeCloseTo(Math.LN2, 12);
    expect(conditions.subarticular_stenosis).toBeNull();
    expect(anySevereCanal).toBeCloseTo(-Math.log(0.75), 12);
  });
});

test.each([
  [[0, 0, 0]],
  [[-0.1, 0.5, 0.6]],
  [[Number.NaN, 0.5, 0.5]],
  [[Number.POSITIVE_INFINITY, 0, 0]],
] as const)('normalisedPosteriors refuses %j', (values) => {
  expect(() => normalisedPosteriors(values)).toThrow(RangeError);
});
