import { headersFromJson, type ImageHeader } from '../dicom/image/image-header.ts';
import { contradictions, type PatientIdentity, patientIdentity } from '../dicom/image/patient-identity.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { SeriesSummary } from '../dicomweb/archive.ts';
import { type Reason, remark } from '../domain/remark.ts';
import { seriesRemark } from '../domain/series-remark.ts';
import { isRestricted, type SeriesOverride, type SiteRuleVerdict } from '../domain/series-role.ts';
import {
  DEFAULT_STUDY_LIMITS,
  StudyLimitError,
  type StudyLimits,
  withinTime,
} from '../domain/study-limits.ts';
import type { SeriesInstanceUid } from '../domain/uid.ts';
import { decodeFrame } from '../pixels/decode-frame.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { CandidateSeries } from '../series/candidate-series.ts';

import { decideSeries, type ReadSlices, type Roles } from '../series/decide-series.ts';
import { applyRules, NO_RULES, type SeriesRules } from '../series/rules/series-rules.ts';
import type { Selection } from '../series/select-series.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';
import type { ImageSource } from './image-source.ts';

/** A study's series with their roles, from metadata and, where these do not tell, a few images. */
export interface InspectedStudy {
  readonly selection: Selection;
  /** The attributes of one image: a chosen one, else any MR image; empty when there is none. */
  readonly oneImage: DicomJson;
  /** Whose the images are by their metadata; they do not contradict each other unless `selection` says so. */
  readonly patients: readonly PatientIdentity[];
  /** Whether nothing was chosen for a reason that no image still to come can mend. */
  readonly final: boolean;
}

export interface InspectionSettings {
  /** For a look at the pixels; in this thread by default. */
  readonly decode?: DecodeFrame;
  readonly limits?: StudyLimits;
  readonly rules?: SeriesRules;
  /** Goes before the rules. */
  readonly override?: SeriesOverride;
  readonly signal?: AbortSignal;
}

/** Metadata requests under way at once. */
const CONCURRENCY = 4;

/**
 * Looks at every series of a study and gives each its role or its refusal. Images that contradict each other about
 * whose they are, are never chosen together: then the study is turned down as a whole.
 * @throws what the source throws.
 */
export async function inspectStudy(
  source: ImageSource,
  roles: Roles,
  {
    decode = decodeFrame,
    limits = DEFAULT_STUDY_LIMITS,
    rules = NO_RULES,
    override = {},
    signal,
  }: InspectionSettings = {},
): Promise<InspectedStudy> {
  let summaries: readonly SeriesSummary[] = [];
  try {
    return await withinTime(limits.maxReadingMs, signal, async (within) => {
      summaries = await source.series(within);
      if (summaries.length === 0) return turnedDown([], roles, remark('not-in-archive', {}), false);
      return await inspectSeries(source, summaries, roles, {
        decode,
        limits,
        rules,
        override,
        signal: within,
      });
    });
  } catch (cause) {
    if (!(cause instanceof StudyLimitError)) throw cause;
    return turnedDown(summaries, roles, remark('beyond-limit', cause.limit), true);
  }
}

async function inspectSeries(
  source: ImageSource,
  summaries: readonly SeriesSummary[],
  roles: Roles,
  settings: Required<InspectionSettings>,
): Promise<InspectedStudy> {
  const { decode, limits, signal } = settings;
  const read = await readAll(source, summaries, settings);
  const images = [...read.values()].flatMap(({ metadata }) => metadata);
  const patients = images.map(patientIdentity);
  const attributes = contradictions(patients);
  if (attributes.length > 0) {
    return turnedDown(summaries, roles, remark('contradicting-patients', { attributes }), true);
  }
  const candidates = summaries.map((series): CandidateSeries => {
    const { metadata, headers = [], unreadable = [] } = read.get(series.seriesInstanceUid) ?? {};
    return { ...series, instanceCount: metadata?.length ?? series.instanceCount, headers, unreadable };
  });
  const selection = await decideSeries(candidates, roles, sliceReader(source, decode, signal), limits);
  const first = [...selection.chosen.values()].flat()[0];
  const ofFirst = first && read.get(first.seriesInstanceUid)?.metadata;
  return { selection, oneImage: (ofFirst ?? images)[0] ?? {}, patients, final: false };
}

/** The metadata of the MR series. */
async function readAll(
  source: ImageSource,
  summaries: readonly SeriesSummary[],
  { limits, rules, override, signal }: Required<InspectionSettings>,
): Promise<ReadonlyMap<SeriesInstanceUid, ReadSeries>> {
  const waiting = summaries.filter((series) => series.modality === 'MR');
  checkCount(
    waiting.reduce((sum, { instanceCount }) => sum + instanceCount, 0),
    limits,
  );
  const read = new Map<SeriesInstanceUid, ReadSeries>();
  // When one series cannot be had the others need not go on.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const worker = async () => {
    for (let series = waiting.shift(); series; series = waiting.shift()) {
      const verdict = verdictOf(override, series.seriesInstanceUid);
      const metadata = await source.metadata(series, either);
      read.set(
        series.seriesInstanceUid,
        readSeries(metadata, (frame) => verdict ?? applyRules(rules, frame)),
      );
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
  return read;
}

function checkCount(images: number, { maxImages }: StudyLimits): void {
  if (images > maxImages) {
    throw new StudyLimitError({ of: 'images', count: images, limit: maxImages });
  }
}

interface ReadSeries {
  readonly metadata: readonly DicomJson[];
  readonly headers: readonly ImageHeader[];
  readonly unreadable: readonly string[];
}

/** A series whose own metadata are at fault is no fault of its source: what cannot be read is said of the series. */
function readSeries(
  metadata: readonly DicomJson[],
  siteRule: (frame: DicomJson) => SiteRuleVerdict | null,
): ReadSeries {
  const headers: ImageHeader[] = [];
  const unreadable: string[] = [];
  for (const json of metadata) {
    try {
      headers.push(...headersFromJson(json, siteRule));
    } catch (cause) {
      if (!(cause instanceof ImagingError)) throw cause;
      unreadable.push(cause.message);
    }
  }
  return { metadata, headers, unreadable };
}

/** What whoever asked for the analysis decides of a series, null where they leave it to the rules. */
function verdictOf(override: SeriesOverride, series: SeriesInstanceUid): SiteRuleVerdict | null {
  const asked = override[series];
  if (asked === undefined) return isRestricted(override) ? { name: null, role: null, unnamed: true } : null;
  return asked === 'any' ? null : { name: null, role: asked === 'ignore' ? null : asked };
}

/** Reads single images, for a look at their pixels. */
function sliceReader(source: ImageSource, decode: DecodeFrame, signal: AbortSignal): ReadSlices {
  return async (series, headers) => {
    const instances = new Map<string, ReturnType<typeof readInstance>>();
    for (const sop of new Set(headers.map(({ sopInstanceUid }) => sopInstanceUid))) {
      instances.set(sop, readInstance(await source.instance(series, sop, signal)));
    }
    return headers.flatMap(({ sopInstanceUid, frameNumber }) =>
      slicesFromInstance(instances.get(sopInstanceUid)!, [frameNumber], decode),
    );
  };
}

/** No series was given a role, for a reason that goes for the whole study. */
function turnedDown(
  summaries: readonly SeriesSummary[],
  { requires }: Roles,
  reason: Reason,
  final: boolean,
): InspectedStudy {
  const because = seriesRemark(
    reason.code === 'beyond-limit' ? 'study-beyond-limit' : 'study-turned-down',
    {},
  );
  const decisions = summaries.map((series) => ({
    ...series,
    role: null,
    chosen: false,
    reasons: [because],
  }));
  const nothing = { chosen: new Map(), missing: requires, warnings: [], unweighed: [] };
  return { selection: { ...nothing, decisions, reasons: [reason] }, oneImage: {}, patients: [], final };
}
