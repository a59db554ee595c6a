import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { parseArgs } from 'node:util';
import { SERIES_ROLES } from '../domain/series-role.ts';
import { CsvError } from '../evaluation/csv-table.ts';
import { evaluationInShort } from '../evaluation/evaluation-in-short.ts';
import { evaluationPage } from '../evaluation/evaluation-page.ts';
import { type EvaluationStudies, sourcesOfPacks } from '../evaluation/evaluation-sources.ts';
import { type EvaluationOrder, startEvaluationThread } from '../evaluation/evaluation-thread.ts';
import { runStudies, summariseRun } from '../evaluation/run-evaluation.ts';
import { chooseStudies, showStudies } from '../evaluation/show-studies.ts';
import type { StudyOutcome } from '../evaluation/study-outcome.ts';
import type { StudySource } from '../evaluation/study-source.ts';
import { writeSubmission } from '../evaluation/submission-table.ts';
import { timeStudy } from '../evaluation/time-study.ts';
import { startDecoderPool } from '../imaging/decoder-pool.ts';
import { loadModelPack, type ModelPack } from '../inference/model-pack.ts';
import { ModelPackError } from '../inference/model-pack-error.ts';
import { PROTOCOL_FAMILIES } from '../phantom/protocol.ts';
import { settingReader } from '../setting.ts';
import { decoding } from '../study-settings.ts';
import { MisuseError, oneOf, parseOptions, tellFault, wholeNumber } from './option-values.ts';

const USAGE = `usage: npm run -s cli -- evaluate --model PACK… (--from DIR [--csv DIR] | --phantoms N [--family F])
  [--json FILE] [--report FILE] [--submission FILE] [--seed S] [--limit N] [--without ROLE]… [--show STUDY]…

Runs whole studies through the stages that serve and compares with the reference.
--model PACK      may be repeated: the same studies for all, rendered once; then --json FILE stands for each in turn
--from DIR        studies as DIR/<study>/<series>/<instance>.dcm, tables as in the RSNA 2024 challenge (train.csv;
                  train_label_coordinates.csv, train_series_descriptions.csv, disc_coordinates.csv when there)
--csv DIR         where the tables lie, when not beside the studies
--phantoms N      N synthetic studies of the seeds S, S + 1, …; --family held-out (default), validation, train or demo;
                  --prevalence clinical (default) or balanced; --contrast physical (default), random or mixed
--limit N         only the first N studies of DIR
--without ROLE    as if there were no such series: ${SERIES_ROLES.join(', ')}
--json FILE       every figure; --report FILE: one HTML page; --submission FILE: the challenge's submission
--workers N       studies run side by side (default: one a core)
--show STUDY      a study to picture in the report (default: the first, and the two whose grades cost most)
--seed S          of the phantoms and of the bootstrap (default 1); --resamples N of the bootstrap (default 1000)
`;

const OPTIONS = {
  model: { type: 'string', multiple: true },
  from: { type: 'string' },
  csv: { type: 'string' },
  phantoms: { type: 'string' },
  family: { type: 'string', default: 'held-out' },
  prevalence: { type: 'string', default: 'clinical' },
  contrast: { type: 'string', default: 'physical' },
  limit: { type: 'string' },
  without: { type: 'string', multiple: true },
  json: { type: 'string', multiple: true },
  report: { type: 'string' },
  submission: { type: 'string' },
  show: { type: 'string', multiple: true },
  workers: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string', default: '1' },
  resamples: { type: 'string', default: '1000' },
} as const;

type Values = ReturnType<typeof parseArgs<{ args: string[]; options: typeof OPTIONS }>>['values'];

/** `cli evaluate`: exit code 0, 1 when the input cannot be used or a study failed, 2 on misuse. */
export async function evaluateCommand(args: string[]): Promise<number> {
  try {
    return await evaluate(parseOptions({ args, options: OPTIONS }).values, ['evaluate', ...args].join(' '));
  } catch (fault) {
    return tellFault('evaluate', USAGE, fault, CsvError, ModelPackError);
  }
}

async function evaluate(values: Values, command: string): Promise<number> {
  const { model: folders = [], json = [], report, submission } = values;
  if (folders.length === 0) throw new MisuseError('--model is missing');
  if (folders.length > 1 && (report || submission)) {
    throw new MisuseError('--report and --submission are for one --model');
  }
  if (json.length !== 0 && json.length !== folders.length) {
    throw new MisuseError('--json must be given as often as --model');
  }
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const resamples = wholeNumber('--resamples', values.resamples, 0);
  const workers = wholeNumber('--workers', values.workers, 1);
  const studies = studiesOf(values, seed);
  const settings = settingReader(process.env);
  const { frameTimeoutMs } = decoding(settings);
  if (settings.problems.length > 0) throw new MisuseError(settings.problems.join('; '));
  const packs: ModelPack[] = [];
  const decoders = startDecoderPool({ frameTimeoutMs });
  try {
    for (const folder of folders) packs.push(await loadPack(folder, studies));
    const manifests = packs.map(({ manifest }) => manifest);
    const sources = await sourcesOfPacks(studies, manifests, decoders.decode);
    const order = { packFolders: folders, studies, frameTimeoutMs };
    const outcomes = await runOnThreads(order, sources[0]!.length, workers);
    const show = values.show ?? null;
    let code = 0;
    for (const [p, pack] of packs.entries()) {
      const about = { command, studies, seed, resamples };
      const own = outcomes.map((ofPacks) => ofPacks[p]!);
      code = Math.max(
        code,
        await tell(pack, sources[p]!, own, about, { json: json[p], report, submission, show }),
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
    const about = { ...described(pack, command, studies), seed, resamples, timing };
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
  const started = await Promise.all(
    Array.from({ length: side }, (_, k) =>
      startEvaluationThread(`evaluation ${k + 1}`, { ...order, threads }),
    ),
  );
  try {
    return await runStudies(
      started.map((thread) => thread.evaluate),
      count,
      onStudy,
    );
  } finally {
    for (const thread of started) await thread.close();
  }
}

function studiesOf(values: Values, seed: number): EvaluationStudies {
  const { from, phantoms } = values;
  if ((from === undefined) === (phantoms === undefined)) {
    throw new MisuseError('either --from or --phantoms is needed');
  }
  return {
    from:
      from === undefined
        ? {
            kind: 'phantoms',
            seed,
            count: wholeNumber('--phantoms', phantoms!, 1),
            options: {
              family: oneOf('--family', values.family, PROTOCOL_FAMILIES),
              prevalence: oneOf('--prevalence', values.prevalence, ['clinical', 'balanced'] as const),
              contrast: oneOf('--contrast', values.contrast, ['physical', 'random', 'mixed'] as const),
            },
          }
        : { kind: 'folder', folder: from, tables: values.csv ?? from },
    limit: values.limit === undefined ? null : wholeNumber('--limit', values.limit, 1),
    without: (values.without ?? []).map((role) => oneOf('--without', role, SERIES_ROLES)),
  };
}

function described(
  { manifest, sha256, provider, parameters }: ModelPack,
  command: string,
  studies: EvaluationStudies,
) {
  const { name, version, intendedUse, trainedOn } = manifest;
  return {
    schema: 'spinegrade-evaluation/2',
    command,
    source: studies,
    pack: { name, version, sha256, provider, intendedUse, trainedOn, parameters },
  } as const;
}

function onStudy(done: number, of: number): void {
  process.stderr.write(`\revaluate: ${done} of ${of} studies${done === of ? '\n' : ''}`);
}
