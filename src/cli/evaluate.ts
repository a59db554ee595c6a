import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { packParameters } from '../evaluation/count-parameters.ts';
import { type EvaluationStudies, sourcesOfPacks } from '../evaluation/evaluation-sources.ts';
import { type EvaluationOrder, startEvaluationThread } from '../evaluation/evaluation-thread.ts';
import { evaluationInShort } from '../evaluation/page/evaluation-in-short.ts';
import { evaluationPage } from '../evaluation/page/evaluation-page.ts';
import { chooseStudies, showStudies } from '../evaluation/page/show-studies.ts';
import { runStudies, summariseRun } from '../evaluation/run-evaluation.ts';
import type { StudyOutcome } from '../evaluation/study-outcome.ts';
import type { StudySource } from '../evaluation/study-source.ts';
import { CsvError } from '../evaluation/tables/csv-table.ts';
import { writeSubmission } from '../evaluation/tables/submission-table.ts';
import { timeStudy } from '../evaluation/time-study.ts';
import { loadModelPack, type ModelPack } from '../inference/pack/model-pack.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import { startDecoderPool } from '../pixels/decoder-pool.ts';
import { EVALUATE_USAGE, type EvaluateOptions, readEvaluateOptions } from './options/evaluate-options.ts';
import { MisuseError, tellFault } from './options/option-values.ts';

/** `cli evaluate`: exit code 0, 1 when the input cannot be used or a study failed, 2 on misuse. */
export async function evaluateCommand(args: string[]): Promise<number> {
  try {
    return await evaluate(readEvaluateOptions(args), ['evaluate', ...args].join(' '));
  } catch (fault) {
    return tellFault('evaluate', EVALUATE_USAGE, fault, CsvError, ModelPackError);
  }
}

async function evaluate(options: EvaluateOptions, command: string): Promise<number> {
  const { folders, json, report, submission, show, studies, seed, resamples, workers, frameTimeoutMs } =
    options;
  const packs: ModelPack[] = [];
  const decoders = startDecoderPool({ frameTimeoutMs });
  try {
    for (const folder of folders) packs.push(await loadPack(folder, studies));
    const manifests = packs.map(({ manifest }) => manifest);
    const sources = await sourcesOfPacks(studies, manifests, decoders.decode);
    const order = { packFolders: folders, studies, frameTimeoutMs };
    const outcomes = await runOnThreads(order, sources[0]!.length, workers);
    let code = 0;
    for (const [p, pack] of packs.entries()) {
      const about = { command, studies, seed, resamples };
      const own = outcomes.map((ofPacks) => ofPacks[p]!);
      code = Math.max(
        code,
        await tell(pack, folders[p]!, sources[p]!, own, about, { json: json[p], report, submission, show }),
      );
    }
    return code;
  } finally {
    await decoders.close();
    for (const pack of packs) await pack.close();
  }
}

async function loadPack(folder: string, { without }: EvaluationStudies): Promise<ModelPack> {
  const pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, availableParallelism());
  const needed = without.filter((role) => pack.manifest.requires.includes(role));
  if (needed.length === 0) return pack;
  await pack.close();
  throw new MisuseError(`${folder} cannot do without ${needed.join(', ')}`);
}

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
async function tell(
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

/** Every thread has networks of its own, which share the cores. One outcome a study and pack. */
async function runOnThreads(
  order: Omit<EvaluationOrder, 'threads'>,
  count: number,
  workers: number,
): Promise<readonly (readonly StudyOutcome[])[]> {
  const side = Math.min(workers, count);
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, side)));
  const starting = Array.from({ length: side }, (_, k) =>
    startEvaluationThread(`evaluation ${k + 1}`, { ...order, threads }),
  );
  try {
    const started = await Promise.all(starting);
    return await runStudies(
      started.map((thread) => thread.evaluate),
      count,
      onStudy,
    );
  } finally {
    // Where one did not start, the others would keep the command from ending.
    for (const thread of await Promise.allSettled(starting)) {
      if (thread.status === 'fulfilled') await thread.value.close();
    }
  }
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

function onStudy(done: number, of: number): void {
  process.stderr.write(`\revaluate: ${done} of ${of} studies${done === of ? '\n' : ''}`);
}
