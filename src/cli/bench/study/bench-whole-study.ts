import { type AnalysisParts, studyAnalysis } from '../../../analyze-study.ts';
import type { Database } from '../../../database/sql.ts';
import { inWords } from '../../../domain/remark.ts';
import { STAGES, type Stage } from '../../../domain/stage.ts';
import { DEFAULT_STUDY_LIMITS } from '../../../domain/study-limits.ts';
import type { StudyInstanceUid } from '../../../domain/uid.ts';
import { memoryBudget } from '../../../process/memory-budget.ts';
import type { KeptResults } from '../../../results/result-outbox.ts';
import { sqlResultOutbox } from '../../../results/sql-result-outbox.ts';
import { NO_RULES } from '../../../series/rules/series-rules.ts';
import { graded } from '../bench-inference.ts';
import { timingOf, WARM_UP_RUNS } from '../bench-measure.ts';
import { OBSERVER } from '../bench-report.ts';
import type { BenchRow } from '../bench-row.ts';
import type { BenchStudy } from '../bench-study.ts';
import { startReference } from '../reference/start-reference.ts';
import { type Sample, sample } from '../sample.ts';
import type { ComparedRuns } from './comparison-table.ts';
import { studyFloor } from './study-floor.ts';
import { measuredRun, type StudyRun } from './study-run.ts';

const PROFILE: AnalysisParts['profile'] = {
  kinds: ['SR', 'SC'],
  notAnalysed: false,
  series: {
    SR: { number: 990, description: 'bench' },
    SC: { number: 991, description: 'bench' },
    KO: { number: 992, description: 'bench' },
    SEG: { number: 993, description: 'bench' },
  },
  observer: OBSERVER,
};

interface WholeStudy {
  readonly rows: readonly BenchRow[];
  readonly compared: ComparedRuns;
}

/**
 * The pipeline itself, the same work in Python and the floor of both, in turns. Each analysis has a study of its own:
 * results that pile up in one would slow the archive's lists.
 * @param python with the reference's requirements; null leaves the reference out.
 */
export async function benchWholeStudy(
  study: BenchStudy,
  database: Database,
  runs: number,
  python: string | null,
): Promise<WholeStudy> {
  const samples = new Map<Stage | 'whole', Sample[]>();
  const analyse = analysing(study, database, samples);
  const floorOf = await studyFloor(study);
  const reference = python === null ? null : await startReference(python, await settingsOf(study));
  const [ours, theirs, floor]: [StudyRun[], StudyRun[], StudyRun[]] = [[], [], []];
  try {
    for (let round = 0; round < WARM_UP_RUNS + runs; round += 1) {
      const next = [await study.another(), await study.another()] as const;
      const analysed = await analyse(next[0]);
      ours.push(analysed.run);
      if (reference !== null) {
        const { peakBytes, ...run } = await reference.run(next[1]);
        theirs.push({ ...run, peakMb: peakBytes / 1e6 });
      }
      floor.push(await floorOf(analysed.results));
    }
  } finally {
    await reference?.stop();
  }
  const warm = (all: readonly StudyRun[]) => all.slice(WARM_UP_RUNS);
  const compared = {
    ours: warm(ours),
    reference: reference === null ? null : warm(theirs),
    floor: warm(floor),
  };
  return { rows: rowsOf(samples), compared };
}

function analysing(study: BenchStudy, database: Database, samples: Map<Stage | 'whole', Sample[]>) {
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
  const analyze = studyAnalysis({ ...parts, pack: study.pack });
  return async (next: StudyInstanceUid): Promise<{ run: StudyRun; results: KeptResults }> => {
    const stages: Partial<Record<Stage, number>> = {};
    const sampled = async <Result>(what: Stage | 'whole', work: () => Promise<Result>) => {
      const { result, sample: taken } = await sample(work);
      samples.set(what, [...(samples.get(what) ?? []), taken]);
      if (what !== 'whole') stages[what] = taken.ms;
      return result;
    };
    let results: KeptResults | null = null;
    const run = await measuredRun(async () => {
      const { signal } = new AbortController();
      const outcome = await sampled('whole', () => analyze(next, { signal, observe: sampled }));
      if (outcome.kind !== 'stored')
        throw new Error(`the study was not graded: ${outcome.reasons.map(inWords).join('; ')}`);
      results = outcome.results;
      return { stages };
    });
    return { run, results: results! };
  };
}

/** The discs and foramina are where the service finds them, so that both cut the same regions. */
async function settingsOf(study: BenchStudy) {
  const { levels } = await graded(study);
  return { url: study.dicomWebUrl, pack: study.packFolder, threads: study.threads, levels };
}

function rowsOf(samples: ReadonlyMap<Stage | 'whole', readonly Sample[]>): readonly BenchRow[] {
  return [
    { what: 'from the first query to the report read back', timing: timingOf(samples.get('whole')!) },
    ...STAGES.map((stage) => ({ what: `of it: ${stage}`, timing: timingOf(samples.get(stage)!) })),
  ];
}
