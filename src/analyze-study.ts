import type { Archive } from './dicomweb/archive.ts';
import type { GradedStudy } from './domain/assessment.ts';
import type { CodeOf } from './domain/catalogue.ts';
import { inWords, type Reason, remark } from './domain/remark.ts';
import type { ObserveStage } from './domain/stage.ts';
import type { StudyLimits } from './domain/study-limits.ts';
import type { StudyInstanceUid } from './domain/uid.ts';
import { classify } from './inference/classify/classify.ts';
import { cropRegions } from './inference/crop/crop-regions.ts';
import { localise } from './inference/localise/localise.ts';
import type { ModelPack } from './inference/pack/model-pack.ts';
import type { DecodeFrame } from './pixels/encoded-frame.ts';
import type { AnalysisOutcome, AnalyzeStudy } from './results/analysis-outcome.ts';
import {
  completeResults,
  keepNotice,
  keepResults,
  lackingKinds,
  type ResultParts,
} from './results/keep-results.ts';
import { objectDifferences } from './results/object-differences.ts';
import type { KeptResults } from './results/result-outbox.ts';
import { storeResults } from './results/store-results.ts';
import type { SeriesRules } from './series/rules/series-rules.ts';
import { unusedParts } from './series/selection-words.ts';
import { contextRemarks } from './sr/encode/result-header.ts';
import { inputSet, inputSetHash } from './study/analysis-input.ts';
import { archiveImages } from './study/archive-images.ts';
import { fetchVolumes } from './study/fetch-volumes.ts';
import { inspectStudy } from './study/inspect-study.ts';
import { readStudyContext } from './study/read-study-context.ts';
import { reasonOf } from './study/unusable-study.ts';
import type { Volumes } from './volume/volume.ts';
import { letGo } from './volume/volume.ts';

export interface AnalysisParts extends ResultParts {
  readonly archive: Archive;
  readonly decode: DecodeFrame;
  readonly pack: ModelPack;
  /** How large a study may be, and the site's own rules for its series. */
  readonly limits: StudyLimits;
  readonly rules: SeriesRules;
  /** Told of every series, and of the objects in a series chosen, that the analysis does not use. */
  readonly onPassedOver?: (
    code: CodeOf<'passed-over'>,
    study: StudyInstanceUid,
    where: string,
    count: number,
  ) => void;
}

/**
 * THE pipeline: from a study in the archive to its results in the archive. The same input set and pack give the
 * same key, and so one set of results, whatever the number of runs and wherever one was cut off; where the profile has
 * come to ask for more kinds of objects, a further run adds those.
 * @throws ArchiveError and whatever the networks throw; each says whether a retry can help.
 */
export function studyAnalysis(parts: AnalysisParts): AnalyzeStudy {
  const { archive, decode, pack, outbox, limits, rules } = parts;
  const { onPassedOver = () => undefined } = parts;
  const { manifest } = pack;
  return async (study, { signal, observe }) => {
    const source = archiveImages(archive, study, limits);
    const inspected = await observe('select', () =>
      inspectStudy(source, manifest, { decode, limits, rules, signal }),
    );
    const { selection, oneImage } = inspected;
    for (const [code, where, count] of unusedParts(selection)) onPassedOver(code, study, where, count);
    const series = selection.decisions;
    const of = { study, studyContext: await readStudyContext(archive, study, oneImage, signal) };
    // Also what was stored before: the archive may have lost it since. What it holds is not sent again.
    const store = (kept: KeptResults) =>
      observe('store', () => storeResults({ archive, outbox, differences: objectDifferences }, kept, signal));
    const turnedDown = async (reasons: readonly Reason[]): Promise<AnalysisOutcome> => {
      const ineligible = { kind: 'ineligible', series, reasons } as const;
      // Without an image there is no patient to file a notice under.
      if (!parts.profile.notAnalysed || Object.keys(of.studyContext).length === 0) return ineligible;
      const kept = await observe('report', () => keepNotice(parts, of, pack.algorithm, reasons.map(inWords)));
      return { ...ineligible, notice: await store(kept) };
    };
    if (selection.reasons.length > 0) return turnedDown(selection.reasons);

    const analysisKey = inputSetHash([study, pack.sha256, ...inputSet(selection.chosen)]);
    const earlier = await outbox.find(analysisKey);
    const before = earlier?.graded ? { kept: earlier, graded: earlier.graded } : null;
    if (before !== null && lackingKinds(parts, before.kept, before.graded).length === 0) {
      return { kind: 'stored', graded: before.graded, results: await store(before.kept) };
    }
    const volumes = await observe('fetch', () =>
      fetchVolumes(source, decode, inspected, signal, limits),
    ).catch((cause: unknown) => unreadable(cause));
    if (before !== null) {
      const { kept, graded } = before;
      if ('code' in volumes) return { kind: 'stored', graded, results: await store(kept) };
      const whole = await observe('report', () =>
        completeResults(parts, of, kept, graded, volumes).finally(() => letGo(volumes)),
      );
      return { kind: 'stored', graded, results: await store(whole) };
    }
    if ('code' in volumes) return turnedDown([volumes]);
    const make = async () => {
      const grading = await grade(pack, volumes, observe);
      if ('reasons' in grading) return grading;
      const graded: GradedStudy = {
        ...grading,
        kind: 'graded',
        series,
        algorithm: pack.algorithm,
        warnings: [
          ...selection.warnings,
          ...grading.warnings,
          ...contextRemarks(of.studyContext).map((words) => remark('context-incomplete', { words })),
        ],
      };
      const kept = await observe('report', () => keepResults(parts, of, analysisKey, graded, volumes));
      return { graded: kept.graded ?? graded, kept };
    };
    const made = await make().finally(() => letGo(volumes));
    if ('reasons' in made) return turnedDown(made.reasons);
    return { kind: 'stored', graded: made.graded, results: await store(made.kept) };
  };
}

type Grading = Pick<GradedStudy, 'levels' | 'findings' | 'observations' | 'warnings'>;

/** @returns the reasons where these images cannot be graded. */
async function grade(
  pack: ModelPack,
  volumes: Volumes,
  observe: ObserveStage,
): Promise<Grading | { readonly reasons: readonly Reason[] }> {
  const { localiser, classifiers } = pack.manifest;
  const localisation = await observe('localise', () => localise(pack, volumes[localiser.input.role]!)).catch(
    (cause: unknown) => ({ kind: 'not-localised' as const, reasons: [unreadable(cause)] }),
  );
  if (localisation.kind === 'not-localised') return { reasons: localisation.reasons };
  const { levels } = localisation;
  const regions = await observe('crop', () => cropRegions(classifiers, volumes, levels)).catch(
    (cause: unknown) => unreadable(cause),
  );
  if ('code' in regions) return { reasons: [regions] };
  const classification = await observe('classify', () => classify(pack, regions, levels, volumes));
  const { findings, observations } = classification;
  if (findings.length + observations.length === 0) {
    return {
      reasons: classification.warnings.map((said) => remark('nothing-graded', { words: inWords(said) })),
    };
  }
  const warnings = [...localisation.warnings, ...classification.warnings];
  return { levels, findings, observations, warnings };
}

/**
 * An image that cannot be decoded, or a study beyond a limit, makes the study ineligible, with the reason; every
 * other fault goes on.
 */
function unreadable(cause: unknown): Reason {
  const reason = reasonOf(cause);
  if (reason === null) throw cause;
  return reason;
}
