import { expect, test } from 'vitest';
import { summariseSlices } from '../../slices/summarise-slices.ts';
import type { GradedRow, GradeIndex, Posteriors } from '../graded-row.ts';
import { type SlicesJson, slicesTable } from './slices-table.ts';

const RECESS = { condition: 'subarticular_stenosis', side: 'left', level: 'L4/L5' } as const;
/** As often Normal/Mild as the other grades together, and never told from Severe. */
const TRUTHS: readonly GradeIndex[] = [0, 0, 0, 1, 2];

function evaluation(name: string, posteriors: (truth: GradeIndex) => Posteriors, seed = 1): SlicesJson {
  const studies = ['a', 'b', 'c'].map((study) => {
    const rows = TRUTHS.map((truth): GradedRow => ({ ...RECESS, truth, posteriors: posteriors(truth) }));
    return [study, [{ atLabels: rows, atFound: null, foramina: [], sacs: [] }]] as const;
  });
  return {
    ...{ schema: 'spinegrade-slices-evaluation/1', command: 'evaluate', seed, resamples: 20 },
    slices: { folds: [8, 9] },
    pack: {
      ...{ name, version: '1.0.0', sha256: 'ab', provider: 'cpu', parameters: 1234 },
      ...{ intendedUse: 'research', trainedOn: 'slices' },
    },
    ...summariseSlices(new Map(studies), { seed, resamples: 20 }),
  };
}
const cells = (page: string, name: string) =>
  page
    .split('\n')
    .filter((line) => line.includes(`| ${name} |`))
    .map((line) => line.split(' | ').slice(2));

test('a line a pack: balanced accuracy counts every grade alike, accuracy every finding', () => {
  const never = evaluation('never-severe', (truth) => (truth === 1 ? [0.1, 0.8, 0.1] : [0.7, 0.2, 0.1]));
  const page = slicesTable(['a.json'], [never]);
  expect(page).toContain('Parts 8, 9 of the studies');
  expect(page).toContain('seed 1, 20 resamples');
  const [[weights, studies, findings, accuracy, balanced] = []] = cells(page, 'never-severe');
  expect([weights, studies, findings]).toEqual(['1,234', '3', '15']);
  expect(accuracy).toBe('0.800 (0.800–0.800)');
  expect(balanced).toBe('0.667 (0.667–0.667)');
  expect(page).not.toContain('its own grades');
});

test('a pack that cannot say a grade has a second line, without findings of that grade', () => {
  const binary = evaluation('binary', (truth) => (truth === 0 ? [0.9, 0, 0.1] : [0.2, 0, 0.8]));
  const page = slicesTable(['a.json'], [binary]);
  expect(cells(page, 'binary')[0]?.[3]).toBe('0.800 (0.800–0.800)');
  const [own] = cells(page, 'binary, its own grades');
  expect(own?.slice(2, 5)).toEqual(['12', '1.000 (1.000–1.000)', '1.000 (1.000–1.000)']);
});

test('evaluations made otherwise are refused by name', () => {
  const one = evaluation('one', () => [0.5, 0.3, 0.2]);
  const other = evaluation('other', () => [0.5, 0.3, 0.2], 2);
  expect(() => slicesTable(['a.json', 'b.json'], [one, other])).toThrow(
    'b.json: other parts, seed or resamples than a.json',
  );
});
