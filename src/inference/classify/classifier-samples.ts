import type { Level } from '../../domain/level.ts';
import { SIDES, type Side } from '../../domain/target.ts';
import type { ClassifierSpec, InputSpec } from '../pack/classifier-spec.ts';

/** One row of a classifier's tensors. */
export interface Sample {
  readonly level: Level;
  /** Null for samples of whole levels. */
  readonly side: Side;
}

/** The rows of a classifier's tensors in their order. */
export function samplesOf({ sample, levels }: Pick<ClassifierSpec, 'sample' | 'levels'>): readonly Sample[] {
  const sides: readonly Side[] = sample === 'level' ? [null] : SIDES;
  return levels.flatMap((level) => sides.map((side) => ({ level, side })));
}

/** Shape of one sample of an input, as the ONNX input has it behind the axis of samples. */
export function sampleDims({ layout, views, size }: InputSpec): readonly number[] {
  const slices = views[0]!.slicesMm.length;
  if (layout === 'channels') return [views.length * slices, size, size];
  return [layout === 'volume' ? 1 : views.length, slices, size, size];
}

/** Number of views of all inputs: the width of the mask. */
export function viewCount({ inputs }: Pick<ClassifierSpec, 'inputs'>): number {
  return inputs.reduce((sum, { views }) => sum + views.length, 0);
}

/** Shape of the classifier's output. */
export function outputDims(spec: ClassifierSpec): readonly number[] {
  const { output } = spec;
  const perSample = [samplesOf(spec).length, output.heads.length];
  return output.activation === 'softmax' ? [...perSample, output.classes.length] : perSample;
}
