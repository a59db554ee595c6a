import { imageKey } from '../dicom/image/image-header.ts';
import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { GradedStudy } from '../domain/assessment.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { ResultKind, ResultObject } from '../domain/result-object.ts';
import type { OutlinedLevels } from '../measure/outlined-slice.ts';
import { composeReportInTurns } from '../sr/encode/encode-report.ts';
import { composeKeyObjects } from '../sr/encode/key-object-selection.ts';
import { dateAndTime, type ObserverDevice, type ResultHeader } from '../sr/encode/result-header.ts';
import { encodeSecondaryCapture } from '../sr/encode/secondary-capture.ts';
import { renderPicture } from '../sr/picture/render-picture.ts';
import { summaryImage } from '../sr/picture/summary-image.ts';
import { encodeSegmentation } from '../sr/segmentation/segmentation.ts';
import {
  SEGMENTED_PLANES,
  type SegmentedSeries,
  segmentedPlanes,
  segmentedSeries,
} from '../sr/segmentation/segmented-series.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { composeNotAnalysedReport, type NotAnalysed } from '../sr/tree/not-analysed-report.ts';
import type { Slice, Volumes } from '../volume/volume.ts';
import type { ReportReference } from './result-outbox.ts';
import { planeOfSegmentation, type ResultUids, resultUids } from './result-uids.ts';

/** What an installation wants written, and under which names. */
export interface OutputProfile {
  readonly kinds: readonly ResultKind[];
  readonly series: Readonly<Record<ResultKind, { readonly number: number; readonly description: string }>>;
  readonly observer: ObserverDevice;
}

/** What every object of one analysis has in common. */
export interface ResultContext {
  /** From it every UID follows: the same analysis gives the same objects. */
  readonly analysisKey: string;
  readonly studyInstanceUid: string;
  readonly studyContext: DicomJson;
  readonly createdAt: Date;
  /** The report of the study in force until now, null when there is none: for reports alone, looked up meanwhile. */
  readonly predecessor: Promise<ReportReference | null>;
  /** Segmentations of the analysis that are kept already. */
  readonly segmentations?: readonly ResultUids[];
}

/** What is composed: a grading, with the images it is of and what was outlined on them, null where nothing was. */
export interface GradedImages {
  readonly graded: GradedStudy;
  readonly volumes: Volumes;
  readonly outlines: OutlinedLevels | null;
}

/**
 * Composes the objects of a graded study that the profile asks for, in the profile's order; no key object selection
 * where no image shows a moderate or severe finding, and no segmentation where nothing was measured. The picture is drawn off the event loop while the report, which
 * waits for its predecessor, is composed.
 * @throws RangeError or TypeError as composeReport does.
 */
export async function composeResults(
  profile: OutputProfile,
  context: ResultContext,
  of: GradedImages,
): Promise<readonly ResultObject[]> {
  const segmentations = profile.kinds.includes('SEG') ? await composeSegmentations(profile, context, of) : [];
  const all = { ...context, segmentations: [...(context.segmentations ?? []), ...segmentations] };
  const objects = await Promise.all(
    profile.kinds.map(async (kind) => {
      if (kind === 'SEG') return segmentations;
      const header = headerOf(kind, profile, context);
      const bytes = await composeObject(kind, header, all, of);
      return bytes === null ? [] : [composed(kind, header, bytes)];
    }),
  );
  return objects.flat();
}

/** One for each plane that is segmented, but for those kept already. */
async function composeSegmentations(
  profile: OutputProfile,
  context: ResultContext,
  { graded, volumes, outlines }: GradedImages,
): Promise<readonly ResultObject[]> {
  if (outlines === null) return [];
  const { analysisKey, segmentations = [] } = context;
  const kept = segmentations.map(({ sopInstanceUid }) => planeOfSegmentation(analysisKey, sopInstanceUid));
  const planes = segmentedPlanes(graded).filter((plane) => !kept.includes(plane));
  const series = await segmentedSeries(planes, graded.levels, outlines, volumes);
  return series.map((each) => {
    const header = segmentationHeader(each, headerOf('SEG', profile, context), analysisKey);
    return composed('SEG', header, encodeSegmentation(header, each, graded.algorithm));
  });
}

/** LO (PS3.5 table 6.2-1). */
const LONG_STRING = 64;

function segmentationHeader(
  { of }: SegmentedSeries,
  header: ResultHeader,
  analysisKey: string,
): ResultHeader {
  const { number, description } = header.series;
  // The plane first: lists cut descriptions off.
  const series = {
    number: Math.min(number + SEGMENTED_PLANES.indexOf(of), 2 ** 31 - 1),
    description: `${of === 'axial' ? 'Axial' : 'Sagittal'}: ${description}`.slice(0, LONG_STRING),
  };
  return { ...header, ...resultUids('SEG', analysisKey, 0, of), series };
}

/** Composes the notice that a study was not analysed: a report, whatever else the profile asks for. */
export async function composeNotice(
  profile: OutputProfile,
  context: ResultContext,
  notice: NotAnalysed,
): Promise<readonly ResultObject[]> {
  const header = headerOf('SR', profile, context);
  const document = { ...header, predecessors: await predecessorsOf(context) };
  return [composed('SR', header, composeNotAnalysedReport(document, notice))];
}

function composed(kind: ResultKind, header: ResultHeader, bytes: Uint8Array): ResultObject {
  const { seriesInstanceUid, sopInstanceUid } = header;
  return { kind, seriesInstanceUid, sopInstanceUid, bytes };
}

async function composeObject(
  kind: Exclude<ResultKind, 'SEG'>,
  header: ResultHeader,
  context: ResultContext,
  { graded, volumes }: GradedImages,
): Promise<Uint8Array | null> {
  switch (kind) {
    case 'SR': {
      const images = Object.values(volumes).flatMap(({ role, slices }) =>
        slices.map(({ image }) => ({ reference: image, role })),
      );
      const predecessors = await predecessorsOf(context);
      const { segmentations = [] } = context;
      return (await composeReportInTurns({ ...header, graded, images, predecessors, segmentations })).bytes;
    }
    case 'SC': {
      const { softwareVersion } = header.observer;
      const summary = { graded, volumes, softwareVersion, ...dateAndTime(header) };
      const picture = await summaryImage(summary);
      return encodeSecondaryCapture(
        header,
        await renderPicture(picture),
        picture.images.map((image) => sourceOf(image, volumes)),
        RESEARCH_USE_STATEMENT,
      );
    }
    case 'KO':
      return composeKeyObjects(header, graded);
  }
}

function sourceOf(image: ImageReference, volumes: Volumes): Pick<Slice, 'image' | 'lossy'> {
  const key = imageKey(image);
  const slices = Object.values(volumes).flatMap((volume) => volume.slices);
  return slices.find((slice) => imageKey(slice.image) === key) ?? { image };
}

function headerOf(kind: ResultKind, profile: OutputProfile, context: ResultContext): ResultHeader {
  const { analysisKey, studyInstanceUid, studyContext, createdAt } = context;
  return {
    studyInstanceUid,
    ...resultUids(kind, analysisKey),
    series: profile.series[kind],
    studyContext,
    observer: profile.observer,
    createdAt,
  };
}

async function predecessorsOf({ predecessor, studyInstanceUid }: ResultContext) {
  const replaced = await predecessor;
  return replaced === null ? [] : [{ studyInstanceUid, ...replaced }];
}
