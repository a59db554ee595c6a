import { expect } from 'vitest';
import type { Grading } from '../../src/inference/grade.ts';

/** The same levels, findings and observations; probabilities, confidences and places (mm) to 1e-5. */
export function expectSameGrading(there: Grading, here: Grading): void {
  expect(there.kind).toBe('graded');
  expect(numbersApart(there)).toEqual(numbersApart(here));
  const [theirs, ours] = [numbersOf(there), numbersOf(here)];
  expect(theirs.length).toBe(ours.length);
  expect(ours.length).toBeGreaterThan(100);
  for (const [i, value] of theirs.entries()) expect(Math.abs(value - ours[i]!)).toBeLessThan(1e-5);
}

const said = ({ levels, findings, observations }: Grading) => ({ levels, findings, observations });

/** All but its numbers. */
function numbersApart(grading: Grading): unknown {
  return JSON.parse(JSON.stringify(said(grading), (_, value) => (typeof value === 'number' ? 0 : value)));
}

function numbersOf(grading: Grading): readonly number[] {
  const numbers: number[] = [];
  JSON.stringify(said(grading), (_, value) => {
    if (typeof value === 'number') numbers.push(value);
    return value;
  });
  return numbers;
}
