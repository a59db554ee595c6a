import type { DicomJson } from '../dicom/json/dicom-json.ts';
import type { GradedStudy } from '../domain/assessment.ts';
import type { ResultKind, ResultObject } from '../domain/result-object.ts';
import { composeReportInTurns } from '../sr/encode/encode-report.ts';
import { composeKeyObjects } from '../sr/encode/key-object-selection.ts';
import { dateAndTime, type ObserverDevice, type ResultHeader } from '../sr/encode/result-header.ts';
import { encodeSecondaryCapture } from '../sr/encode/secondary-capture.ts';
import { renderPicture } from '../sr/picture/render-picture.ts';
import { summaryImage } from '../sr/picture/summary-image.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { composeNotAnalysedReport, type NotAnalysed } from '../sr/tree/not-analysed-report.ts';
import type { Volumes } from '../volume/volume.ts';
import type { ReportReference } from './result-outbox.ts';
import { resultUids } from './result-uids.ts';

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
}

/**
 * Composes the objects of a graded study that the profile asks for, in the profile's order; no key object selection
 * where no image shows a moderate or severe finding. The picture is drawn off the event loop while the report, which
 * waits for its predecessor, is composed.
 * @throws RangeError or TypeError as composeReport does.
 */
export async function composeResults(
  profile: OutputProfile,
  context: ResultContext,
  graded: GradedStudy,
  volumes: Volumes,
): Promise<readonly ResultObject[]> {
  const objects = await Promise.all(
    profile.kinds.map(async (kind) => {
      const header = headerOf(kind, profile, context);
      const bytes = await composeObject(kind, header, context, graded, volumes);
      return bytes === null ? [] : [composed(kind, header, bytes)];
    }),
  );
  return objects.flat();
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
  kind: ResultKind,
  header: ResultHeader,
  context: ResultContext,
  graded: GradedStudy,
  volumes: Volumes,
): Promise<Uint8Array | null> {
  switch (kind) {
    case 'SR': {
      const images = Object.values(volumes).flatMap(({ role, slices }) =>
        slices.map(({ image }) => ({ reference: image, role })),
      );
      const predecessors = await predecessorsOf(context);
      return (await composeReportInTurns({ ...header, graded, images, predecessors })).bytes;
    }
    case 'SC': {
      const { softwareVersion } = header.observer;
      const summary = { graded, volumes, softwareVersion, ...dateAndTime(header) };
      const picture = await summaryImage(summary);
      return encodeSecondaryCapture(
        header,
        await renderPicture(picture),
        picture.images,
        RESEARCH_USE_STATEMENT,
      );
    }
    case 'KO':
      return composeKeyObjects(header, graded);
  }
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
