import { describe, expect, it } from 'vitest';
import { GRADES, type Grade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { CONDITIONS, TARGETS, targetKey } from '../../domain/target.ts';
import { GRADING_THRESHOLDS } from '../grades/grading-thresholds.ts';
import { measureAnatomy } from '../grades/measure-anatomy.ts';
import { CLINICAL_PREVALENCE } from '../grades/prevalence.ts';
import { makeAnatomy } from './make-anatomy.ts';

describe('makeAnatomy', () => {
  it('gives the same anatomy for the same seed and another for another', () => {
    expect(makeAnatomy(7)).toEqual(makeAnatomy(7));
    expect(makeAnatomy(8)).not.toEqual(makeAnatomy(7));
  });

  it('refuses a seed that is not an integer', () => {
    expect(() => makeAnatomy(0.5)).toThrow(RangeError);
  });

  it('changes one grade through its geometry and leaves the other 24 as they are', () => {
    for (const target of TARGETS) {
      const key = targetKey(target);
      const seed = 100 + TARGETS.indexOf(target);
      const [mild, severe] = (['Normal/Mild', 'Severe'] as const).map((grade) => {
        const anatomy = makeAnatomy(seed, { grades: { [key]: grade } });
        return { grades: anatomy.grades, measured: measureAnatomy(anatomy)[key]! };
      });
      const { moderate, severe: threshold } = GRADING_THRESHOLDS[target.condition];
      expect(mild!.measured, key).toBeGreaterThan(moderate);
      expect(severe!.measured, key).toBeLessThan(threshold);
      expect(severe!.grades[key]).toBe('Severe');
      expect({ ...severe!.grades, [key]: 'Normal/Mild' }, key).toEqual(mild!.grades);
    }
  });

  it('keeps clear of the thresholds, and measures nearly always what was drawn', () => {
    const drawnFor = (grade: Grade) =>
      Object.fromEntries(TARGETS.map((target) => [targetKey(target), grade])) as Record<string, Grade>;
    for (const grade of GRADES) {
      const { grades } = makeAnatomy(31, { grades: drawnFor(grade) });
      expect(new Set(Object.values(grades))).toEqual(new Set([grade]));
    }
  });

  it('has the prevalence of the challenge in 300 clinical anatomies', { timeout: 60_000 }, () => {
    const anatomies = Array.from({ length: 300 }, (_, seed) => makeAnatomy(seed));
    for (const condition of CONDITIONS) {
      LEVELS.forEach((level, i) => {
        const keys = TARGETS.filter((t) => t.condition === condition && t.level === level).map(targetKey);
        const percent = (grade: Grade) =>
          (100 * anatomies.flatMap((a) => keys.filter((key) => a.grades[key] === grade)).length) /
          (anatomies.length * keys.length);
        const [moderate, severe] = CLINICAL_PREVALENCE[condition][i]!;
        // Four standard errors of 300 independent draws.
        const tolerance = (p: number) => 400 * Math.sqrt(((p / 100) * (1 - p / 100)) / 300) + 0.5;
        expect(Math.abs(percent('Moderate') - moderate), `${condition} ${level}`).toBeLessThan(
          tolerance(moderate),
        );
        expect(Math.abs(percent('Severe') - severe), `${condition} ${level}`).toBeLessThan(tolerance(severe));
      });
    }
    const anySevere = anatomies.filter((a) =>
      LEVELS.some(
        (level) =>
          a.grades[targetKey({ condition: 'spinal_canal_stenosis', side: null, level })] === 'Severe',
      ),
    );
    expect(anySevere.length / anatomies.length).toBeGreaterThan(0.12);
    expect(anySevere.length / anatomies.length).toBeLessThan(0.26);
  });

  it('is balanced on demand', () => {
    const severe = Array.from({ length: 60 }, (_, seed) =>
      makeAnatomy(seed, { prevalence: 'balanced' }),
    ).flatMap((a) => Object.values(a.grades).filter((grade) => grade === 'Severe'));
    expect(severe.length / (60 * 25)).toBeGreaterThan(0.2);
    expect(severe.length / (60 * 25)).toBeLessThan(0.36);
  });
});
