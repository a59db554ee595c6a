import type { DiscLabel } from '../../domain/assessment.ts';
import { GRADES, type GradeProbabilities, gradeProbabilities } from '../../domain/grade.ts';
import type { Level } from '../../domain/level.ts';
import { type Target, targetKey } from '../../domain/target.ts';
import type { Regions } from '../crop/crop-regions.ts';
import type { GradeHead } from '../pack/classifier-output.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { calibratedSigmoid, calibratedSoftmax, calibrationFor, mergeClasses } from './calibrate.ts';
import type { Sample } from './classifier-samples.ts';
import type { ClassifierReading } from './run-classifier.ts';
import { unlikeViews } from './unlike-views.ts';
import { missingRoles } from './unread-places.ts';

/** Calibrated posteriors of several networks, side by side. */
export interface Votes {
  readonly grades: Map<string, GradeProbabilities[]>;
  /** Those of heads that count only where `grades` has none. */
  readonly fallbacks: Map<string, GradeProbabilities[]>;
  readonly labels: Map<string, number[]>;
  /** Targets of `grades` and `fallbacks` that were read from an image unlike those the network was trained on. */
  readonly unlike: { readonly grades: Set<string>; readonly fallbacks: Set<string> };
}

/** Adds what a network says of one sample. */
export function vote(
  spec: ClassifierSpec,
  { logits }: ClassifierReading,
  regions: Regions,
  s: number,
  votes: Votes,
): void {
  const { output } = spec;
  const sample = regions.samples[s]!;
  const missing = missingRoles(spec, regions, s);
  const unlike = unlikeViews(spec, regions, s);
  if (output.activation === 'sigmoid') {
    for (const [h, head] of output.heads.entries()) {
      const logit = logits[s * output.heads.length + h]!;
      const probability = calibratedSigmoid(logit, calibrationFor(head, missing));
      push(votes.labels, labelKey(head.label, sample.level), probability);
    }
    return;
  }
  const { classes, heads } = output;
  for (const [h, head] of heads.entries()) {
    const at = (s * heads.length + h) * classes.length;
    const calibration = calibrationFor(head, missing);
    const posteriors = calibratedSoftmax(logits.subarray(at, at + classes.length), calibration);
    const key = targetKey(targetOf(head, sample));
    const kind = kindOf(head);
    push(votes[kind], key, mergeClasses(classes, posteriors));
    if (unlike.some((view) => head.side === null || view.side === null || view.side === head.side)) {
      votes.unlike[kind].add(key);
    }
  }
}

/** Whether something is said of all that a network would say of one sample, by whichever network. */
export function isSaid({ output }: ClassifierSpec, regions: Regions, s: number, votes: Votes): boolean {
  const sample = regions.samples[s]!;
  if (output.activation === 'sigmoid') {
    return output.heads.every(({ label }) => votes.labels.has(labelKey(label, sample.level)));
  }
  return output.heads.every((head) => {
    const key = targetKey(targetOf(head, sample));
    return votes.grades.has(key) || votes.fallbacks.has(key);
  });
}

/** Keys of the targets that a network grades of one sample, by heads that count always, or as fallbacks. */
export function targetsOf(
  { output }: ClassifierSpec,
  sample: Sample,
  kind: 'grades' | 'fallbacks',
): string[] {
  if (output.activation === 'sigmoid') return [];
  return output.heads
    .filter((head) => kindOf(head) === kind)
    .map((head) => targetKey(targetOf(head, sample)));
}

function kindOf({ fallback }: GradeHead): 'grades' | 'fallbacks' {
  return fallback ? 'fallbacks' : 'grades';
}

function targetOf({ condition, side }: GradeHead, sample: Sample): Target {
  return { condition, side: side === 'near' ? sample.side : side, level: sample.level };
}

/** The mean of several networks' posteriors, grade by grade. */
export function meanPosteriors(posteriors: readonly GradeProbabilities[]): GradeProbabilities {
  if (posteriors.length === 1) return posteriors[0]!;
  return gradeProbabilities(GRADES.map((grade) => mean(posteriors.map((p) => p[grade]))));
}

/** Of one number or more. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

/** Under which `labels` keeps what is said of a label at a level. */
export function labelKey(label: DiscLabel, level: Level): string {
  return `${label} ${level}`;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
