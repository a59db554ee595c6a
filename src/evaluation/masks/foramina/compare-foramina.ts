import type { LocalisedLevel } from '../../../domain/assessment.ts';
import type { Point } from '../../../domain/point.ts';
import { nearestSlice } from '../../../inference/crop/nearest-slice.ts';
import { spineMiddle } from '../../../inference/segment/segment-frame.ts';
import {
  type SegmenterNetwork,
  sampleSlice,
  segmentSlice,
} from '../../../inference/segment/segment-slice.ts';
import type { OutlinedSlice } from '../../../measure/outlined-slice.ts';
import type { PhantomSlice } from '../../../phantom/phantom-slice.ts';
import type { PhantomStudy } from '../../../phantom/phantom-study.ts';
import { exactSagittal } from '../exact-outlines.ts';
import type { ComparedMeasure } from '../judged-measures.ts';
import { measureForamen } from './measure-foramen.ts';

/** A slice this far beside a foramen's middle shows it no more, mm. */
const SHOWS_FORAMEN_MM = 4;

/** The foramen of a disc as found on a slice and as it truly is there; nothing where neither shows one. */
export function comparedForamen(
  found: OutlinedSlice,
  truth: OutlinedSlice,
  discMm: Point,
): readonly ComparedMeasure[] {
  const [own, other] = [measureForamen(found, discMm), measureForamen(truth, discMm)];
  if (own === null && other === null) return [];
  return [
    { measure: 'foraminal-height', found: own?.heightMm ?? null, truth: other?.heightMm ?? null },
    { measure: 'foraminal-width', found: own?.widthMm ?? null, truth: other?.widthMm ?? null },
  ];
}

/** Every foramen of a phantom, on the sagittal slice nearest to its middle. */
export async function phantomForamina(
  network: SegmenterNetwork,
  { volumes, truth }: PhantomStudy,
  levels: readonly LocalisedLevel[],
): Promise<readonly ComparedMeasure[]> {
  const volume = volumes['sagittal-t2'];
  if (volume === undefined) return [];
  const middle = spineMiddle(levels);
  const outlined = new Map<PhantomSlice, { readonly found: OutlinedSlice; readonly exact: OutlinedSlice }>();
  const compared: ComparedMeasure[] = [];
  for (const { level, foramenMm } of truth.sidePoints) {
    const slice = nearestSlice(volume, foramenMm, SHOWS_FORAMEN_MM) as PhantomSlice | null;
    if (slice === null) continue;
    const both = outlined.get(slice) ?? {
      found: await segmentSlice(network, await sampleSlice(network, slice, middle)),
      exact: exactSagittal(slice, middle),
    };
    outlined.set(slice, both);
    const { discMm } = levels.find((each) => each.level === level)!;
    compared.push(...comparedForamen(both.found, both.exact, discMm));
  }
  return compared;
}
