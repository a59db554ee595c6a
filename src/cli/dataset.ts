import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { challengeTrainingStudies } from '../dataset/challenge-training-studies.ts';
import { joinTemplates, type PackTemplate, parseTemplate } from '../dataset/pack-template.ts';
import { phantomTrainingStudy } from '../dataset/phantom-training-study.ts';
import { openShard, type ShardWriter } from '../dataset/write-shard.ts';
import { CsvError } from '../evaluation/tables/csv-table.ts';
import { loadModelPack } from '../inference/pack/model-pack.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { startDecoderPool } from '../pixels/decoder-pool.ts';
import { DATASET_USAGE, type DatasetOptions, readDatasetOptions } from './options/dataset-options.ts';
import { tellFault } from './options/option-values.ts';

/** `cli dataset`: exit code 0, 1 when the input cannot be used, 2 on misuse. */
export async function datasetCommand(args: string[]): Promise<number> {
  try {
    const options = readDatasetOptions(args);
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
    return tellFault('dataset', DATASET_USAGE, fault, CsvError, ModelPackError);
  }
}

async function readTemplates(files: readonly string[]): Promise<PackTemplate> {
  const templates: PackTemplate[] = [];
  for (const file of files) templates.push(parseTemplate(file, await readFile(file, 'utf8')));
  return joinTemplates(files, templates);
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
  const decoders = startDecoderPool({ threads: 1 });
  let added = 0;
  try {
    const studies = await challengeTrainingStudies(from, pack, manifest, decoders.decode);
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
    await decoders.close();
    await pack.close();
  }
}
