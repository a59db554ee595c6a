import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { packParameters } from '../../evaluation/count-parameters.ts';
import { evaluationInShort } from '../../evaluation/page/evaluation-in-short.ts';
import { evaluationPage } from '../../evaluation/page/evaluation-page.ts';
import { chooseStudies, showStudies } from '../../evaluation/page/study/show-studies.ts';
import type { EvaluationStudies } from '../../evaluation/sources/evaluation-sources.ts';
import type { StudySource } from '../../evaluation/sources/study-source.ts';
import type { StudyOutcome } from '../../evaluation/study-outcome.ts';
import { summariseRun } from '../../evaluation/summarise-run.ts';
import { writeSubmission } from '../../evaluation/tables/submission-table.ts';
import { timeStudy } from '../../evaluation/time-study.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';

interface About {
  readonly command: string;
  readonly studies: EvaluationStudies;
  readonly seed: number;
  readonly resamples: number;
}

interface Outputs {
  readonly json: string | undefined;
  readonly report: string | undefined;
  readonly submission: string | undefined;
  readonly show: readonly string[] | null;
}

/** Writes what one pack's outcomes come to; 1 when a study failed or none was graded. */
export async function tellEvaluation(
  pack: ModelPack,
  folder: string,
  sources: readonly StudySource[],
  outcomes: readonly StudyOutcome[],
  { command, studies, seed, resamples }: About,
  { json, report, submission, show }: Outputs,
): Promise<number> {
  const run = summariseRun(outcomes, { seed, resamples });
  const { evaluation } = run;
  if (json || report) {
    const timed = chooseStudies(outcomes, null).slice(0, 1);
    const msPerStudy = timed.length === 0 ? null : await timeStudy(pack, sources[timed[0]!]!);
    const timing = msPerStudy === null ? null : { msPerStudy, threads: availableParallelism() };
    const parameters = await packParameters(folder, pack.manifest);
    const about = { ...described(pack, parameters, command, studies), seed, resamples, timing };
    if (json) await writeFile(json, `${JSON.stringify({ ...about, ...evaluation }, null, 2)}\n`);
    if (report) {
      const shown = await showStudies(pack, sources, chooseStudies(outcomes, show));
      await writeFile(report, evaluationPage(about, evaluation, shown));
    }
  }
  if (submission) await writeFile(submission, writeSubmission(run.submission));
  process.stdout.write(`${pack.manifest.name}: ${evaluationInShort(evaluation)}`);
  return evaluation.studies.failed.length > 0 || evaluation.studies.graded === 0 ? 1 : 0;
}

function described(
  { manifest, sha256, provider }: ModelPack,
  parameters: number,
  command: string,
  studies: EvaluationStudies,
) {
  const { name, version, intendedUse, trainedOn } = manifest;
  return {
    schema: 'spinegrade-evaluation/3',
    command,
    source: studies,
    pack: { name, version, sha256, provider, intendedUse, trainedOn, parameters },
  } as const;
}
