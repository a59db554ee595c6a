import { LEVELS } from '../../domain/level.ts';
import { TRAITS } from '../crop/patch-traits.ts';
import type { ClassifierSpec, InputSpec } from './classifier-spec.ts';
import type { LikenessSpec } from './likeness-spec.ts';
import { outputProblems } from './output-problems.ts';

/**
 * What contradicts itself in a classifier's part of a manifest, one line each: a JSON pointer below the classifier,
 * then words.
 */
export function classifierProblems(spec: ClassifierSpec): string[] {
  const tensors = [...spec.inputs.map(({ name }) => name), ...(spec.mask === undefined ? [] : [spec.mask])];
  const levels = LEVELS.filter((level) => spec.levels.includes(level));
  return [
    ...(new Set(tensors).size < tensors.length ? ['/inputs: two ONNX inputs have one name'] : []),
    ...(levels.some((level, i) => spec.levels[i] !== level)
      ? ['/levels must run from cranial to caudal']
      : []),
    ...spec.inputs.flatMap((input, i) =>
      inputProblems(input, spec).map((problem) => `/inputs/${i}${problem}`),
    ),
    ...outputProblems(spec).map((problem) => `/output${problem}`),
  ];
}

function inputProblems(
  { views, layout, size, rows = size, likeness = [] }: InputSpec,
  { sample }: ClassifierSpec,
): string[] {
  const sideless = views.filter(({ side, centre = 'canal' }) => side === null && centre !== 'canal');
  return [
    ...(new Set(views.map((view) => view.slicesMm.length)).size > 1
      ? ['/views must all have the same number of slicesMm']
      : []),
    ...(rows > size ? [`/rows: a patch of ${size} rows does not show ${rows}`] : []),
    ...likenessProblems(likeness),
    ...(layout === 'volume' && views.length !== 1 ? ['/views: a volume is a single view'] : []),
    ...(sample === 'level' && views.some((view) => view.side === 'near')
      ? ['/views: a sample of a level has no near side']
      : []),
    ...sideless.map((view) => `/views: ${view.name}: a view centred on the ${view.centre} needs a side`),
  ];
}

function likenessProblems(likeness: LikenessSpec): string[] {
  return likeness.flatMap(({ mean, whitening }, i) =>
    mean.length === TRAITS &&
    whitening.length === TRAITS &&
    whitening.every((row, at) => row.length === at + 1)
      ? []
      : [`/likeness/${i} wants ${TRAITS} means and a lower triangle of as many rows`],
  );
}
