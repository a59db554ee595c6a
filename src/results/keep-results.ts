import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { Algorithm, GradedStudy } from '../domain/assessment.ts';
import type { ResultKind, ResultObject } from '../domain/result-object.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { hasKeyImages } from '../sr/encode/key-object-selection.ts';
import { segmentedPlanes } from '../sr/segmentation/segmented-series.ts';
import { inputSetHash } from '../study/analysis-input.ts';
import {
  composeNotice,
  composeResults,
  type GradedImages,
  type OutputProfile,
  type ResultContext,
} from './compose-results.ts';
import type { KeptResults, ResultOutbox } from './result-outbox.ts';
import { planeOfSegmentation, type ResultUids, resultUids } from './result-uids.ts';

/** What the report stage works with. */
export interface ResultParts {
  readonly outbox: ResultOutbox;
  readonly profile: OutputProfile & {
    /** Whether a study that is not analysed gets a report that says so. */
    readonly notAnalysed: boolean;
  };
  readonly now: () => Date;
}

/** The study the results are of. */
export interface ResultStudy {
  readonly study: StudyInstanceUid;
  /** Patient and study attributes of its images. */
  readonly studyContext: DicomJson;
}

/** Under which key results are kept; `inputKey` of a revision that was asked for. */
export type ResultKey = Pick<KeptResults, 'analysisKey' | 'inputKey'>;

/** The key of what the names tell apart, or of a revision of it. */
export function resultKey(names: Iterable<string>, revision: string | null): ResultKey {
  const key = inputSetHash(names);
  if (revision === null) return { analysisKey: key };
  return { analysisKey: inputSetHash([key, `revision ${revision}`]), inputKey: key };
}

/** Composes the objects of a graded study, once, and keeps them; its report names the one in force until now. */
export async function keepResults(
  parts: ResultParts,
  of: ResultStudy,
  key: ResultKey,
  images: GradedImages,
): Promise<KeptResults> {
  return keepComposed(parts, of, key, images.graded, (context) =>
    composeResults(parts.profile, context, images),
  );
}

/** Under which UIDs results that are not composed yet are going to be stored. */
export function plannedUids(
  { profile }: Pick<ResultParts, 'profile'>,
  { analysisKey }: ResultKey,
  graded: Pick<GradedStudy, 'measurements'>,
): readonly ResultUids[] {
  return profile.kinds.flatMap((kind) =>
    kind === 'SEG'
      ? segmentedPlanes(graded).map((plane) => resultUids(kind, analysisKey, 0, plane))
      : [resultUids(kind, analysisKey)],
  );
}

/** Kinds the profile asks for that the results of a graded study lack: it asked for others when they were composed. */
export function lackingKinds(
  { profile }: Pick<ResultParts, 'profile'>,
  { analysisKey, objects }: Pick<KeptResults, 'analysisKey' | 'objects'>,
  graded: GradedStudy,
): readonly ResultKind[] {
  const planes = objects.map(({ sopInstanceUid }) => planeOfSegmentation(analysisKey, sopInstanceUid));
  return profile.kinds.filter((kind) => {
    if (kind === 'SEG') return segmentedPlanes(graded).some((plane) => !planes.includes(plane));
    return !objects.some((kept) => kept.kind === kind) && (kind !== 'KO' || hasKeyImages(graded));
  });
}

/** Composes the kinds that results of a graded study lack and keeps them beside the others, which stay as they are. */
export async function completeResults(
  parts: ResultParts,
  of: ResultStudy,
  kept: KeptResults,
  images: GradedImages,
): Promise<KeptResults> {
  const { analysisKey, predecessors } = kept;
  const segmentations = kept.objects.filter(({ kind }) => kind === 'SEG');
  const context = resultContext(parts, of, analysisKey, Promise.resolve(predecessors));
  const profile = { ...parts.profile, kinds: lackingKinds(parts, kept, images.graded) };
  const objects = await composeResults(profile, { ...context, segmentations }, images);
  return parts.outbox.add(analysisKey, objects);
}

/** The notice that a study was not analysed, composed once for the same reasons, algorithm and revision, and kept. */
export async function keepNotice(
  parts: ResultParts,
  of: ResultStudy,
  algorithm: Algorithm,
  reasons: readonly string[],
  revision: string | null,
): Promise<KeptResults> {
  const key = resultKey([of.study, algorithm.packSha256, 'not analysed', ...reasons], revision);
  const kept = await knownResults(parts.outbox, key);
  const compose = (context: ResultContext) => composeNotice(parts.profile, context, { algorithm, reasons });
  if (kept === null) return keepComposed(parts, of, key, null, compose);
  // The archive had lost it, and it was forgotten.
  if (kept.objects.length > 0) return kept;
  const { analysisKey, predecessors } = kept;
  const context = resultContext(parts, of, analysisKey, Promise.resolve(predecessors));
  return parts.outbox.add(analysisKey, await compose(context));
}

/** Results that are good for the key: of a revision its own, else the latest of the input. */
export function knownResults(
  outbox: ResultOutbox,
  { analysisKey, inputKey }: ResultKey,
): Promise<KeptResults | null> {
  return inputKey === undefined ? outbox.latest(analysisKey) : outbox.find(analysisKey);
}

async function keepComposed(
  parts: ResultParts,
  of: ResultStudy,
  key: ResultKey,
  graded: GradedStudy | null,
  compose: (context: ResultContext) => Promise<readonly ResultObject[]>,
): Promise<KeptResults> {
  const { outbox } = parts;
  const stored = outbox.storedReports(of.study);
  const [predecessors, objects] = await Promise.all([
    stored,
    compose(resultContext(parts, of, key.analysisKey, stored)),
  ]);
  return outbox.keep({ ...key, studyInstanceUid: of.study, objects, graded, predecessors });
}

function resultContext(
  { now }: Pick<ResultParts, 'now'>,
  { study, studyContext }: ResultStudy,
  analysisKey: string,
  predecessors: Promise<KeptResults['predecessors']>,
): ResultContext {
  const predecessor = predecessors.then(([latest]) => latest ?? null);
  return { analysisKey, studyInstanceUid: study, studyContext, createdAt: now(), predecessor };
}
