import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SERIES_ROLES, type SeriesRole } from '../domain/series-role.ts';
import { CsvError } from '../evaluation/csv-table.ts';
import type { EvaluationDescription } from '../evaluation/evaluation-description.ts';
import { evaluationPage } from '../evaluation/evaluation-page.ts';
import { folderSources } from '../evaluation/folder-sources.ts';
import { type EvaluationRun, runEvaluation } from '../evaluation/run-evaluation.ts';
import { phantomSources, type StudySource, withoutRoles } from '../evaluation/study-source.ts';
import { writeSubmission } from '../evaluation/submission-table.ts';
import { loadModelPack, type ModelPack } from '../inference/model-pack.ts';
import { ModelPackError } from '../inference/model-pack-error.ts';

const USAGE = `usage: npm run -s cli -- evaluate --model PACK (--from DIR [--csv DIR] | --phantoms N [--family F])
  [--json FILE] [--report FILE] [--submission FILE] [--seed S] [--limit N] [--without ROLE]… [--show STUDY]…

Runs whole studies through the stages that serve and compares with the reference.
--from DIR        studies as DIR/<study>/<series>/<instance>.dcm, tables as in the RSNA 2024 challenge (train.csv;
                  train_label_coordinates.csv, train_series_descriptions.csv, disc_coordinates.csv when there)
--csv DIR         where the tables lie, when not beside the studies
--phantoms N      N synthetic studies of the seeds S, S + 1, …; --family held-out (default), train or demo;
                  --prevalence clinical (default) or balanced; --contrast physical (default), random or mixed
--limit N         only the first N studies of DIR
--without ROLE    as if there were no such series: ${SERIES_ROLES.join(', ')}
--json FILE       every figure; --report FILE: one HTML page; --submission FILE: the challenge's submission
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
  seed: { type: 'string', default: '1' },
  resamples: { type: 'string', default: '1000' },
} as const;

/** What was asked for cannot be. */
class MisuseError extends Error {}

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
  const { model, from, json, report, submission } = values;
  if (!model) throw new MisuseError('--model is missing');
  if ((from === undefined) === (values.phantoms === undefined)) {
    throw new MisuseError('either --from or --phantoms is needed');
  }
  const seed = wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER);
  const resamples = wholeNumber('--resamples', values.resamples, 0);
  const without = (values.without ?? []).map((role) => oneOf('--without', role, SERIES_ROLES));
  const phantoms = values.phantoms === undefined ? null : phantomsOf(values, seed);
  const pack = await loadModelPack(model, { preferred: ['cpu'], required: true }, availableParallelism());
  try {
    const needed = without.filter((role) => pack.manifest.requires.includes(role));
    if (needed.length > 0) throw new MisuseError(`the pack cannot do without ${needed.join(', ')}`);
    const all = phantoms ?? (await folderSources(from!, values.csv ?? from!, pack.manifest));
    const limited = values.limit === undefined ? all : all.slice(0, wholeNumber('--limit', values.limit, 1));
    const options = { seed, resamples, show: values.show ?? null, onStudy };
    const run = await runEvaluation(pack, withoutRoles(limited, without), options);
    const about = described(pack, command, { seed, resamples, without });
    if (json) await writeFile(json, `${JSON.stringify({ ...about, ...run.evaluation }, null, 2)}\n`);
    if (report) await writeFile(report, evaluationPage(about, run));
    if (submission) await writeFile(submission, writeSubmission(run.submission));
    process.stdout.write(inShort(run));
    return run.evaluation.studies.failed.length > 0 || run.evaluation.studies.graded === 0 ? 1 : 0;
  } finally {
    await pack.close();
  }
}

function phantomsOf(values: Values, seed: number): readonly StudySource[] {
  return phantomSources(seed, wholeNumber('--phantoms', values.phantoms!, 1), {
    family: oneOf('--family', values.family, ['held-out', 'train', 'demo'] as const),
    prevalence: oneOf('--prevalence', values.prevalence, ['clinical', 'balanced'] as const),
    contrast: oneOf('--contrast', values.contrast, ['physical', 'random', 'mixed'] as const),
  });
}

function described(
  { manifest, sha256, provider }: ModelPack,
  command: string,
  options: { seed: number; resamples: number; without: readonly SeriesRole[] },
): EvaluationDescription {
  const { name, version, intendedUse, trainedOn } = manifest;
  return {
    schema: 'spinegrade-evaluation/1',
    command,
    ...options,
    pack: { name, version, sha256, provider, intendedUse, trainedOn },
  };
}

function onStudy(done: number, of: number): void {
  process.stderr.write(`\revaluate: ${done} of ${of} studies${done === of ? '\n' : ''}`);
}

function inShort({ evaluation: { studies, grading, localisation } }: EvaluationRun): string {
  const figure = (value: number | null | undefined, digits: number) => value?.toFixed(digits) ?? '–';
  const { ineligible, failed, unlabelled } = studies;
  const lines = [
    `${studies.graded} studies graded, ${ineligible.length} ineligible, ${failed.length} failed, ${unlabelled.length} without labels`,
    ...ineligible.map(({ studyId, reasons }) => `  ineligible ${studyId}: ${reasons.join('; ')}`),
    ...failed.map(({ studyId, reasons }) => `  failed ${studyId}: ${reasons.join('; ')}`),
    `competition score ${figure(grading.competition.score.value, 5)}`,
    ...Object.entries(grading.conditions).map(
      ([condition, { measures }]) =>
        `${condition}: AUROC of Moderate or worse ${figure(measures.aurocModerateOrWorse.value, 3)}, calibration error ${figure(measures.calibrationError.value, 3)}, macro F1 ${figure(measures.macroF1.value, 3)}`,
    ),
    ...(['disc', 'canal'] as const).map(
      (kind) =>
        `${kind} centres: median ${figure(localisation[kind]?.medianMm.value, 1)} mm, mean ${figure(localisation[kind]?.meanMm.value, 1)} mm, worst ${figure(localisation[kind]?.worstMm, 1)} mm`,
    ),
    `misnumbered studies: ${localisation.misnumbered.length}`,
  ];
  return `${lines.join('\n')}\n`;
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new MisuseError(`${option} must be a whole number${least > 0 ? ` of at least ${least}` : ''}`);
  }
  return value;
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new MisuseError(`${option} must be one of ${names.join(', ')}`);
  return found;
}
