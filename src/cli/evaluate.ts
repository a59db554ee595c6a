import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SERIES_ROLES } from '../domain/series-role.ts';
import { CsvError } from '../evaluation/csv-table.ts';
import { evaluationInShort } from '../evaluation/evaluation-in-short.ts';
import { evaluationPage } from '../evaluation/evaluation-page.ts';
import { type EvaluationStudies, evaluationSources } from '../evaluation/evaluation-sources.ts';
import { type EvaluationOrder, startEvaluationThread } from '../evaluation/evaluation-thread.ts';
import { type EvaluationOptions, type EvaluationRun, runEvaluation } from '../evaluation/run-evaluation.ts';
import { chooseStudies, showStudies } from '../evaluation/show-studies.ts';
import { writeSubmission } from '../evaluation/submission-table.ts';
import { timeStudy } from '../evaluation/time-study.ts';
import { loadModelPack, type ModelPack } from '../inference/model-pack.ts';
import { ModelPackError } from '../inference/model-pack-error.ts';
import { PROTOCOL_FAMILIES } from '../phantom/protocol.ts';
import { MisuseError, oneOf, wholeNumber } from './option-values.ts';

const USAGE = `usage: npm run -s cli -- evaluate --model PACK (--from DIR [--csv DIR] | --phantoms N [--family F])
  [--json FILE] [--report FILE] [--submission FILE] [--seed S] [--limit N] [--without ROLE]… [--show STUDY]…

Runs whole studies through the stages that serve and compares with the reference.
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
  model: { type: 'string' },
  from: { type: 'string' },
  csv: { type: 'string' },
  phantoms: { type: 'string' },
  family: { type: 'string', default: 'held-out' },
  prevalence: { type: 'string', default: 'clinical' },
  contrast: { type: 'string', default: 'physical' },
  limit: { type: 'string' },
  without: { type: 'string', multiple: true },
  json: { type: 'string' },
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
    return await evaluate(readValues(args), ['evaluate', ...args].join(' '));
  } catch (fault) {
    if (fault instanceof MisuseError) {
      process.stderr.write(`evaluate: ${fault.message}\n${USAGE}`);
      return 2;
    }
    const foreseen = fault instanceof CsvError || fault instanceof ModelPackError;
    if (!(foreseen || (fault instanceof Error && 'syscall' in fault))) throw fault;
    process.stderr.write(`evaluate: ${fault.message}\n`);
    return 1;
  }
}

function readValues(args: string[]): Values {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (cause) {
    throw new MisuseError((cause as Error).message);
  }
}

async function evaluate(values: Values, command: string): Promise<number> {
  const { model, json, report, submission } = values;
  if (!model) throw new MisuseError('--model is missing');
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const resamples = wholeNumber('--resamples', values.resamples, 0);
  const workers = wholeNumber('--workers', values.workers, 1);
  const studies = studiesOf(values, seed);
  const threads = availableParallelism();
  const pack = await loadModelPack(model, { preferred: ['cpu'], required: true }, threads);
  try {
    const needed = studies.without.filter((role) => pack.manifest.requires.includes(role));
    if (needed.length > 0) throw new MisuseError(`the pack cannot do without ${needed.join(', ')}`);
    const sources = await evaluationSources(studies, pack.manifest);
    const run = await runOnThreads({ packFolder: model, studies }, sources.length, workers, {
      seed,
      resamples,
      onStudy,
    });
    const { evaluation } = run;
    if (json || report) {
      const timed = chooseStudies(run.outcomes, null).slice(0, 1);
      const msPerStudy = timed.length === 0 ? null : await timeStudy(pack, sources[timed[0]!]!);
      const timing = msPerStudy === null ? null : { msPerStudy, threads };
      const about = { ...described(pack, command, studies), seed, resamples, timing };
      if (json) await writeFile(json, `${JSON.stringify({ ...about, ...evaluation }, null, 2)}\n`);
      if (report) {
        const chosen = chooseStudies(run.outcomes, values.show ?? null);
        const shown = await showStudies(pack, sources, chosen);
        await writeFile(report, evaluationPage(about, evaluation, shown));
      }
    }
    if (submission) await writeFile(submission, writeSubmission(run.submission));
    process.stdout.write(evaluationInShort(evaluation));
    return evaluation.studies.failed.length > 0 || evaluation.studies.graded === 0 ? 1 : 0;
  } finally {
    await pack.close();
  }
}

/** Every thread has networks of its own, which share the cores. */
async function runOnThreads(
  order: Omit<EvaluationOrder, 'threads'>,
  count: number,
  workers: number,
  options: EvaluationOptions,
): Promise<EvaluationRun> {
  const side = Math.min(workers, count);
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, side)));
  const started = await Promise.all(
    Array.from({ length: side }, (_, k) =>
      startEvaluationThread(`evaluation ${k + 1}`, { ...order, threads }),
    ),
  );
  try {
    return await runEvaluation(
      started.map((thread) => thread.evaluate),
      count,
      options,
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
