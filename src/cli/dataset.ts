import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { challengeTrainingStudies } from '../dataset/challenge-training-studies.ts';
import { joinTemplates, type PackTemplate, parseTemplate } from '../dataset/pack-template.ts';
import { phantomTrainingStudy } from '../dataset/phantom-training-study.ts';
import { openShard, type ShardWriter } from '../dataset/write-shard.ts';
import { CsvError } from '../evaluation/csv-table.ts';
import { loadModelPack } from '../inference/model-pack.ts';
import { ModelPackError } from '../inference/model-pack-error.ts';
import type { PackManifest } from '../inference/pack-manifest.ts';
import type { PhantomOptions } from '../phantom/phantom-study.ts';
import { PROTOCOL_FAMILIES } from '../phantom/protocol.ts';

const USAGE = `usage: npm run -s cli -- dataset --out DIR (--studies N | --from DIR [--localiser PACK]) [--pack FILE]…
  [--seed S] [--family train|validation|held-out] [--prevalence balanced|clinical]
  [--contrast mixed|physical|random] [--without-localiser] [--workers W]

The samples that training a pack's networks needs, through the sampling code of the service, to DIR/shard-K/*.npy.
--studies N          phantoms, of which only what the samples need is rendered; study i has the seed S + i, whatever
                     the number of workers
--from DIR           studies in the layout of the RSNA 2024 challenge (DIR/<study>/<series>/<n>.dcm, or the same
                     below DIR/train_images; train.csv, train_label_coordinates.csv, train_series_descriptions.csv);
                     discs are where the localiser of PACK (default models/default) finds them
--pack FILE          the pack's template: a manifest without hashes and calibration (default training/packs/default.json);
                     several of one localiser: one data set for the networks of all of them
--without-localiser  samples of the classifiers alone
`;

const DEFAULT_TEMPLATE = 'training/packs/default.json';

const OPTIONS = {
  out: { type: 'string' },
  studies: { type: 'string' },
  from: { type: 'string' },
  localiser: { type: 'string', default: 'models/default' },
  seed: { type: 'string', default: '1' },
  family: { type: 'string', default: 'train' },
  prevalence: { type: 'string', default: 'balanced' },
  contrast: { type: 'string', default: 'mixed' },
  pack: { type: 'string', multiple: true },
  'without-localiser': { type: 'boolean', default: false },
  workers: { type: 'string', default: '2' },
  shard: { type: 'string' },
} as const;

/** What was asked for cannot be. */
class MisuseError extends Error {}

interface DatasetOptions {
  readonly out: string;
  readonly source:
    | {
        readonly kind: 'phantoms';
        readonly studies: number;
        readonly seed: number;
        readonly phantom: PhantomOptions;
      }
    | { readonly kind: 'challenge'; readonly from: string; readonly localiser: string };
  readonly packFiles: readonly string[];
  readonly withLocaliser: boolean;
  readonly workers: number;
  /** Set in the processes that write one shard each. */
  readonly shard: number | null;
}

/** `cli dataset`: exit code 0, 1 when the input cannot be used, 2 on misuse. */
export async function datasetCommand(args: string[]): Promise<number> {
  try {
    const options = readOptions(args);
    const { template, manifest } = await readTemplates(options.packFiles);
    if (options.shard !== null) {
      await writeShard(options, options.shard, manifest, template);
      return 0;
    }
    const children = Array.from({ length: options.workers }, (_, k) =>
      fork(process.argv[1]!, ['dataset', ...args, '--shard', String(k)]),
    );
    const codes = await Promise.all(
      children.map(async (child) => (await once(child, 'exit'))[0] as number | null),
    );
    return codes.every((code) => code === 0) ? 0 : 1;
  } catch (fault) {
    const misuse = fault instanceof MisuseError;
    const foreseen = misuse || fault instanceof CsvError || fault instanceof ModelPackError;
    if (!(foreseen || (fault instanceof Error && 'syscall' in fault))) throw fault;
    process.stderr.write(`dataset: ${fault.message}\n${misuse ? USAGE : ''}`);
    return misuse ? 2 : 1;
  }
}

async function readTemplates(files: readonly string[]): Promise<PackTemplate> {
  const templates: PackTemplate[] = [];
  for (const file of files) templates.push(parseTemplate(file, await readFile(file, 'utf8')));
  return joinTemplates(files, templates);
}

function readOptions(args: string[]): DatasetOptions {
  const values = parsed(args);
  if (!values.out) throw new MisuseError('--out is missing');
  if ((values.studies === undefined) === (values.from === undefined)) {
    throw new MisuseError('either --studies or --from is needed');
  }
  const phantom: PhantomOptions = {
    family: oneOf('--family', values.family, PROTOCOL_FAMILIES),
    prevalence: oneOf('--prevalence', values.prevalence, ['balanced', 'clinical'] as const),
    contrast: oneOf('--contrast', values.contrast, ['mixed', 'physical', 'random'] as const),
  };
  return {
    out: values.out,
    source:
      values.from === undefined
        ? {
            kind: 'phantoms',
            studies: wholeNumber('--studies', values.studies!, 1),
            seed: wholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER),
            phantom,
          }
        : { kind: 'challenge', from: values.from, localiser: values.localiser },
    packFiles: values.pack ?? [DEFAULT_TEMPLATE],
    withLocaliser: !values['without-localiser'],
    workers: wholeNumber('--workers', values.workers, 1),
    shard: values.shard === undefined ? null : wholeNumber('--shard', values.shard, 0),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (cause) {
    throw new MisuseError((cause as Error).message);
  }
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

async function writeShard(
  options: DatasetOptions,
  shard: number,
  manifest: PackManifest,
  template: unknown,
): Promise<void> {
  const writer = await openShard(join(options.out, `shard-${shard}`), manifest, options.withLocaliser);
  const added =
    options.source.kind === 'phantoms'
      ? await addPhantoms(options, options.source, shard, manifest, writer)
      : await addChallenge(options, options.source, shard, manifest, writer);
  await writer.close({ ...options, shard, added, pack: template });
}

async function addPhantoms(
  { workers, withLocaliser }: DatasetOptions,
  { studies, seed, phantom }: DatasetOptions['source'] & { readonly kind: 'phantoms' },
  shard: number,
  manifest: PackManifest,
  writer: ShardWriter,
): Promise<number> {
  let added = 0;
  for (let i = shard; i < studies; i += workers, added++) {
    await writer.add(phantomTrainingStudy(seed + i, phantom, manifest, withLocaliser));
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${studies} studies`);
  }
  if (shard === 0) process.stderr.write('\n');
  return added;
}

async function addChallenge(
  { workers }: DatasetOptions,
  { from, localiser }: DatasetOptions['source'] & { readonly kind: 'challenge' },
  shard: number,
  manifest: PackManifest,
  writer: ShardWriter,
): Promise<number> {
  const pack = await loadModelPack(localiser, { preferred: ['cpu'], required: true }, 1);
  let added = 0;
  try {
    const studies = await challengeTrainingStudies(from, pack, manifest);
    for (let i = shard; i < studies.length; i += workers) {
      const opened = await studies[i]!();
      if (opened.kind === 'left-out') {
        process.stderr.write(`\rdataset: study ${opened.studyId} is left out: ${opened.reason}\n`);
        continue;
      }
      await writer.add(opened.study);
      added++;
      if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${studies.length} studies`);
    }
    if (shard === 0) process.stderr.write('\n');
    return added;
  } finally {
    await pack.close();
  }
}
