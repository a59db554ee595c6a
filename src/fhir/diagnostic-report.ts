import type { DiagnosticReport, Reference } from 'fhir/r4.js';
import type { GradedStudy } from '../domain/assessment.ts';
import { NUMBERING_STATEMENT } from '../domain/level.ts';
import { isMeasured } from '../domain/measurement.ts';
import { inWords } from '../domain/remark.ts';
import { CODES, targetName } from '../sr/tree/coded-concepts.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import { concept, dicomUid } from './fhir-coding.ts';

/** What a study's bundle is made of. */
export interface ReportToBundle {
  /** UUID of the analysis. */
  readonly analysisId: string;
  readonly studyInstanceUid: string;
  readonly graded: GradedStudy;
  readonly finishedAt: Date;
  /** SOP Instance UID of the Structured Report; null where the installation writes none. */
  readonly reportSopInstanceUid: string | null;
}

/** The DiagnosticReport (FHIR R4) of a study: its conclusion in words, `result` the observations it stands on. */
export function diagnosticReport(
  { graded, finishedAt, reportSopInstanceUid }: ReportToBundle,
  study: Reference,
  result: Reference[],
): DiagnosticReport {
  const sentences = conclusions(graded);
  return {
    resourceType: 'DiagnosticReport',
    text: { status: 'generated', div: xhtml(sentences) },
    ...(reportSopInstanceUid === null ? {} : { identifier: [dicomUid(reportSopInstanceUid)] }),
    status: 'preliminary',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
            code: 'RAD',
            display: 'Radiology',
          },
        ],
      },
    ],
    code: concept([CODES.mriUnspecifiedBodyRegion], 'AI grading of lumbar-spine MRI'),
    issued: finishedAt.toISOString(),
    result,
    imagingStudy: [study],
    conclusion: sentences.join(' '),
  };
}

function conclusions({
  findings,
  observations,
  measurements = [],
  warnings,
  algorithm,
}: GradedStudy): string[] {
  const named = (grade: string) => findings.filter((finding) => finding.grade === grade).map(targetName);
  const listed = (['Severe', 'Moderate'] as const).flatMap((grade) =>
    named(grade).length === 0 ? [] : [`${grade}: ${named(grade).join(', ')}.`],
  );
  const normal = named('Normal/Mild').length;
  const present = observations.filter((observed) => observed.present).length;
  return [
    RESEARCH_USE_STATEMENT,
    ...listed,
    `Normal/Mild: ${normal} of the ${findings.length} graded.`,
    ...(observations.length === 0 ? [] : [`Present: ${present} of ${observations.length} observed labels.`]),
    ...(measurements.length === 0
      ? []
      : [`Measured: ${measurements.filter(isMeasured).length} of ${measurements.length} lengths and areas.`]),
    NUMBERING_STATEMENT,
    ...warnings.map(inWords),
    `Graded by ${algorithm.name} ${algorithm.version}.`,
  ];
}

/** The narrative of a resource (FHIR R4, Narrative): XHTML. */
function xhtml(sentences: readonly string[]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const paragraphs = sentences.map((sentence) => `<p>${escaped(sentence)}</p>`).join('');
  return `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs}</div>`;
}
