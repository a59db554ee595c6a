import type { Request, Response } from 'express';
import type { GradedStudy } from '../../domain/assessment.ts';
import { inWords } from '../../domain/remark.ts';
import { reportBundle } from '../../fhir/report-bundle.ts';
import type { AnalysisRecord } from '../../jobs/analysis-record.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { analysisRepresentation } from './analysis-representation.ts';
import { REPORT_PAGE_POLICY, reportPage } from './reading/report-page.ts';

const JSON_TYPE = 'application/json';
const FHIR_TYPE = 'application/fhir+json';
/** In order of preference; FHIR clients may name the version (FHIR R4, Content Types and encodings). */
const HTML_TYPE = 'text/html';
const OFFERED = [JSON_TYPE, FHIR_TYPE, `${FHIR_TYPE}; fhirVersion=4.0`, HTML_TYPE];

/** Seconds after which an analysis that runs may have ended. */
const RETRY_AFTER = { 'Retry-After': '5' };

type WithResults = AnalysisRecord & { readonly graded: GradedStudy };

/**
 * The latest analysis with results.
 * @param analyses of one study, the latest first.
 * @throws ProblemError `not-found` when there are none, `no-results` with the reason when none of them has results.
 */
export function latestResults(analyses: readonly AnalysisRecord[]): WithResults {
  const [latest] = analyses;
  if (latest === undefined)
    throw new ProblemError('not-found', 'No analysis of this study was ever asked for.');
  const stored = analyses.find(
    (record): record is WithResults => record.state === 'stored' && record.graded !== null,
  );
  if (stored !== undefined) return stored;
  switch (latest.state) {
    case 'ineligible':
      throw new ProblemError(
        'no-results',
        `The study cannot be analysed: ${latest.reasons.map(inWords).join('; ')}.`,
      );
    case 'failed':
      throw new ProblemError(
        'no-results',
        `The analysis failed: ${latest.failure?.reason ?? 'no reason is known'}.`,
      );
    case 'cancelled':
      throw new ProblemError('no-results', 'The analysis was cancelled.');
    default:
      throw new ProblemError('no-results', 'The analysis has not ended yet.', RETRY_AFTER);
  }
}

/** The results in the form the client accepts. @throws ProblemError `not-acceptable` when it accepts none. */
export function sendReport(record: WithResults, request: Request, response: Response): void {
  response.vary('Accept');
  const type = request.accepts(OFFERED);
  if (type === false)
    throw new ProblemError(
      'not-acceptable',
      `This is offered as ${JSON_TYPE}, ${FHIR_TYPE} or ${HTML_TYPE}.`,
    );
  if (type === JSON_TYPE) {
    response.json(analysisRepresentation(record));
    return;
  }
  if (type === HTML_TYPE) {
    response.set('Content-Security-Policy', REPORT_PAGE_POLICY).type(HTML_TYPE).send(reportPage(record));
    return;
  }
  const bundle = reportBundle({
    analysisId: record.id,
    studyInstanceUid: record.studyInstanceUid,
    graded: record.graded,
    finishedAt: record.finishedAt ?? record.updatedAt,
    reportSopInstanceUid: record.report?.sopInstanceUid ?? null,
  });
  response.type(FHIR_TYPE).send(JSON.stringify(bundle));
}
