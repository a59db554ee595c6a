import type { Archive } from './dicomweb/archive.ts';
import type { GradedStudy } from './domain/assessment.ts';
import type { CodeOf } from './domain/catalogue.ts';
import { type Ineligible, ineligible, isIneligible } from './domain/ineligible.ts';
import { orIneligible } from './domain/or-ineligible.ts';
import { inWords, remark } from './domain/remark.ts';
import type { ObserveStage } from './domain/stage.ts';
import type { StudyLimits } from './domain/study-limits.ts';
import type { StudyInstanceUid } from './domain/uid.ts';
import { type Grading, grade } from './inference/grade.ts';
import { endingWith } from './inference/pack/ending-with.ts';
import type { ModelPack } from './inference/pack/model-pack.ts';
import { segment } from './inference/segment/segment.ts';
import type { OutlinedLevels } from './measure/outlined-slice.ts';
import type { DecodeFrame } from './pixels/encoded-frame.ts';
import type { MemoryBudget } from './process/memory-budget.ts';
import type { AnalysisOutcome, AnalysisRun, AnalyzeStudy } from './results/analysis-outcome.ts';
import { askedAhead } from './results/asked-ahead.ts';
import {
  completeResults,
  keepNotice,
  keepResults,
  knownResults,
  lackingKinds,
  plannedUids,
  type ResultKey,
  type ResultParts,
  type ResultStudy,
  resultKey,
} from './results/keep-results.ts';
import { objectDifferences } from './results/object-differences.ts';
import type { KeptResults } from './results/result-outbox.ts';
import { storeResults } from './results/store-results.ts';
import type { SeriesRules } from './series/rules/series-rules.ts';
import { unusedParts } from './series/selection-words.ts';
import type { ShadowStudy } from './shadow/shadow-grader.ts';
import { contextRemarks } from './sr/encode/context-remarks.ts';
import { inputSet } from './study/analysis-input.ts';
import { archiveImages } from './study/archive-images.ts';
import { fetchVolumes, memoryOf } from './study/fetch-volumes.ts';
import type { ImageSource } from './study/image-source.ts';
import { type InspectedStudy, inspectStudy } from './study/inspect-study.ts';
import { readStudyContext } from './study/read-study-context.ts';
import { letGo, type Volumes } from './volume/volume.ts';

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
  /** What the images of all studies analysed at a time share. */
  readonly memory: MemoryBudget;
  /** A second pack, compared with what the first has graded; it changes nothing of the analysis. */
  readonly shadow?: ShadowStudy;
  /** Told of every study that the networks graded, once its results are kept. */
  readonly onGraded?: (study: StudyInstanceUid, graded: GradedStudy) => void;
}

type Asked = NonNullable<AnalysisRun['asked']>;
const AS_EVER: Asked = { revision: null, series: {} };

/**
 * THE pipeline, from a study in the archive to its results in the archive: inspect → known already? → grade → publish.
 * The same input set and pack give the same key, and so one set of results, whatever the number of runs and wherever
 * one was cut off; where the profile has come to ask for more kinds of objects, a further run adds those.
 * @throws ArchiveError and whatever the networks throw; each says whether a retry can help.
 */
export function studyAnalysis(parts: AnalysisParts): AnalyzeStudy {
  const { archive, decode, pack, outbox, limits, shadow } = parts;
  return async (study, { signal, observe, conclude = async () => signal, asked = AS_EVER }) => {
    const source = archiveImages(archive, study, limits);
    const inspected = await observe('select', () => inspect(parts, source, study, asked, signal));
    const { selection, known } = inspected;
    let volumes: Volumes = {};
    let giveBack: () => void = () => undefined;
    let graded: Grading | Ineligible | null = null;
    let asking: Archive = archive;
    const done = () => {
      letGo(volumes);
      giveBack();
    };
    const results = async (): Promise<GradedResults | Ineligible> => {
      if (selection.reasons.length > 0) return ineligible(...selection.reasons);
      if (known !== null && lackingKinds(parts, known.results, known.graded).length === 0) return known;
      const fetched = await observe('fetch', async () => {
        giveBack = await parts.memory.hold(memoryOf(selection.chosen), signal);
        return orIneligible(() => fetchVolumes(source, decode, inspected, signal, limits));
      });
      if (isIneligible(fetched)) return known ?? fetched;
      volumes = fetched;
      if (known === null) graded = await grade(pack, volumes, observe, signal);
      const grading = known ?? graded!;
      if (isIneligible(grading)) return grading;
      if (grading.kind === 'results') {
        const outlines = await outlinedAnew(parts, grading, volumes, observe, signal);
        return observe('report', () => complete(parts, inspected, grading, volumes, outlines));
      }
      return observe('report', () => {
        const planned = plannedUids(parts, inspected.key, grading);
        asking = askedAhead(archive, study, planned, signal);
        return compose(parts, inspected, grading, volumes);
      });
    };
    // Also what was stored before: the archive may have lost it since. What it holds is not sent again.
    const publish = (kept: KeptResults) =>
      observe('store', () =>
        storeResults({ archive: asking, outbox, differences: objectDifferences }, kept, signal),
      );
    const outcome = async (): Promise<AnalysisOutcome> => {
      const made = await results();
      if (shadow === undefined || graded === null) done();
      if (!isIneligible(made)) {
        return { kind: 'stored', graded: made.graded, results: await publish(made.results) };
      }
      const turnedDown = { ...made, series: selection.decisions };
      if (!wantsNotice(parts, inspected)) return turnedDown;
      const words = made.reasons.map(inWords);
      const notice = await observe('report', () =>
        keepNotice(parts, inspected.of, pack.algorithm, words, asked.revision),
      );
      return { ...turnedDown, notice: await publish(notice) };
    };
    try {
      const told = await outcome();
      if (shadow === undefined || graded === null) return told;
      await shadow({ study, volumes, algorithm: pack.algorithm, grading: graded }, await conclude(told));
      return told;
    } finally {
      done();
    }
  };
}

interface GradedResults {
  readonly kind: 'results';
  readonly graded: GradedStudy;
  readonly results: KeptResults;
}

/** A study looked at: its series and their roles, what its results copy, and results of the same images and pack. */
interface Inspected extends InspectedStudy {
  readonly of: ResultStudy;
  readonly key: ResultKey;
  readonly known: GradedResults | null;
}

async function inspect(
  { archive, decode, pack, outbox, limits, rules, onPassedOver }: AnalysisParts,
  source: ImageSource,
  study: StudyInstanceUid,
  { revision, series: override }: Asked,
  signal: AbortSignal,
): Promise<Inspected> {
  const inspected = await inspectStudy(source, pack.manifest, { decode, limits, rules, override, signal });
  const { selection, oneImage } = inspected;
  for (const [code, where, count] of unusedParts(selection)) onPassedOver?.(code, study, where, count);
  const studyContext = await readStudyContext(archive, study, oneImage, signal);
  const key = resultKey([study, pack.sha256, ...inputSet(selection.chosen)], revision);
  const results = selection.reasons.length > 0 ? null : await knownResults(outbox, key);
  const known = results?.graded ? ({ kind: 'results', graded: results.graded, results } as const) : null;
  return { ...inspected, of: { study, studyContext }, key, known };
}

/** What known results were measured on, where they lack it: outlines are not kept. */
async function outlinedAnew(
  parts: AnalysisParts,
  { graded, results }: GradedResults,
  volumes: Volumes,
  observe: ObserveStage,
  signal: AbortSignal,
): Promise<OutlinedLevels | null> {
  if (!lackingKinds(parts, results, graded).includes('SEG')) return null;
  const pack = endingWith(parts.pack, signal);
  const outlines = await observe('classify', () => orIneligible(() => segment(pack, volumes, graded.levels)));
  return outlines !== null && isIneligible(outlines) ? null : outlines;
}

/** What known results lack, beside them. */
async function complete(
  parts: AnalysisParts,
  { of }: Inspected,
  known: GradedResults,
  volumes: Volumes,
  outlines: OutlinedLevels | null,
): Promise<GradedResults> {
  const { graded, results } = known;
  return { ...known, results: await completeResults(parts, of, results, { graded, volumes, outlines }) };
}

/** The results of a grading. */
async function compose(
  parts: AnalysisParts,
  { selection, of, key }: Inspected,
  grading: Grading,
  volumes: Volumes,
): Promise<GradedResults> {
  const { levels, findings, observations, measurements, contours, outlines, algorithm, warnings } = grading;
  const uncopied = contextRemarks(of.studyContext);
  const anew = key.inputKey === undefined ? [] : [remark('composed-anew', {})];
  const graded: GradedStudy = {
    kind: 'graded',
    series: selection.decisions,
    levels,
    findings,
    observations,
    ...(measurements && { measurements }),
    ...(contours && { contours }),
    algorithm,
    warnings: [...selection.warnings, ...warnings, ...uncopied, ...anew],
  };
  const results = await keepResults(parts, of, key, { graded, volumes, outlines });
  parts.onGraded?.(of.study, graded);
  return { kind: 'results', graded: results.graded ?? graded, results };
}

/** Without an image there is no patient to file a notice under. */
function wantsNotice({ profile }: AnalysisParts, { of }: Inspected): boolean {
  return profile.notAnalysed && Object.keys(of.studyContext).length > 0;
}
