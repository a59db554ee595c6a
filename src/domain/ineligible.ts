import type { Reason } from './remark.ts';

/** What a stage comes to where the study cannot be analysed: for what is wrong with the study, not with a system. */
export interface Ineligible {
  readonly kind: 'ineligible';
  /** At least one. */
  readonly reasons: readonly Reason[];
}

export function ineligible(...reasons: readonly Reason[]): Ineligible {
  return { kind: 'ineligible', reasons };
}

export function isIneligible(result: object): result is Ineligible {
  return 'kind' in result && result.kind === 'ineligible';
}
