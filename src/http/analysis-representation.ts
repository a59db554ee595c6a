import type { Finding, LocalisedLevel } from '../domain/assessment.ts';
import type { AnalysisRecord } from '../jobs/analysis-record.ts';
import type { components } from './contract.ts';

type Schemas = components['schemas'];

/** The ledger's record of an analysis as the contract shows it. */
export function analysisRepresentation(record: AnalysisRecord): Schemas['Analysis'] {
  const { graded, report } = record;
  return {
    id: record.id,
    studyInstanceUid: record.studyInstanceUid,
    trigger: record.trigger,
    state: record.state,
    stage: record.stage,
    attempts: record.attempts,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    stagesMs: { ...record.stagesMs },
    findings: graded?.findings.map(findingRepresentation) ?? [],
    levels: graded?.levels.map(levelRepresentation) ?? [],
    series: record.series.map((series) => ({ ...series, reasons: [...series.reasons] })),
    reasons: [...record.reasons],
    warnings: [...(graded?.warnings ?? [])],
    failure: record.failure,
    report:
      report === null
        ? null
        : { seriesInstanceUid: report.seriesInstanceUid, sopInstanceUid: report.sopInstanceUid },
    objects: record.objects.map((object) => ({ ...object })),
    predecessors: record.predecessors.map((report) => ({ ...report })),
    algorithm: graded?.algorithm ?? null,
  };
}

function findingRepresentation(finding: Finding): Schemas['Finding'] {
  const { condition, side, level, grade, probabilities, location } = finding;
  return {
    condition,
    side,
    level,
    grade,
    probabilities: {
      'Normal/Mild': probabilities['Normal/Mild'],
      Moderate: probabilities.Moderate,
      Severe: probabilities.Severe,
    },
    location:
      location === null
        ? null
        : {
            pointMm: [...location.pointMm],
            pixel: [...location.pixel],
            role: location.role,
            seriesInstanceUid: location.image.seriesInstanceUid,
            sopInstanceUid: location.image.sopInstanceUid,
            frameNumber: location.image.frameNumber,
          },
  };
}

function levelRepresentation({
  level,
  discMm,
  canalMm,
  confidence,
}: LocalisedLevel): Schemas['LocalisedLevel'] {
  return { level, discMm: [...discMm], canalMm: [...canalMm], confidence };
}
