import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cropRegions } from '../inference/crop/crop-regions.ts';
import type { ForamenFinderSpec } from '../inference/pack/foramen-finder-spec.ts';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { type ClassifierFiles, openClassifier } from './classifier-files.ts';
import { FINDER_SLICES, finderSample } from './finder-sample.ts';
import { headTruth } from './head-truth.ts';
import { localiserSample } from './localiser-sample.ts';
import { npyWriter } from './npy-writer.ts';
import type { TrainingStudy } from './training-study.ts';

/** The .npy files of one shard. */
export interface ShardWriter {
  add(study: TrainingStudy): Promise<void>;
  /** @param description what dataset.json says: the shard is complete once that is there. */
  close(description: unknown): Promise<void>;
}

/**
 * Opens `folder` for the samples of a pack's networks:
 * localiser-images u8 [studies, slices, size, size] and localiser-targets f32 [studies, 2·landmarks, 4] where wanted;
 * finder-images u8 [studies, 4, size, size] and finder-targets f32 [studies, 4, levels, 3] where the pack has a finder;
 * for the classifier K of the pack classifier-K-<input> u8 [studies, samples, …], classifier-K-mask u8
 * [studies, samples, views] and classifier-K-truth u8 [studies, samples, heads], 255 where nothing is known.
 */
export async function openShard(
  folder: string,
  { localiser, classifiers, foramenFinder }: PackManifest,
  withLocaliser: boolean,
): Promise<ShardWriter> {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, 'dataset.json'), { force: true });
  const file = (name: string) => join(folder, `${name}.npy`);
  const { slices, size } = localiser.input;
  const images = withLocaliser
    ? await npyWriter(file('localiser-images'), 'Uint8Array', [slices, size, size])
    : null;
  const targets = withLocaliser
    ? await npyWriter(file('localiser-targets'), 'Float32Array', [2 * localiser.output.landmarks.length, 4])
    : null;
  const finder = foramenFinder ? await openFinder(file, foramenFinder) : null;
  const parts: ClassifierFiles[] = [];
  for (const [k, spec] of classifiers.entries()) parts.push(await openClassifier(file, k, spec, classifiers));
  return {
    async add(study) {
      if (images && targets) {
        if (study.localiser === null) throw new Error('a study without truth for the localiser');
        const sample = await localiserSample(study.localiser, localiser, study.seed);
        await images.append(toBytes(sample.image));
        await targets.append(sample.targets);
      }
      await finder?.add(study);
      const regions = await cropRegions(classifiers, study.volumes, study.levels);
      for (const [k, { inputs, mask, truth }] of parts.entries()) {
        for (const [i, input] of inputs.entries()) await input?.append(toBytes(regions[k]!.inputs[i]!));
        await mask.append(toBytes(regions[k]!.mask, 1));
        await truth.append(headTruth(classifiers[k]!, study.truth));
      }
    },
    async close(description) {
      const found = finder?.writers ?? [];
      const open = [
        images,
        targets,
        ...found,
        ...parts.flatMap(({ inputs, mask, truth }) => [...inputs, mask, truth]),
      ];
      for (const writer of open) await writer?.close();
      await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(description, null, 2)}\n`);
    },
  };
}

async function openFinder(file: (name: string) => string, spec: ForamenFinderSpec) {
  const { size } = spec.input;
  const images = await npyWriter(file('finder-images'), 'Uint8Array', [FINDER_SLICES, size, size]);
  const places = [FINDER_SLICES, spec.output.levels.length, 3];
  const targets = await npyWriter(file('finder-targets'), 'Float32Array', places);
  return {
    writers: [images, targets],
    async add(study: TrainingStudy) {
      const sample = await finderSample(study, spec);
      await images.append(toBytes(sample.images));
      await targets.append(sample.targets);
    },
  };
}

function toBytes(values: Float32Array, scale = 255): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(values[i]! * scale);
  return bytes;
}
