import { randomUUID } from 'node:crypto';
import { type AnalysisParts, studyAnalysis } from '../../analyze-study.ts';
import type { Database } from '../../database/sql.ts';
import { inWords } from '../../domain/remark.ts';
import { STAGES, type Stage } from '../../domain/stage.ts';
import { DEFAULT_STUDY_LIMITS } from '../../domain/study-limits.ts';
import { memoryBudget } from '../../process/memory-budget.ts';
import { sqlResultOutbox } from '../../results/sql-result-outbox.ts';
import { NO_RULES } from '../../series/rules/series-rules.ts';
import { bareNetworks, graded } from './bench-inference.ts';
import { measureInTurn, timingOf } from './bench-measure.ts';
import { OBSERVER } from './bench-report.ts';
import { curlSeries } from './bench-retrieval.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';
import { type Sample, sample } from './sample.ts';

const PROFILE: AnalysisParts['profile'] = {
  kinds: ['SR', 'SC'],
  notAnalysed: false,
  series: {
    SR: { number: 990, description: 'bench' },
    SC: { number: 991, description: 'bench' },
    KO: { number: 992, description: 'bench' },
  },
  observer: OBSERVER,
};

/** The pipeline itself, each run under a model pack of another name, so that each makes its own report. */
export async function benchWholeStudy(
  study: BenchStudy,
  database: Database,
  runs: number,
): Promise<BenchRow[]> {
  const bare = await bareNetworks(study, await graded(study));
  const stages = new Map<Stage, Sample[]>(STAGES.map((stage) => [stage, []]));
  const parts = {
    archive: study.archive,
    decode: study.decode,
    outbox: sqlResultOutbox(database),
    profile: PROFILE,
    now: () => new Date(),
    limits: DEFAULT_STUDY_LIMITS,
    rules: NO_RULES,
    memory: memoryBudget(DEFAULT_STUDY_LIMITS.maxMemoryBytes),
  };
  const analyse = async () => {
    const pack = { ...study.pack, sha256: randomUUID() };
    const outcome = await studyAnalysis({ ...parts, pack })(study.study, {
      signal: new AbortController().signal,
      async observe(stage, run) {
        const { result, sample: taken } = await sample(run);
        stages.get(stage)!.push(taken);
        return result;
      },
    });
    if (outcome.kind !== 'stored')
      throw new Error(`the study was not graded: ${outcome.reasons.map(inWords).join('; ')}`);
  };
  const floors = [() => curlSeries(study.seriesUrls), bare.localiser, bare.classifiers];
  const [whole, ...below] = await measureInTurn(runs, [analyse, ...floors]);
  const floorMs = below.reduce((sum, { medianMs }) => sum + medianMs, 0);
  return [
    {
      what: 'from the first query to the report read back',
      timing: whole!,
      floor: { what: 'curl and the bare networks', ms: floorMs },
    },
    ...STAGES.map((stage) => ({ what: `of it: ${stage}`, timing: timingOf(stages.get(stage)!) })),
  ];
}
