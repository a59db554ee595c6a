import {
  DISC_LABELS,
  type DiscLabel,
  type Finding,
  type LocalisedLevel,
  type Observation,
} from '../../domain/assessment.ts';
import {
  GRADES,
  type GradeProbabilities,
  gradeProbabilities,
  mostProbableGrade,
} from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { type Remark, remark } from '../../domain/remark.ts';
import { TARGETS, type Target, targetKey } from '../../domain/target.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { Regions } from '../crop/crop-regions.ts';
import { locateLabel, locateTarget } from '../crop/reading-place.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import type { ClassifierSpec } from '../pack/pack-manifest.ts';
import { calibratedSigmoid, calibratedSoftmax, calibrationFor, mergeClasses } from './calibrate.ts';
import { type ClassifierReading, missingRoles, runClassifier, unreadPlaces } from './run-classifier.ts';

/** What the networks say of a study. A target or label that none of them read is absent. */
export interface Classification {
  /** In TARGETS order. */
  readonly findings: readonly Finding[];
  /** In LEVELS, then DISC_LABELS order. */
  readonly observations: readonly Observation[];
  /** What was not read, and why. */
  readonly warnings: readonly Remark<'not-read'>[];
}

/** Calibrated posteriors of several networks, side by side. */
interface Votes {
  readonly grades: Map<string, GradeProbabilities[]>;
  readonly labels: Map<string, number[]>;
}

/**
 * Runs every classifier over its regions (in the manifest's order) and averages the calibrated posteriors of those
 * that read the same target; each finding and observation gets the image and point where it is read.
 * @throws Error when a network answers with anything but finite numbers.
 */
export async function classify(
  pack: ModelPack,
  regions: readonly Regions[],
  levels: readonly LocalisedLevel[],
  volumes: Volumes,
): Promise<Classification> {
  const votes: Votes = { grades: new Map(), labels: new Map() };
  const warnings: Remark<'not-read'>[] = [];
  for (const [k, spec] of pack.manifest.classifiers.entries()) {
    const reading = await runClassifier(spec, pack.classifiers[k]!, regions[k]!);
    const unread = unreadPlaces(spec, regions[k]!, reading.readable);
    if (unread !== null) warnings.push(remark('not-read', unread));
    for (const s of regions[k]!.samples.keys()) {
      if (reading.readable[s]) vote(spec, reading, regions[k]!, s, votes);
    }
  }
  const at = new Map(levels.map((level) => [level.level, level]));
  const { frameOfReferenceUid } = volumes[pack.manifest.localiser.input.role]!;
  const study = { volumes, frameOfReferenceUid };
  const findings = TARGETS.flatMap((target): Finding[] => {
    const posteriors = votes.grades.get(targetKey(target));
    if (posteriors === undefined) return [];
    const probabilities = meanPosteriors(posteriors);
    const place = locateTarget(target.condition, target.side, at.get(target.level)!, study);
    return [{ ...target, grade: mostProbableGrade(probabilities), probabilities, ...place }];
  });
  const observations = LEVELS.flatMap((level) =>
    DISC_LABELS.flatMap((label): Observation[] => {
      const probabilities = votes.labels.get(labelKey(label, level));
      if (probabilities === undefined) return [];
      const probability = mean(probabilities);
      const place = locateLabel(label, at.get(level)!, study);
      return [{ label, level, probability, present: probability >= 0.5, ...place }];
    }),
  );
  return { findings, observations, warnings };
}

/** Adds what a network says of one sample. */
function vote(
  spec: ClassifierSpec,
  { logits }: ClassifierReading,
  regions: Regions,
  s: number,
  votes: Votes,
): void {
  const { output } = spec;
  const { level, side } = regions.samples[s]!;
  const missing = missingRoles(spec, regions, s);
  if (output.activation === 'sigmoid') {
    for (const [h, head] of output.heads.entries()) {
      const logit = logits[s * output.heads.length + h]!;
      const probability = calibratedSigmoid(logit, calibrationFor(head, missing));
      push(votes.labels, labelKey(head.label, level), probability);
    }
    return;
  }
  const { classes, heads } = output;
  for (const [h, head] of heads.entries()) {
    const at = (s * heads.length + h) * classes.length;
    const calibration = calibrationFor(head, missing);
    const posteriors = calibratedSoftmax(logits.subarray(at, at + classes.length), calibration);
    const target: Target = {
      condition: head.condition,
      side: head.side === 'near' ? side : head.side,
      level,
    };
    push(votes.grades, targetKey(target), mergeClasses(classes, posteriors));
  }
}

function meanPosteriors(posteriors: readonly GradeProbabilities[]): GradeProbabilities {
  if (posteriors.length === 1) return posteriors[0]!;
  return gradeProbabilities(GRADES.map((grade) => mean(posteriors.map((p) => p[grade]))));
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

function labelKey(label: DiscLabel, level: Level): string {
  return `${label} ${level}`;
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
