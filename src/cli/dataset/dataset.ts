import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { joinTemplates } from '../../dataset/join-templates.ts';
import { type PackTemplate, parseSegmenterTemplate, parseTemplate } from '../../dataset/pack-template.ts';
import { SliceError } from '../../evaluation/slices/slice-source.ts';
import { CsvError } from '../../evaluation/tables/csv/csv-error.ts';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import {
  DATASET_USAGE,
  type DatasetOptions,
  DEFAULT_TEMPLATE,
  readDatasetOptions,
} from '../options/dataset-options.ts';
import { MisuseError, tellFault } from '../options/option-values.ts';
import { writeSegmenterShard } from './write-segmenter-shard.ts';
import { writeTrainingShard } from './write-training-shard.ts';

/** `cli dataset`: exit code 0, 1 when the input cannot be used, 2 on misuse. */
export async function datasetCommand(args: string[]): Promise<number> {
  try {
    const options = readDatasetOptions(args);
    const write = await writerOf(options);
    if (options.shard !== null) {
      await write(options.shard);
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
    return tellFault('dataset', DATASET_USAGE, fault, CsvError, ModelPackError, SliceError);
  }
}

/** What writes a shard, the templates read and checked. */
async function writerOf(options: DatasetOptions): Promise<(shard: number) => Promise<void>> {
  const { segmenterFile, packFiles } = options;
  if (segmenterFile === null) {
    const { template, manifest } = chosenOf(await readTemplates(packFiles), options);
    return (shard) => writeTrainingShard(options, shard, manifest, template);
  }
  const around = await readFile(DEFAULT_TEMPLATE, 'utf8');
  const text = await readFile(segmenterFile, 'utf8');
  const { template, segmenter } = parseSegmenterTemplate(segmenterFile, text, around);
  return (shard) => writeSegmenterShard(options, shard, segmenter, template);
}

/** The template with the networks alone that samples are wanted for. */
function chosenOf(
  { template, manifest }: PackTemplate,
  { classifiers, withFinder }: DatasetOptions,
): PackTemplate {
  const count = manifest.classifiers.length;
  const beyond = classifiers?.find((k) => k >= count);
  if (beyond !== undefined) {
    throw new MisuseError(`--classifier ${beyond}: the pack has ${count}, counted from 0`);
  }
  const only = <Network>(all: readonly Network[]) =>
    classifiers === null ? all : classifiers.map((k) => all[k]!);
  const kept = <Pack extends { foramenFinder?: unknown }>({ foramenFinder, ...pack }: Pack) =>
    withFinder && foramenFinder !== undefined ? { ...pack, foramenFinder } : pack;
  const { classifiers: written } = template as { readonly classifiers: readonly unknown[] };
  return {
    template: { ...kept(template), classifiers: only(written) },
    manifest: { ...kept(manifest), classifiers: only(manifest.classifiers) } as PackManifest,
  };
}

async function readTemplates(files: readonly string[]): Promise<PackTemplate> {
  const templates: PackTemplate[] = [];
  for (const file of files) templates.push(parseTemplate(file, await readFile(file, 'utf8')));
  return joinTemplates(files, templates);
}
