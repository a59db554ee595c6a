import { parseObject } from '../../results/parsed-object.ts';
import { CODES, type Code, GRADE_CONCEPT_CODES, LABEL_CONCEPT_CODES } from '../../sr/tree/coded-concepts.ts';
import { childNamed, childrenNamed } from './parsed-content.ts';

/** Concept names of the qualitative evaluations of TID 1501, which PixelMed's templates do not know. */
export const EVALUATIONS: readonly Code[] = [
  ...Object.values(GRADE_CONCEPT_CODES),
  ...Object.values(LABEL_CONCEPT_CODES),
];

/** How many qualitative evaluations the object's measurement groups hold. */
export function evaluationsIn(bytes: Uint8Array): number {
  const measurements = childNamed(parseObject(bytes), CODES.imagingMeasurements);
  const groups = measurements === undefined ? [] : childrenNamed(measurements, CODES.measurementGroup);
  return groups.flatMap((group) => EVALUATIONS.flatMap((code) => childrenNamed(group, code))).length;
}
