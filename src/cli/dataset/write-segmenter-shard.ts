import { join } from 'node:path';
import { openSegmenterShard, type SegmenterShard } from '../../dataset/segmenter-shard.ts';
import { maskSegmenterStudies, phantomSegmenterStudy } from '../../dataset/segmenter-study.ts';
import { maskedCases } from '../../evaluation/masks/mask-source.ts';
import type { SegmenterSpec } from '../../inference/pack/segmenter-spec.ts';
import type { DatasetOptions } from '../options/dataset-options.ts';

type Source<Kind> = DatasetOptions['source'] & { readonly kind: Kind };

/** Writes the segmenter's samples of every study that falls to one shard, and tells of it on standard error. */
export async function writeSegmenterShard(
  options: DatasetOptions,
  shard: number,
  segmenter: SegmenterSpec,
  template: unknown,
): Promise<void> {
  const { source, workers } = options;
  if (source.kind !== 'masks' && source.kind !== 'phantoms') return;
  const planes = source.kind === 'masks' ? (['sagittal'] as const) : (['sagittal', 'axial'] as const);
  const writer = await openSegmenterShard(join(options.out, `shard-${shard}`), segmenter, planes);
  const added =
    source.kind === 'masks'
      ? await addMasks(source, shard, workers, writer)
      : await addPhantoms(source, shard, workers, segmenter, writer);
  if (shard === 0) process.stderr.write('\n');
  await writer.close({ ...options, shard, added, pack: { segmenter: template } });
}

async function addMasks(
  { masks, folds }: Source<'masks'>,
  shard: number,
  workers: number,
  writer: SegmenterShard,
): Promise<number> {
  const cases = await maskedCases(masks, folds);
  let added = 0;
  for (let i = shard; i < cases.length; i += workers) {
    for (const study of maskSegmenterStudies(await cases[i]!.open(), i)) {
      await writer.add(study);
      added++;
    }
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${cases.length} cases`);
  }
  return added;
}

async function addPhantoms(
  { studies, seed, phantom }: Source<'phantoms'>,
  shard: number,
  workers: number,
  segmenter: SegmenterSpec,
  writer: SegmenterShard,
): Promise<number> {
  let added = 0;
  for (let i = shard; i < studies; i += workers, added++) {
    await writer.add(phantomSegmenterStudy(seed + i, phantom, segmenter));
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${studies} studies`);
  }
  return added;
}
