import { TARGETS, type Target } from '../../../domain/target.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** The finding that an address of the page names; null where it names none. @throws ProblemError `invalid-request` */
export function chosenTarget(query: Readonly<Record<string, unknown>>): Target | null {
  const { condition, level, side = null, done: _, ...unknown } = query;
  if (Object.keys(unknown).length > 0)
    throw new ProblemError('invalid-request', 'The page knows no such parameter.');
  if (condition === undefined && level === undefined && side === null) return null;
  const target = TARGETS.find(
    (each) => each.condition === condition && each.level === level && each.side === side,
  );
  if (target === undefined) throw new ProblemError('invalid-request', 'There is no such finding.');
  return target;
}

export function isSame(one: Target, other: Target | null): boolean {
  return (
    other !== null &&
    one.condition === other.condition &&
    one.level === other.level &&
    one.side === other.side
  );
}

/** As query of an address, of the page and of the picture alike. */
export function targetQuery({ condition, level, side }: Target): string {
  return new URLSearchParams({ condition, level, ...(side !== null && { side }) }).toString();
}
