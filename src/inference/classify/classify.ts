import { DISC_LABELS, type Finding, type LocalisedLevel, type Observation } from '../../domain/assessment.ts';
import { mostProbableGrade } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { type Remark, remark } from '../../domain/remark.ts';
import { TARGETS, targetKey } from '../../domain/target.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { Regions } from '../crop/crop-regions.ts';
import { locateLabel, locateTarget } from '../crop/reading-place.ts';
import type { ModelRunner } from '../network/model-runner.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import type { ModelPack } from '../pack/model-pack.ts';
import { runClassifier } from './run-classifier.ts';
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
 * @param regions one a classifier; null for one that need not run.
 * @throws Error when a network answers with anything but finite numbers.
 */
export async function classify(
  pack: ModelPack,
  regions: readonly (Regions | null)[],
  levels: readonly LocalisedLevel[],
  volumes: Volumes,
): Promise<Classification> {
  const votes: Votes = {
    grades: new Map(),
    fallbacks: new Map(),
    labels: new Map(),
    unlike: { grades: new Set(), fallbacks: new Set() },
  };
  // Networks run beside one another; what they say is put together in the manifest's order.
  const run = await Promise.all(
    pack.manifest.classifiers.flatMap((spec, k) => {
      const shown = regions[k];
      return shown ? [read(spec, pack.classifiers[k]!, shown)] : [];
    }),
  );
  for (const { spec, shown, reading } of run) {
    for (const s of shown.samples.keys()) {
      if (reading.readable[s]) vote(spec, reading, shown, s, votes);
    }
  }
  const warnings = run.flatMap(({ spec, shown, reading }) => {
    // What another network stands in for was read.
    const said = reading.readable.map((readable, s) => readable || isSaid(spec, shown, s, votes));
    const unread = unreadPlaces(spec, shown, said);
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

async function read(spec: ClassifierSpec, runner: ModelRunner, shown: Regions) {
  return { spec, shown, reading: await runClassifier(spec, runner, shown) };
}
