import { join } from 'node:path';
import { challengeTrainingStudies } from '../../dataset/challenge-training-studies.ts';
import { phantomTrainingStudy } from '../../dataset/phantom-training-study.ts';
import { openShard, type ShardWriter } from '../../dataset/write-shard.ts';
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
