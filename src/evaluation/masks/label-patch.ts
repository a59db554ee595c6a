import { UNTOLD } from '../../domain/structure.ts';
import type { PatchFrame } from '../../inference/crop/patch-frame.ts';
import { samplePatch } from '../../inference/crop/sample-patch.ts';
import type { SlicePlane } from '../../volume/volume.ts';

/**
 * A slice's label map on a patch, row-major: of each pixel the label that most of it has, sampled as the image is.
 * Outside the slice: UNTOLD.
 */
export function labelPatch(plane: SlicePlane, labels: Uint8Array, frame: PatchFrame): Uint8Array {
  const area = frame.size ** 2;
  const most = new Float32Array(area);
  const patch = new Uint8Array(area).fill(UNTOLD);
  const share = new Float32Array(area);
  for (const label of new Set(labels)) {
    samplePatch({ plane, pixels: pixelsOf(labels, label) }, frame, share, 0);
    for (let i = 0; i < area; i++) {
      if (!(share[i]! > most[i]!)) continue;
      most[i] = share[i]!;
      patch[i] = label;
    }
  }
  return patch;
}

/** 1 where a label map has the label. */
export function pixelsOf(labels: Uint8Array, label: number): Float32Array {
  const there = new Float32Array(labels.length);
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) there[i] = 1;
  return there;
}
