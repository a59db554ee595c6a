import { findTarget, type Target } from '../../../domain/target.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** The finding that an address of the page names; null where it names none. @throws ProblemError `invalid-request` */
export function chosenTarget(query: Readonly<Record<string, unknown>>): Target | null {
  const { condition, level, side = null, done: _, ...unknown } = query;
  if (Object.keys(unknown).length > 0)
    throw new ProblemError('invalid-request', 'The page knows no such parameter.');
  if (condition === undefined && level === undefined && side === null) return null;
  const target = findTarget({ condition, level, side });
  if (target === null) throw new ProblemError('invalid-request', 'There is no such finding.');
  return target;
}

/** As query of an address, of the page and of the picture alike. */
export function targetQuery({ condition, level, side }: Target): string {
  return new URLSearchParams({ condition, level, ...(side !== null && { side }) }).toString();
}
