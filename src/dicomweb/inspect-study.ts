import type { SeriesInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { CandidateSeries } from '../imaging/assess-series.ts';
import { decideSeries, type ReadSlices, type Roles } from '../imaging/decide-series.ts';
import { decodeFrame } from '../imaging/decode-frame.ts';
import type { DicomJson } from '../imaging/dicom-json.ts';
import { headersFromJson, type ImageHeader } from '../imaging/image-header.ts';
import { ImagingError } from '../imaging/imaging-error.ts';
import { readInstance } from '../imaging/read-instance.ts';
import type { Selection } from '../imaging/select-series.ts';
import { NO_RULES, type SeriesRules } from '../imaging/series-rules.ts';
import { type DecodeFrame, slicesFromInstance } from '../imaging/slice-from-instance.ts';
import { type Archive, ArchiveError, type SeriesSummary } from './archive.ts';
import { withinBudget } from './study-budget.ts';
import { DEFAULT_STUDY_LIMITS, StudyLimitError, type StudyLimits, withinTime } from './study-limits.ts';

/** A study's series with their roles, from metadata and, where these do not tell, a few images. */
export interface InspectedStudy {
  readonly selection: Selection;
  /** The attributes of one image: a chosen one, else any MR image; empty when there is none. */
  readonly oneImage: DicomJson;
  /** Whether the study is beyond a limit: then nothing was chosen, and the series were not all looked at. */
  readonly beyondLimit: boolean;
}

export interface InspectionSettings {
  /** For a look at the pixels; in this thread by default. */
  readonly decode?: DecodeFrame;
  readonly limits?: StudyLimits;
  readonly rules?: SeriesRules;
  readonly signal?: AbortSignal;
}

/** Metadata requests under way at once. */
const CONCURRENCY = 4;

/**
 * Looks at every series of a study and gives each its role or its refusal.
 * @throws ArchiveError (retryable) when a series' metadata are fewer or more than QIDO-RS counts: images are
 * still arriving, or an answer was cut.
 */
export async function inspectStudy(
  archive: Archive,
  study: StudyInstanceUid,
  roles: Roles,
  { decode = decodeFrame, limits = DEFAULT_STUDY_LIMITS, rules = NO_RULES, signal }: InspectionSettings = {},
): Promise<InspectedStudy> {
  let summaries: readonly SeriesSummary[] = [];
  try {
    return await withinTime(limits.maxReadingMs, signal, async (within) => {
      summaries = await archive.findSeries(study, within);
      if (summaries.length === 0) {
        const selection = nothingChosen([], roles, 'the archive holds no series of this study');
        return { selection, oneImage: {}, beyondLimit: false };
      }
      return await inspectSeries(withinBudget(archive, limits), study, summaries, roles, {
        decode,
        limits,
        rules,
        signal: within,
      });
    });
  } catch (cause) {
    if (!(cause instanceof StudyLimitError)) throw cause;
    return { selection: nothingChosen(summaries, roles, cause.message), oneImage: {}, beyondLimit: true };
  }
}

async function inspectSeries(
  archive: Archive,
  study: StudyInstanceUid,
  summaries: readonly SeriesSummary[],
  roles: Roles,
  { decode, limits, rules, signal }: Required<InspectionSettings>,
): Promise<InspectedStudy> {
  const waiting = summaries.filter((series) => series.modality === 'MR');
  const instances = waiting.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
  checkCount(instances, limits);
  const read = new Map<SeriesInstanceUid, ReadSeries>();
  // When one series cannot be had the others need not go on.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const worker = async () => {
    for (let series = waiting.shift(); series; series = waiting.shift()) {
      read.set(series.seriesInstanceUid, await readSeries(archive, study, series, rules, either));
      checkCount(
        [...read.values()].reduce((sum, { headers }) => sum + headers.length, 0),
        limits,
      );
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker)).catch((cause: unknown) => {
    failed.abort(cause);
    throw cause;
  });
  const candidates = summaries.map((series): CandidateSeries => {
    const { headers = [], unreadable = [] } = read.get(series.seriesInstanceUid) ?? {};
    return { ...series, headers, unreadable };
  });
  const selection = await decideSeries(
    candidates,
    roles,
    sliceReader(archive, decode, study, signal),
    limits,
  );
  const first = [...selection.chosen.values()].flat()[0];
  const ofFirst = first && read.get(first.seriesInstanceUid)?.metadata;
  const any = [...read.values()].flatMap(({ metadata }) => metadata);
  return { selection, oneImage: (ofFirst ?? any)[0] ?? {}, beyondLimit: false };
}

function checkCount(images: number, { maxImages }: StudyLimits): void {
  if (images > maxImages) {
    throw new StudyLimitError(`${images} MR images are more than the limit of ${maxImages} a study`);
  }
}

interface ReadSeries {
  readonly metadata: readonly DicomJson[];
  readonly headers: readonly ImageHeader[];
  readonly unreadable: readonly string[];
}

/** A series whose own metadata are at fault is no fault of the archive: what cannot be read is said of the series. */
async function readSeries(
  archive: Archive,
  study: StudyInstanceUid,
  series: SeriesSummary,
  rules: SeriesRules,
  signal: AbortSignal,
): Promise<ReadSeries> {
  const metadata = await countedMetadata(archive, study, series, signal);
  const headers: ImageHeader[] = [];
  const unreadable: string[] = [];
  for (const json of metadata) {
    try {
      headers.push(...headersFromJson(json, rules));
    } catch (cause) {
      if (!(cause instanceof ImagingError)) throw cause;
      unreadable.push(cause.message);
    }
  }
  return { metadata, headers, unreadable };
}

async function countedMetadata(
  archive: Archive,
  study: StudyInstanceUid,
  series: SeriesSummary,
  signal: AbortSignal,
): Promise<readonly DicomJson[]> {
  const metadata = await archive.seriesMetadata(study, series.seriesInstanceUid, signal);
  if (metadata.length !== series.instanceCount) {
    throw new ArchiveError(
      `series ${series.seriesInstanceUid}: ${metadata.length} instances in its metadata, ${series.instanceCount} by QIDO-RS`,
      { retryable: true },
    );
  }
  return metadata;
}

/** Fetches single images, for a look at their pixels. */
function sliceReader(
  archive: Archive,
  decode: DecodeFrame,
  study: StudyInstanceUid,
  signal: AbortSignal,
): ReadSlices {
  return async (series, headers) => {
    const uid = series.seriesInstanceUid;
    const instances = new Map<string, ReturnType<typeof readInstance>>();
    for (const sop of new Set(headers.map(({ sopInstanceUid }) => sopInstanceUid))) {
      const bytes = await archive.retrieveInstance(study, uid, sop, signal, { listed: true });
      if (bytes === null) {
        throw new ArchiveError(`series ${uid}: the archive lists an image it does not hold`, {
          retryable: true,
        });
      }
      instances.set(sop, readInstance(bytes));
    }
    return headers.flatMap(({ sopInstanceUid, frameNumber }) =>
      slicesFromInstance(instances.get(sopInstanceUid)!, [frameNumber], decode),
    );
  };
}

/** The series were not looked at, for a reason that goes for the whole study. */
function nothingChosen(summaries: readonly SeriesSummary[], { requires }: Roles, reason: string): Selection {
  const decisions = summaries.map((series) => ({
    ...series,
    role: null,
    chosen: false,
    reasons: ['not looked at: the study is beyond a limit of the configuration'],
  }));
  return {
    decisions,
    chosen: new Map(),
    missing: requires,
    reasons: [reason],
    warnings: [],
    unweighed: [],
  };
}
