import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { joinTemplates } from '../../dataset/join-templates.ts';
import { type PackTemplate, parseTemplate } from '../../dataset/pack-template.ts';
import { CsvError } from '../../evaluation/tables/csv/csv-error.ts';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { DATASET_USAGE, readDatasetOptions } from '../options/dataset-options.ts';
import { tellFault } from '../options/option-values.ts';
import { writeTrainingShard } from './write-training-shard.ts';

/** `cli dataset`: exit code 0, 1 when the input cannot be used, 2 on misuse. */
export async function datasetCommand(args: string[]): Promise<number> {
  try {
    const options = readDatasetOptions(args);
    const { template, manifest } = await readTemplates(options.packFiles);
    if (options.shard !== null) {
      await writeTrainingShard(options, options.shard, manifest, template);
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
