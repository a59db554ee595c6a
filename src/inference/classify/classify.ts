import { DISC_LABELS, type Finding, type LocalisedLevel, type Observation } from '../../domain/assessment.ts';
import { mostProbableGrade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { type Remark, remark } from '../../domain/remark.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { Regions } from '../crop/crop-regions.ts';
import { locateLabel, locateTarget } from '../crop/reading-place.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { type ClassifierReading, runClassifier } from './run-classifier.ts';
import { unreadPlaces } from './unread-places.ts';
import { isSaid, labelKey, mean, meanPosteriors, type Votes, vote } from './votes.ts';

/** What the networks say of a study. A target or label that none of them read is absent. */
export interface Classification {
  /** In TARGETS order. */
  readonly findings: readonly Finding[];
  /** In LEVELS, then DISC_LABELS order. */
  readonly observations: readonly Observation[];
  /** What no network read, and why. */
  readonly warnings: readonly Remark<'not-read'>[];
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
  const votes: Votes = {
    grades: new Map(),
    fallbacks: new Map(),
    labels: new Map(),
    unlike: { grades: new Set(), fallbacks: new Set() },
  };
  const readings: ClassifierReading[] = [];
  for (const [k, spec] of pack.manifest.classifiers.entries()) {
    const reading = await runClassifier(spec, pack.classifiers[k]!, regions[k]!);
    readings.push(reading);
    for (const s of regions[k]!.samples.keys()) {
      if (reading.readable[s]) vote(spec, reading, regions[k]!, s, votes);
    }
  }
  const warnings = pack.manifest.classifiers.flatMap((spec, k) => {
    // What another network stands in for was read.
    const said = readings[k]!.readable.map((readable, s) => readable || isSaid(spec, regions[k]!, s, votes));
    const unread = unreadPlaces(spec, regions[k]!, said);
    return unread === null ? [] : [remark('not-read', unread)];
  });
  const at = new Map(levels.map((level) => [level.level, level]));
  const localised = volumes[pack.manifest.localiser.input.role];
  const study = { volumes, frameOfReferenceUid: localised?.frameOfReferenceUid ?? null };
  const findings = TARGETS.flatMap((target): Finding[] => {
    const key = targetKey(target);
    const posteriors = votes.grades.get(key) ?? votes.fallbacks.get(key);
    if (posteriors === undefined) return [];
    const probabilities = meanPosteriors(posteriors);
    const place = locateTarget(target.condition, target.side, at.get(target.level)!, study);
    const unlike = votes.unlike[votes.grades.has(key) ? 'grades' : 'fallbacks'].has(key);
    const marked = unlike && { uncertain: ['unlike-training'] as const };
    return [{ ...target, grade: mostProbableGrade(probabilities), probabilities, ...place, ...marked }];
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
