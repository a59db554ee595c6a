import type { Database } from '../../src/database/sql.ts';
import type { GradedStudy } from '../../src/domain/assessment.ts';
import { Fault } from '../../src/domain/fault.ts';
import { gradeProbabilities, mostProbableGrade } from '../../src/domain/grade.ts';
import { remark } from '../../src/domain/remark.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { AS_EVER } from '../../src/jobs/analysis-request.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';
import { plannedMeasurements } from '../../src/sr/measurements.fixture.ts';
import { plannedImages } from '../../src/sr/report.fixture.ts';
import { composeSample, GRADED, INELIGIBLE, someStudy } from './ledger-sample.ts';
import { until } from './service-client.ts';
import type { TestApi } from './test-api.ts';

const PLANNED_IMAGES = plannedImages('2.25.5');

/** With all three grades, lengths and areas but one, an uncertain finding, and warnings by code and in words. */
export const MIXED: GradedStudy = {
  ...GRADED,
  findings: GRADED.findings.map((finding, index) => {
    const severe = [12, 15].includes(index) ? 0.87 : 0.04;
    const moderate = [7, 10, 16, 21].includes(index) ? 0.68 : 0.09;
    const probabilities = gradeProbabilities([
      1 - severe - moderate < 0 ? 0.01 : 1 - severe - moderate,
      Math.min(moderate, 0.99 - severe),
      severe,
    ]);
    return {
      ...finding,
      probabilities,
      grade: mostProbableGrade(probabilities),
      ...(index === 10 && { uncertain: ['low-probability' as const] }),
    };
  }),
  measurements: plannedMeasurements(PLANNED_IMAGES),
  contours: [
    {
      ...{ structure: 'sac', role: 'sagittal-t2', image: PLANNED_IMAGES[0]!.reference },
      rings: [
        [
          [10, 10],
          [20, 10],
          [20, 30],
        ],
      ],
    },
  ],
  warnings: [remark('sacrum-not-seen', {}), 'no axial T2 series'],
};

export type Seeded = Readonly<Record<'stored' | 'ineligible' | 'failed' | 'running' | 'queued', string>>;

/** An analysis in each state that people meet, by the real queue; ids. `run` goes on until the queue is stopped. */
export async function seedAnalyses(api: TestApi, database: Database): Promise<Seeded> {
  const kinds = new Map<StudyInstanceUid, keyof Seeded>();
  const ask = async (kind: keyof Seeded, note: string | null = null) => {
    const study = someStudy();
    kinds.set(study, kind);
    const request = {
      ...AS_EVER,
      note,
      priority: kind === 'queued' ? ('backfill' as const) : AS_EVER.priority,
    };
    const { id } = await api.queue.submit(study, 'api', { request });
    return id;
  };
  const stored = await ask('stored', 'second look after surgery');
  const ineligible = await ask('ineligible');
  const failed = await ask('failed');
  await api.queue.work(async (study, { observe, signal }) => {
    const kind = kinds.get(study);
    await observe('select', async () => undefined);
    if (kind === 'ineligible') return INELIGIBLE;
    if (kind === 'failed') {
      return observe('fetch', async () => {
        throw new Fault('archive-fault', 'fetch: the archive answered 500', { retryable: false });
      });
    }
    if (kind === 'running') {
      return observe('classify', () => new Promise((_, reject) => signal.addEventListener('abort', reject)));
    }
    const results = await sqlResultOutbox(database).keep({ ...composeSample(study), graded: MIXED });
    return { kind: 'stored', graded: MIXED, results };
  });
  const is = (id: string, state: string) =>
    until(`${id} ${state}`, async () => (await api.queue.find(id))?.state === state);
  await is(stored, 'stored');
  await is(ineligible, 'ineligible');
  await is(failed, 'failed');
  const running = await ask('running');
  await is(running, 'running');
  const queued = await ask('queued');
  return { stored, ineligible, failed, running, queued };
}
