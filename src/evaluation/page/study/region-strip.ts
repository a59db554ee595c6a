import type { Level } from '../../../domain/level.ts';
import { sampleDims } from '../../../inference/classify/classifier-samples.ts';
import type { ClassifierSpec, InputSpec } from '../../../inference/pack/classifier-spec.ts';
import { greyPng } from '../../../pixels/grey-png.ts';
import type { EvaluatedStudy } from '../../evaluate-study.ts';

/** The middle channel of each view of an input, side by side. */
export interface RegionStrip {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly names: readonly string[];
}

/** One strip a sample and input; what several classifiers see alike is pictured once. */
export function levelStrips(
  classifiers: readonly ClassifierSpec[],
  regions: EvaluatedStudy['regions'],
  level: Level,
): RegionStrip[] {
  const strips = new Map<string, RegionStrip>();
  for (const [k, { inputs }] of classifiers.entries()) {
    const shown = regions[k];
    if (!shown) continue;
    for (const [s, sample] of shown.samples.entries()) {
      if (sample.level !== level) continue;
      for (const [i, { name: _, layout: __, ...seen }] of inputs.entries()) {
        const key = JSON.stringify([sample.side, seen]);
        if (!strips.has(key)) strips.set(key, strip(inputs[i]!, shown.inputs[i]!, s, sample.side));
      }
    }
  }
  return [...strips.values()];
}

function strip(input: InputSpec, data: Float32Array, sample: number, side: string | null): RegionStrip {
  const { views, size } = input;
  const slices = views[0]!.slicesMm.length;
  const perSample = sampleDims(input).reduce((a, b) => a * b);
  const pixels = new Float32Array(views.length * size * size);
  for (const view of views.keys()) {
    const from = sample * perSample + (view * slices + Math.floor(slices / 2)) * size * size;
    for (let row = 0; row < size; row++) {
      pixels.set(
        data.subarray(from + row * size, from + (row + 1) * size),
        (row * views.length + view) * size,
      );
    }
  }
  const names = views.map(({ name }) => (side === null ? name : `${name} (${side})`));
  return { png: greyPng(pixels, views.length * size, size), width: views.length * size, height: size, names };
}
