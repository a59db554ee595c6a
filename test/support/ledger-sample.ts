import { createHash, randomInt } from 'node:crypto';
import type { Sql } from '../../src/database/sql.ts';
import type { GradedStudy, IneligibleStudy } from '../../src/domain/assessment.ts';
import { gradeProbabilities, mostProbableGrade } from '../../src/domain/grade.ts';
import { LEVELS } from '../../src/domain/level.ts';
import { remark } from '../../src/domain/remark.ts';
import type { ResultObject } from '../../src/domain/result-object.ts';
import type { SeriesDecision } from '../../src/domain/series-decision.ts';
import { seriesRemark } from '../../src/domain/series-remark.ts';
import { TARGETS } from '../../src/domain/target.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import type { AnalysisOutcome } from '../../src/results/analysis-outcome.ts';
import type { ComposedResults, KeptResults } from '../../src/results/result-outbox.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';

/** A study UID nobody else uses. */
export function someStudy(): StudyInstanceUid {
  return `2.25.${randomInt(2 ** 47)}.${randomInt(2 ** 47)}` as StudyInstanceUid;
}

const SERIES: readonly SeriesDecision[] = [
  {
    seriesInstanceUid: '1.2.826.0.1.3680043.10.1.1' as SeriesInstanceUid,
    seriesNumber: 3,
    modality: 'MR',
    instanceCount: 15,
    role: 'sagittal-t2',
    chosen: true,
    reasons: [
      seriesRemark('stack', { plane: 'sagittal', slices: 15, spacingMm: 4, pixelMm: 0.7 }),
      seriesRemark('chosen', { role: 'sagittal-t2' }),
    ],
  },
  {
    seriesInstanceUid: '1.2.826.0.1.3680043.10.1.2' as SeriesInstanceUid,
    seriesNumber: null,
    modality: 'MR',
    instanceCount: 3,
    role: null,
    chosen: false,
    // As versions before codes stored it.
    reasons: ['a localiser'],
  },
];

/** All 25 findings, one of them without a place on an image. */
export const GRADED: GradedStudy = {
  kind: 'graded',
  series: SERIES,
  levels: LEVELS.map((level, index) => ({
    level,
    discMm: [1.5, -20.25, 100 - index * 35.125],
    canalMm: [1.5, -5, 100 - index * 35.125],
    confidence: 0.875,
  })),
  findings: TARGETS.map((target, index) => {
    const severe = index / 50;
    const probabilities = gradeProbabilities([0.9 - severe, 0.1, severe]);
    const image = {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: `1.2.826.0.1.3680043.10.2.${index}` as SopInstanceUid,
      seriesInstanceUid: SERIES[0]!.seriesInstanceUid,
      frameOfReferenceUid: '1.2.826.0.1.3680043.10.3',
      frameNumber: null,
    };
    const location = {
      pointMm: [1, 2, 3] as const,
      image,
      pixel: [100.5, 200.5] as const,
      role: 'sagittal-t2' as const,
    };
    const unseenAt = { pointMm: [1, 2, 3] as const, frameOfReferenceUid: '2.25.7' };
    return {
      ...target,
      grade: mostProbableGrade(probabilities),
      probabilities,
      ...(index === 24 ? { location: null, unseenAt } : { location }),
    };
  }),
  observations: [],
  algorithm: { name: 'spinegrade', version: '0.1.0', packSha256: 'ab'.repeat(32), executionProvider: 'cpu' },
  warnings: ['no axial T2 series'],
};

export const INELIGIBLE: IneligibleStudy = {
  kind: 'ineligible',
  series: SERIES.slice(1),
  reasons: [remark('no-sagittal-t2', { why: { kind: 'none-qualifies', faulty: [] } })],
};

/** Results as composed anew, a report and a summary image: same key for the same study, every UID fresh. */
export function composeSample(study: StudyInstanceUid): ComposedResults {
  return {
    analysisKey: createHash('sha256').update(study).digest('hex'),
    studyInstanceUid: study,
    objects: [someObject('SR'), someObject('SC')],
    graded: GRADED,
    predecessors: [],
  };
}

function someObject(kind: ResultObject['kind']): ResultObject {
  const sopInstanceUid = `2.25.${randomInt(2 ** 47)}.${randomInt(2 ** 47)}` as SopInstanceUid;
  return {
    kind,
    seriesInstanceUid: `${sopInstanceUid}.1` as SeriesInstanceUid,
    sopInstanceUid,
    bytes: Uint8Array.from({ length: 256 }, (_, value) => value),
  };
}

/** Composed results as the outbox tells of them before, or once, the archive has them. */
export function asKept(composed: ComposedResults, stored: boolean): KeptResults {
  return { ...composed, objects: composed.objects.map((object) => ({ ...object, stored, warning: null })) };
}

/** The end of an analysis that went well. */
export function storedOutcome(study: StudyInstanceUid): AnalysisOutcome & { readonly kind: 'stored' } {
  return { kind: 'stored', graded: GRADED, results: asKept(composeSample(study), true) };
}

/** The same, its results in the outbox of the ledger. */
export async function keptOutcome(
  sql: Sql,
  study: StudyInstanceUid,
): Promise<AnalysisOutcome & { readonly kind: 'stored' }> {
  return { kind: 'stored', graded: GRADED, results: await sqlResultOutbox(sql).keep(composeSample(study)) };
}
