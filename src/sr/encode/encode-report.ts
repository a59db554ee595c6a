import { setImmediate } from 'node:timers/promises';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { SEGMENTATION } from '../../dicom/sop-classes.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { inWords } from '../../domain/remark.ts';
import type { ContentItem } from '../tree/content-item.ts';
import { contentItemDataSet } from '../tree/content-item-data-set.ts';
import { documentReferences, type InstanceReference } from '../tree/document-references.ts';
import { measurementReport, type ReportInput } from '../tree/measurement-report.ts';
import { contextRemarks } from './context-remarks.ts';
import { dataSet } from './data-set.ts';
import { codingSchemes, encodeResult, type ResultHeader, resultHeader } from './result-header.ts';

/** PS3.6 annex A. */
export const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';

export interface ReportDocument extends ResultHeader {
  /** Reports of the same study that this one replaces (PS3.3 C.17.2). */
  readonly predecessors?: readonly Omit<InstanceReference, 'sopClassUid'>[];
  /** Of the same analysis: what the lengths were measured on. */
  readonly segmentations?: readonly Pick<InstanceReference, 'seriesInstanceUid' | 'sopInstanceUid'>[];
}

export interface ReportToCompose extends ReportDocument, ReportInput {}

export interface ComposedReport {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Part 10 file, Explicit VR Little Endian. The same input gives the same bytes. */
  readonly bytes: Uint8Array;
}

/**
 * Composes the Comprehensive 3D SR (PS3.3 A.35.13) of a graded study.
 * @throws RangeError or TypeError as measurementReport and dataSet do; none repeats a patient's data.
 */
export function composeReport(report: ReportToCompose): ComposedReport {
  const { sopInstanceUid, seriesInstanceUid } = report;
  const bytes = encodeResult(gradedReport(report, gradedContent(report)));
  return { sopInstanceUid, seriesInstanceUid, bytes };
}

/** The same, in three turns of the event loop. */
export async function composeReportInTurns(report: ReportToCompose): Promise<ComposedReport> {
  const { sopInstanceUid, seriesInstanceUid } = report;
  const content = gradedContent(report);
  await setImmediate();
  const object = gradedReport(report, content);
  await setImmediate();
  return { sopInstanceUid, seriesInstanceUid, bytes: encodeResult(object) };
}

const gradedContent = (report: ReportToCompose): ContentItem<'CONTAINER'> =>
  measurementReport(report, contextRemarks(report.studyContext).map(inWords));

const gradedReport = (report: ReportToCompose, content: ContentItem<'CONTAINER'>): DataSetToEncode =>
  reportObject(
    report,
    content,
    report.images.map(({ reference }) => reference),
  );

/** A report with this content tree and evidence. */
export function encodeReport(
  report: ReportDocument,
  content: ContentItem<'CONTAINER'>,
  evidence: readonly ImageReference[],
): Uint8Array {
  return encodeResult(reportObject(report, content, evidence));
}

function reportObject(
  report: ReportDocument,
  content: ContentItem<'CONTAINER'>,
  evidence: readonly ImageReference[],
): DataSetToEncode {
  return {
    ...resultHeader(report, COMPREHENSIVE_3D_SR, 'SR'),
    ...codingSchemes(),
    ...documentGeneral(report, evidence),
    ...contentItemDataSet(content),
  };
}

/** SR Document Series and General Modules (PS3.3 C.17.1, C.17.2). */
function documentGeneral(report: ReportDocument, evidence: readonly ImageReference[]): DataSetToEncode {
  const { studyInstanceUid, predecessors = [], segmentations = [] } = report;
  const replaced = predecessors.map((document) => ({ ...document, sopClassUid: COMPREHENSIVE_3D_SR }));
  const masks = segmentations.map((each) => ({ ...each, sopClassUid: SEGMENTATION }));
  // What the same request led to is evidence too (PS3.3 table C.17-2).
  const all = [...evidence, ...masks].map((reference) => ({ studyInstanceUid, ...reference }));
  return dataSet({
    ReferencedPerformedProcedureStepSequence: [],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: all.length === 0 ? undefined : documentReferences(all),
    PredecessorDocumentsSequence: replaced.length === 0 ? undefined : documentReferences(replaced),
  });
}
