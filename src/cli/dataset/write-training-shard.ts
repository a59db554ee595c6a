import { join } from 'node:path';
import { challengeTrainingStudies } from '../../dataset/challenge-training-studies.ts';
import { maskTrainingStudies } from '../../dataset/mask-training-studies.ts';
import { phantomTrainingStudy } from '../../dataset/phantom-training-study.ts';
import { sliceTrainingStudy } from '../../dataset/slice-training-studies.ts';
import { openShard, type ShardWriter } from '../../dataset/write-shard.ts';
import { maskedCases } from '../../evaluation/masks/mask-source.ts';
import { sliceSources } from '../../evaluation/slices/slice-sources.ts';
import { loadModelPack } from '../../inference/pack/load-model-pack.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import type { DatasetOptions } from '../options/dataset-options.ts';

/** Writes the samples of every study that falls to one shard, and tells of it on standard error. */
export async function writeTrainingShard(
  options: DatasetOptions,
  shard: number,
  manifest: PackManifest,
  template: unknown,
): Promise<void> {
  const writer = await openShard(join(options.out, `shard-${shard}`), manifest, options.withLocaliser);
  const added = await addAll(options, shard, manifest, writer);
  await writer.close({ ...options, shard, added, pack: template });
}

function addAll(options: DatasetOptions, shard: number, manifest: PackManifest, writer: ShardWriter) {
  const { source } = options;
  switch (source.kind) {
    case 'phantoms':
      return addPhantoms(options, source, shard, manifest, writer);
    case 'challenge':
      return addChallenge(options, source, shard, manifest, writer);
    case 'slices':
      return addSlices(options, source, shard, writer);
    case 'masks':
      return addMasks(options, source, shard, writer);
  }
}

async function addSlices(
  { workers }: DatasetOptions,
  { slices, folds }: DatasetOptions['source'] & { readonly kind: 'slices' },
  shard: number,
  writer: ShardWriter,
): Promise<number> {
  const sources = await sliceSources(slices, folds, 'study');
  let added = 0;
  for (let i = shard; i < sources.length; i += workers, added++) {
    await writer.add(await sliceTrainingStudy(sources[i]!, i));
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${sources.length}`);
  }
  if (shard === 0) process.stderr.write('\n');
  return added;
}

async function addMasks(
  { workers }: DatasetOptions,
  { masks, folds }: DatasetOptions['source'] & { readonly kind: 'masks' },
  shard: number,
  writer: ShardWriter,
): Promise<number> {
  const cases = await maskedCases(masks, folds);
  let added = 0;
  for (let i = shard; i < cases.length; i += workers) {
    for (const study of maskTrainingStudies(await cases[i]!.open(), i)) {
      await writer.add(study);
      added++;
    }
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${cases.length} cases`);
  }
  if (shard === 0) process.stderr.write('\n');
  return added;
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
