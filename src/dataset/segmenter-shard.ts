import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UNTOLD } from '../domain/structure.ts';
import { labelPatch } from '../evaluation/masks/label-patch.ts';
import type {
  SegmentedPlane,
  SegmenterNetworkSpec,
  SegmenterSpec,
} from '../inference/pack/segmenter-spec.ts';
import { segmentFrame } from '../inference/segment/segment-frame.ts';
import { segmentInput } from '../inference/segment/segment-input.ts';
import { npyWriter } from './npy-writer.ts';
import { type KnownSlice, SEGMENTED_SLICES, type SegmenterStudy } from './segmenter-study.ts';

/** The .npy files of one shard of a segmenter's samples. */
export interface SegmenterShard {
  add(study: SegmenterStudy): Promise<void>;
  /** @param description what dataset.json says: the shard is complete once that is there. */
  close(description: unknown): Promise<void>;
}

/**
 * Opens `folder` for segmenter-<plane>-images and segmenter-<plane>-labels, both u8 [studies, SEGMENTED_SLICES, size,
 * size]: grey values of a slice in [0, 255], and labels (LABEL, NO_DISC, NOT_DRAWN, UNTOLD). A slice too few is UNTOLD throughout.
 */
export async function openSegmenterShard(
  folder: string,
  spec: SegmenterSpec,
  planes: readonly SegmentedPlane[],
): Promise<SegmenterShard> {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, 'dataset.json'), { force: true });
  const parts = await Promise.all(
    planes.flatMap((kind) => {
      const network = spec[kind];
      return network ? [openPlane(folder, kind, network)] : [];
    }),
  );
  return {
    async add(study) {
      for (const part of parts) await part.add(study);
    },
    async close(description) {
      for (const part of parts) await part.close();
      await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(description, null, 2)}\n`);
    },
  };
}

async function openPlane(folder: string, kind: SegmentedPlane, { input }: SegmenterNetworkSpec) {
  const shape = [SEGMENTED_SLICES, input.size, input.size];
  const open = (what: string) =>
    npyWriter(join(folder, `segmenter-${kind}-${what}.npy`), 'Uint8Array', shape);
  const [images, labels] = [await open('images'), await open('labels')];
  const area = input.size ** 2;
  return {
    async add(study: SegmenterStudy) {
      const seen = new Uint8Array(SEGMENTED_SLICES * area);
      const known = new Uint8Array(SEGMENTED_SLICES * area).fill(UNTOLD);
      for (const [s, slice] of study[kind].entries()) await sample(slice, s, seen, known);
      await images.append(seen);
      await labels.append(known);
    },
    async close() {
      await images.close();
      await labels.close();
    },
  };

  async function sample(known: KnownSlice, s: number, images: Uint8Array, labels: Uint8Array) {
    const { plane } = known.slice;
    const frame = segmentFrame(kind, plane, known.centreMm, input);
    const { data } = await segmentInput(known.slice, frame, input);
    for (let i = 0; i < area; i++) images[s * area + i] = Math.round(data[i]! * 255);
    labels.set(labelPatch(plane, known.labels(), frame), s * area);
  }
}
