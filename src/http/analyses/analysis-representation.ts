import type {
  Algorithm,
  Finding,
  LocalisedLevel,
  Location,
  Observation,
  ReadingPlace,
} from '../../domain/assessment.ts';
import { NUMBERING_STATEMENT } from '../../domain/level.ts';
import { isMeasured, type Measurement, UNIT } from '../../domain/measurement.ts';
import { codeOf, inWords, type Said } from '../../domain/remark.ts';
import type { AnalysisRecord } from '../../jobs/analysis-record.ts';
import type { components } from '../contract.ts';
import { failedAttempt } from './following/listed-representation.ts';

type Schemas = components['schemas'];

/** The ledger's record of an analysis as the contract shows it. */
export function analysisRepresentation(record: AnalysisRecord): Schemas['Analysis'] {
  const { graded, report } = record;
  const warnings = graded?.warnings ?? [];
  return {
    id: record.id,
    studyInstanceUid: record.studyInstanceUid,
    trigger: record.trigger,
    priority: record.priority,
    forced: record.forced,
    note: record.note,
    seriesOverride: { ...record.seriesOverride },
    state: record.state,
    cancelRequested: record.cancelRequested,
    stage: record.stage,
    attempts: record.attempts,
    failedAttempts: record.failedAttempts.map(failedAttempt),
    acknowledgedAt: record.acknowledgedAt?.toISOString() ?? null,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    stagesMs: { ...record.stagesMs },
    findings: graded?.findings.map(findingRepresentation) ?? [],
    observations: graded?.observations.map(observationRepresentation) ?? [],
    measurements: graded?.measurements?.map(measurementRepresentation) ?? [],
    levels: graded?.levels.map(levelRepresentation) ?? [],
    numbering: graded === null ? null : NUMBERING_STATEMENT,
    series: record.series.map((series) => ({
      ...series,
      reasons: series.reasons.map(inWords),
      reasonCodes: codes(series.reasons),
    })),
    reasons: record.reasons.map(inWords),
    reasonCodes: codes(record.reasons),
    warnings: warnings.map(inWords),
    warningCodes: codes(warnings),
    // Failures of earlier versions have no code.
    failure: record.failure && { ...record.failure, code: record.failure.code ?? null },
    report:
      report === null
        ? null
        : { seriesInstanceUid: report.seriesInstanceUid, sopInstanceUid: report.sopInstanceUid },
    objects: record.objects.map((object) => ({ ...object })),
    predecessors: record.predecessors.map((report) => ({ ...report })),
    algorithm: graded && algorithmRepresentation(graded.algorithm),
  };
}

function algorithmRepresentation({ inferenceServer, ...algorithm }: Algorithm): Schemas['Algorithm'] {
  if (inferenceServer === undefined) return algorithm;
  return { ...algorithm, inferenceServer: { ...inferenceServer, networks: [...inferenceServer.networks] } };
}

/** One a remark; null for what an earlier version kept in words alone. */
function codes(remarks: readonly Said[]): (string | null)[] {
  return remarks.map(codeOf);
}

function findingRepresentation(finding: Finding): Schemas['Finding'] {
  const { condition, side, level, grade, probabilities, uncertain } = finding;
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
    ...(uncertain !== undefined && { uncertain: [...uncertain] }),
    ...placeRepresentation(finding),
  };
}

function observationRepresentation(observation: Observation): Schemas['Observation'] {
  const { label, level, probability, present } = observation;
  return { label, level, probability, present, ...placeRepresentation(observation) };
}

function measurementRepresentation(measurement: Measurement): Schemas['Measurement'] {
  const { level, measure } = measurement;
  const unit = UNIT[measure];
  if (!isMeasured(measurement)) return { level, measure, unit, absent: measurement.absent };
  const { value, role, image, pointsMm, pixels } = measurement;
  return {
    ...{ level, measure, unit, value, role },
    seriesInstanceUid: image.seriesInstanceUid,
    sopInstanceUid: image.sopInstanceUid,
    frameNumber: image.frameNumber,
    pointsMm: pointsMm.map((point) => [...point]),
    pixels: pixels.map((pixel) => [...pixel]),
  };
}

function placeRepresentation({
  location,
  unseenAt,
}: ReadingPlace): Pick<Schemas['Finding'], 'location' | 'unseenAt'> {
  if (unseenAt === undefined) return { location: locationRepresentation(location) };
  const { pointMm, frameOfReferenceUid } = unseenAt;
  return { location: null, unseenAt: { pointMm: [...pointMm], frameOfReferenceUid } };
}

function locationRepresentation(location: Location | null): Schemas['Location'] | null {
  if (location === null) return null;
  const { pointMm, pixel, role, image } = location;
  return {
    pointMm: [...pointMm],
    pixel: [...pixel],
    role,
    seriesInstanceUid: image.seriesInstanceUid,
    sopInstanceUid: image.sopInstanceUid,
    frameNumber: image.frameNumber,
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
