import { availableParallelism } from 'node:os';
import type { SeriesRole } from '../../domain/series-role.ts';
import { SliceError } from '../../evaluation/slices/slice-source.ts';
import { type EvaluationStudies, sourcesOfPacks } from '../../evaluation/sources/evaluation-sources.ts';
import { folderReading } from '../../evaluation/sources/folder-reading.ts';
import { CsvError } from '../../evaluation/tables/csv/csv-error.ts';
import { loadModelPack } from '../../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import { EVALUATE_USAGE, type EvaluateOptions, readEvaluateOptions } from '../options/evaluate-options.ts';
import { MisuseError, tellFault } from '../options/option-values.ts';
import { evaluateAnatomy } from './evaluate-anatomy.ts';
import { evaluateLabelledSlices } from './evaluate-labelled-slices.ts';
import { runOnThreads } from './run-on-threads.ts';
import { tellEvaluation } from './tell-evaluation.ts';

/** `cli evaluate`: exit code 0, 1 when the input cannot be used or a study failed, 2 on misuse. */
export async function evaluateCommand(args: string[]): Promise<number> {
  try {
    return await evaluate(readEvaluateOptions(args), ['evaluate', ...args].join(' '));
  } catch (fault) {
    return tellFault('evaluate', EVALUATE_USAGE, fault, CsvError, ModelPackError, SliceError);
  }
}

async function evaluate(options: EvaluateOptions, command: string): Promise<number> {
  const { folders, source } = options;
  const without = source.kind === 'studies' ? source.studies.without : [];
  const packs: ModelPack[] = [];
  try {
    for (const folder of folders) packs.push(await loadPack(folder, without));
    if (source.kind === 'studies') return await evaluateStudies(packs, source.studies, options, command);
    let code = 0;
    for (const [p, pack] of packs.entries()) {
      const own =
        source.kind === 'anatomy'
          ? await evaluateAnatomy(pack, folders[p]!, source, options, command, options.json[p])
          : await evaluateLabelledSlices(pack, folders[p]!, source, options, command, options.json[p]);
      code = Math.max(code, own);
    }
    return code;
  } finally {
    for (const pack of packs) await pack.close();
  }
}

async function evaluateStudies(
  packs: readonly ModelPack[],
  studies: EvaluationStudies,
  options: EvaluateOptions,
  command: string,
): Promise<number> {
  const { folders, json, report, submission, show, seed, resamples, workers, frameTimeoutMs, reading } =
    options;
  const decoders = startDecoderPool({ frameTimeoutMs });
  try {
    const manifests = packs.map(({ manifest }) => manifest);
    const sources = await sourcesOfPacks(studies, manifests, folderReading(decoders.decode, reading));
    const order = { packFolders: folders, studies, frameTimeoutMs, reading };
    const outcomes = await runOnThreads(order, sources[0]!.length, workers);
    let code = 0;
    for (const [p, pack] of packs.entries()) {
      const about = { command, studies, seed, resamples };
      const own = outcomes.map((ofPacks) => ofPacks[p]!);
      const outputs = { json: json[p], report, submission, show };
      code = Math.max(code, await tellEvaluation(pack, folders[p]!, sources[p]!, own, about, outputs));
    }
    return code;
  } finally {
    await decoders.close();
  }
}

async function loadPack(folder: string, without: readonly SeriesRole[]): Promise<ModelPack> {
  const pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, availableParallelism());
  const needed = without.filter((role) => pack.manifest.requires.includes(role));
  if (needed.length === 0) return pack;
  await pack.close();
  throw new MisuseError(`${folder} cannot do without ${needed.join(', ')}`);
}
