import type { Algorithm } from '../../domain/assessment.ts';
import { inWords } from '../../domain/remark.ts';
import { contextRemarks } from '../encode/context-remarks.ts';
import { encodeReport, type ReportDocument } from '../encode/encode-report.ts';
import { CODES } from './coded-concepts.ts';
import { codeItem, container } from './content-item.ts';
import {
  algorithmIdentification,
  commentItems,
  RESEARCH_USE_STATEMENT,
  reportContext,
} from './measurement-report.ts';

export interface NotAnalysed {
  /** The algorithm that would have read the study. */
  readonly algorithm: Algorithm;
  /** Why it did not: one at least, in words free of patient data. */
  readonly reasons: readonly string[];
}

/**
 * Composes the notice that a study was not analysed: a Comprehensive 3D SR (PS3.16 TID 1500) without measurements,
 * with the reasons in its qualitative evaluations, so that nobody waits for a result.
 * @throws RangeError when there is no reason.
 */
export function composeNotAnalysedReport(
  document: ReportDocument,
  { algorithm, reasons }: NotAnalysed,
): Uint8Array {
  if (reasons.length === 0) throw new RangeError('a study is not analysed for a reason');
  const comments = [
    'Not analysed: no grades were made of this study.',
    ...reasons.map((reason) => `Reason: ${reason.replace(/\.$/, '')}.`),
    RESEARCH_USE_STATEMENT,
    ...contextRemarks(document.studyContext).map(inWords),
  ];
  const content = container(
    CODES.imagingMeasurementReport,
    [
      ...reportContext(document.observer),
      {
        relationship: 'CONTAINS',
        item: container(CODES.imagingMeasurements, algorithmIdentification(algorithm)),
      },
      {
        relationship: 'CONTAINS',
        item: container(CODES.qualitativeEvaluations, [
          { relationship: 'CONTAINS', item: codeItem(CODES.analysisStatus, CODES.notAnalysed) },
          ...commentItems(comments),
        ]),
      },
    ],
    '1500',
  );
  return encodeReport(document, content, []);
}
