import { type Target, targetKey } from '../domain/target.ts';
import { type Sample, samplesOf } from '../inference/classify/classifier-samples.ts';
import type { ClassName, GradeHead } from '../inference/pack/classifier-output.ts';
import type { ClassifierSpec } from '../inference/pack/classifier-spec.ts';
import type { TrainingTruth } from './training-study.ts';

/** Stands where nothing is known, or nothing that the network's classes can say. */
const BLANK = 255;

/** [samples, heads]: the index of the class, or 1 and 0 for yes and no; BLANK where it is not known. */
export function headTruth(
  spec: Pick<ClassifierSpec, 'sample' | 'levels' | 'output'>,
  truth: TrainingTruth,
): Uint8Array {
  const { output } = spec;
  const values = samplesOf(spec).flatMap((sample) => {
    if (output.activation === 'sigmoid') {
      return output.heads.map(({ label }) => {
        const present = truth.label(label, sample.level);
        return present === undefined ? BLANK : Number(present);
      });
    }
    return output.heads.map((head) => classIndex(output.classes, truth.grade(keyOf(head, sample))));
  });
  return Uint8Array.from(values);
}

/** A network that tells Normal from Mild learns nothing of a target known only as Normal/Mild. */
function classIndex(classes: readonly ClassName[], known: ClassName | undefined): number {
  if (known === undefined) return BLANK;
  const exact = classes.indexOf(known);
  if (exact >= 0) return exact;
  const merged = known === 'Normal' || known === 'Mild' ? classes.indexOf('Normal/Mild') : -1;
  return merged >= 0 ? merged : BLANK;
}

function keyOf({ condition, side }: GradeHead, sample: Sample): string {
  const target: Target = { condition, side: side === 'near' ? sample.side : side, level: sample.level };
  return targetKey(target);
}
