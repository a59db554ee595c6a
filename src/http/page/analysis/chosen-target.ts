import { LEVELS } from '../../../domain/level.ts';
import type { MeasuredSlice } from '../../../domain/measured-slice.ts';
import { findTarget, type Target } from '../../../domain/target.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** Of a finding, of a measured slice, and of what was just done. */
const PARAMETERS = ['condition', 'level', 'side', 'measured', 'plane', 'outlines', 'done'];

/** The finding that an address of the page names; null where it names none. @throws ProblemError `invalid-request` */
export function chosenTarget(query: Readonly<Record<string, unknown>>): Target | null {
  const { condition, level, side = null } = query;
  if (Object.keys(query).some((name) => !PARAMETERS.includes(name)))
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

/** The measured slice that an address of the page names; null where it names none. @throws ProblemError `invalid-request` */
export function chosenSlice({
  measured,
  plane,
  outlines,
}: Readonly<Record<string, unknown>>): MeasuredSlice | null {
  if (measured === undefined && plane === undefined && outlines === undefined) return null;
  const level = LEVELS.find((each) => each === measured);
  if (level === undefined || (plane !== 'sagittal' && plane !== 'axial')) {
    throw new ProblemError('invalid-request', 'There is no such slice.');
  }
  return { level, plane, outlines: outlines === 'true' };
}

/** As query of an address of the page. */
export function sliceQuery({ level, plane, outlines }: MeasuredSlice): string {
  return new URLSearchParams({ measured: level, plane, ...(outlines && { outlines: 'true' }) }).toString();
}
