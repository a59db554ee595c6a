import type { SeriesRole } from '../../domain/series-role.ts';
import { type SegmenterNetworkSpec, type SegmenterSpec, segmentersOf } from './segmenter-spec.ts';

/** What the measurements need outlined in each plane. */
const MEASURED = { sagittal: ['disc', 'vertebra', 'sac'], axial: ['sac'] } as const;
const PLANE_OF: Readonly<Record<SeriesRole, keyof SegmenterSpec>> = {
  'sagittal-t1': 'sagittal',
  'sagittal-t2': 'sagittal',
  'axial-t2': 'axial',
};

/** What is wrong with a segmenter, one line each: a JSON pointer, then words. */
export function segmenterProblems(spec: SegmenterSpec, uses: readonly SeriesRole[]): string[] {
  return segmentersOf(spec).flatMap(({ plane, network }) =>
    networkProblems(plane, network, uses).map((problem) => `/segmenter/${plane}${problem}`),
  );
}

function networkProblems(
  plane: keyof SegmenterSpec,
  { input, output }: SegmenterNetworkSpec,
  uses: readonly SeriesRole[],
): string[] {
  const missing = MEASURED[plane].filter((structure) => !output.structures.includes(structure));
  return [
    ...(PLANE_OF[input.role] === plane ? [] : [`/input/role: ${input.role} is not ${plane}`]),
    ...(uses.includes(input.role) ? [] : [`/input/role: /uses lacks ${input.role}`]),
    ...missing.map((structure) => `/output/structures lacks ${structure}, which is measured`),
  ];
}
