import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../domain/level.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { makeAnatomy } from '../anatomy/make-anatomy.ts';
import { stackVertebrae } from '../anatomy/stack-vertebrae.ts';
import { FIRST_LUMBAR_DISC } from '../anatomy/vertebra.ts';
import { discContour } from './disc-contour.ts';
import { type LABEL_THRESHOLDS_MM, slipMm } from './disc-labels.ts';
import { fourGradeOf, gradeOf } from './grading-thresholds.ts';
import { truth } from './truth.ts';

const L4_L5 = FIRST_LUMBAR_DISC + 3;

describe('discContour', () => {
  const { segments, vertebrae } = makeAnatomy(1);
  const plain = {
    ...segments[L4_L5]!,
    diffuseBulgeMm: 0,
    centralAnteriorMm: 0,
    sides: segments[L4_L5]!.sides.map((side) => ({ ...side, recessAnteriorMm: 0 })),
  } as unknown as (typeof segments)[number];
  const measure = (segment: typeof plain) => discContour(segment, vertebrae[L4_L5]!, vertebrae[L4_L5 + 1]!);

  it('tells what stands out all round from what stands out in one place', () => {
    expect(measure(plain).diffuseMm).toBeCloseTo(0, 6);
    expect(measure(plain).focalMm).toBeCloseTo(0, 6);
    const bulging = measure({ ...plain, diffuseBulgeMm: 2 });
    expect(bulging.diffuseMm).toBeCloseTo(2, 6);
    expect(bulging.focalMm).toBeCloseTo(0, 6);
    const herniated = measure({ ...plain, diffuseBulgeMm: 1, centralAnteriorMm: 5 });
    expect(herniated.diffuseMm).toBeCloseTo(1, 6);
    expect(herniated.focalMm).toBeCloseTo(5, 6);
  });
});

describe('slipMm', () => {
  it('measures the slip a spine was stacked with', () => {
    for (const slip of [0, 4, 8]) {
      const slips = Array.from({ length: 14 }, (_, disc) => (disc === L4_L5 ? slip : 0));
      const { vertebrae } = stackVertebrae(3, [], slips);
      expect(Math.abs(slipMm(vertebrae[L4_L5]!, vertebrae[L4_L5 + 1]!) - slip)).toBeLessThan(1);
    }
  });
});

describe('truth', () => {
  const known = Array.from({ length: 60 }, (_, seed) => truth(makeAnatomy(seed)));

  it('finds every label in some discs and not in most', () => {
    const count = (label: keyof typeof LABEL_THRESHOLDS_MM) =>
      known.flatMap(({ labels }) => LEVELS.filter((level) => labels[level][label])).length / 300;
    for (const label of ['herniation', 'bulge', 'spondylolisthesis'] as const) {
      expect(count(label), label).toBeGreaterThan(0.02);
      expect(count(label), label).toBeLessThan(0.5);
    }
  });

  it('calls a level stenotic when a grade there is Moderate or worse', () => {
    for (const { labels, grades } of known) {
      for (const level of LEVELS) {
        const worse = (condition: string) =>
          TARGETS.some(
            (t) => t.level === level && t.condition === condition && grades[targetKey(t)] !== 'Normal/Mild',
          );
        expect(labels[level].canal_stenosis).toBe(worse('spinal_canal_stenosis'));
        expect(labels[level].foraminal_stenosis).toBe(worse('neural_foraminal_narrowing'));
      }
    }
  });

  it('splits Normal/Mild and nothing else into four grades, both parts common', () => {
    const merged = (grade: string) => (grade === 'Normal' || grade === 'Mild' ? 'Normal/Mild' : grade);
    for (const { fourGrades, grades } of known) {
      for (const [key, grade] of Object.entries(fourGrades)) expect(merged(grade), key).toBe(grades[key]);
    }
    const all = known.flatMap(({ fourGrades }) => Object.values(fourGrades));
    expect(all.filter((grade) => grade === 'Mild').length / all.length).toBeGreaterThan(0.1);
    expect(all.filter((grade) => grade === 'Normal').length / all.length).toBeGreaterThan(0.3);
  });

  it('grades by millimetres', () => {
    const grades = (mm: number) => [
      fourGradeOf('subarticular_stenosis', mm),
      gradeOf('subarticular_stenosis', mm),
    ];
    expect(grades(5.1)).toEqual(['Normal', 'Normal/Mild']);
    expect(grades(4.9)).toEqual(['Mild', 'Normal/Mild']);
    expect(grades(3.9)).toEqual(['Moderate', 'Moderate']);
    expect(grades(1.9)).toEqual(['Severe', 'Severe']);
  });
});
