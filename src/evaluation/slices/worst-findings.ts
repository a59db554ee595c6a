import { CONDITIONS } from '../../domain/target.ts';
import { sampleDims, samplesOf } from '../../inference/classify/classifier-samples.ts';
import { cropRegions } from '../../inference/crop/crop-regions.ts';
import type { ModelPack } from '../../inference/pack/model-pack.ts';
import { greyPng } from '../../pixels/grey-png.ts';
import { gradeWeight, normalisedPosteriors } from '../measures/weighted-log-loss.ts';
import type { GradedRow } from '../tables/graded-row.ts';
import type { JudgedSlices } from './judged-slices.ts';
import type { SliceSource } from './slice-source.ts';

/** So many of each condition. */
const COUNT = 24;

/** A finding, and what the network that grades it was shown: its slices side by side. */
export interface WorstFinding extends Pick<GradedRow, 'truth' | 'posteriors'> {
  /** Study, side and level. */
  readonly name: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The findings at labelled places with the greatest weighted loss. */
export async function worstFindings(
  pack: ModelPack,
  sources: readonly SliceSource[],
  outcomes: readonly JudgedSlices[],
): Promise<readonly WorstFinding[]> {
  const rows = outcomes.flatMap(({ atLabels }, i) => atLabels.map((row) => ({ row, source: sources[i]! })));
  const loss = ({ truth, posteriors }: GradedRow) =>
    -gradeWeight(truth) * Math.log(normalisedPosteriors(posteriors)[truth]);
  const worst = CONDITIONS.flatMap((condition) =>
    rows
      .filter(({ row }) => row.condition === condition)
      .sort((a, b) => loss(b.row) - loss(a.row))
      .slice(0, COUNT),
  );
  const pictured: WorstFinding[] = [];
  for (const { row, source } of worst) {
    const picture = await shown(pack, source, row);
    if (picture === null) continue;
    const { truth, posteriors, side, level } = row;
    const name = `${source.studyId} ${side === null ? level : `${side} ${level}`}`;
    pictured.push({ name, truth, posteriors, ...picture });
  }
  return pictured;
}

/** The first view of the finding's side that the first network which grades it was shown. */
async function shown({ manifest }: ModelPack, source: SliceSource, { condition, side, level }: GradedRow) {
  const { volumes, levels } = await source.open();
  const regions = await cropRegions(manifest.classifiers, volumes, levels);
  for (const [k, spec] of manifest.classifiers.entries()) {
    const { output } = spec;
    if (output.activation !== 'softmax') continue;
    const head = output.heads.find((each) => each.condition === condition && !each.fallback);
    const s = samplesOf(spec).findIndex(
      (sample) => sample.level === level && [null, side].includes(sample.side),
    );
    if (head === undefined || s < 0) continue;
    let first = 0;
    for (const [i, input] of spec.inputs.entries()) {
      const views = spec.inputs.reduce((sum, each) => sum + each.views.length, 0);
      const v = input.views.findIndex(
        (view, at) =>
          (side === null || view.side === side || view.side === 'near') &&
          regions[k]!.mask[s * views + first + at] === 1,
      );
      first += input.views.length;
      if (v < 0) continue;
      const slices = input.views[v]!.slicesMm.length;
      const perSample = sampleDims(input).reduce((a, b) => a * b);
      const area = input.size ** 2;
      const from = s * perSample + v * slices * area;
      return sideBySide(regions[k]!.inputs[i]!.subarray(from, from + slices * area), slices, input.size);
    }
  }
  return null;
}

function sideBySide(data: Float32Array, slices: number, size: number) {
  const width = slices * size;
  const pixels = new Float32Array(width * size);
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < size; row++) {
      const from = (slice * size + row) * size;
      pixels.set(data.subarray(from, from + size), row * width + slice * size);
    }
  }
  return { png: greyPng(pixels, width, size), width, height: size };
}
