import type { Grade } from './grade.ts';
import { GRADES } from './grade.ts';

/** How two packs compare on one target: how many grades lie between them, or that one of them does not grade it. */
export const AGREEMENTS = ['same', 'one-step', 'two-steps', 'only-serving', 'only-shadow'] as const;
export type PackAgreement = (typeof AGREEMENTS)[number];

/** Null: the pack says nothing of the target. One of the two does. */
export function packAgreement(serving: Grade | null, shadow: Grade | null): PackAgreement {
  if (serving === null) return 'only-shadow';
  if (shadow === null) return 'only-serving';
  const steps = Math.abs(GRADES.indexOf(serving) - GRADES.indexOf(shadow));
  return steps === 0 ? 'same' : steps === 1 ? 'one-step' : 'two-steps';
}

/**
 * What a shadow of a study came to, and is kept. `compared`: both packs graded. `failed`: the shadow pack has a fault.
 * `late`: it did not come to its end in the time that the analysis had left.
 */
export const SHADOW_OUTCOMES = [
  'compared',
  'ineligible-serving',
  'ineligible-shadow',
  'ineligible-both',
  'failed',
  'late',
] as const;
export type ShadowOutcome = (typeof SHADOW_OUTCOMES)[number];

/** Why a shadow left no trace. `stopped`: with the process. `skipped`: an earlier one has not ended. */
export const SHADOW_LOSSES = ['stopped', 'skipped', 'not-kept'] as const;
export type ShadowLoss = (typeof SHADOW_LOSSES)[number];

/** What a pack is to a process. */
export const PACK_USES = ['serving', 'canary', 'shadow'] as const;
export type PackUse = (typeof PACK_USES)[number];
