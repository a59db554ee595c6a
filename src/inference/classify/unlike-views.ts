import type { Regions } from '../crop/crop-regions.ts';
import { patchTraits } from '../crop/patch-traits.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';
import { isLike } from '../pack/likeness-spec.ts';
import type { ViewSpec } from '../pack/view-spec.ts';
import { sampleDims } from './classifier-samples.ts';

/** The views of sample s that are there and are unlike the images the network was trained on, as far as it says. */
export function unlikeViews(
  { inputs }: ClassifierSpec,
  { inputs: tensors, mask }: Regions,
  s: number,
): readonly ViewSpec[] {
  const count = inputs.reduce((sum, { views }) => sum + views.length, 0);
  let first = s * count;
  return inputs.flatMap((input, i) => {
    const { views, likeness, size } = input;
    const shown = mask.subarray(first, first + views.length);
    first += views.length;
    if (likeness === undefined) return [];
    const perSample = sampleDims(input).reduce((a, b) => a * b);
    const perView = perSample / views.length;
    return views.filter((_, v) => {
      if (shown[v] !== 1) return false;
      const from = s * perSample + v * perView;
      const data = tensors[i]!.subarray(from, from + perView);
      return !isLike(likeness, patchTraits(data, perView / size ** 2, size));
    });
  });
}
