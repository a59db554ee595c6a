import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { markedOtherwise, markedStudy } from './marked-studies.ts';
import { ofRole } from './phantom-objects.ts';

/** What is to become of a study, and the letter of its markers. */
export const MARKED_CASES = {
  graded: 'A',
  oneSeries: 'B',
  twoPatients: 'C',
  archiveFails: 'D',
  metadataCut: 'E',
  imagesBroken: 'F',
  metadataOdd: 'I',
  storeRefused: 'G',
  cancelled: 'H',
} as const;
export type MarkedCase = keyof typeof MARKED_CASES;

/** A study for each: whole where results are stored, of one series where that is enough. */
export function markedCases(seed: number): Readonly<Record<MarkedCase, readonly PhantomInstance[]>> {
  const all = markedStudy(seed);
  const of = (letter: string) => (letter === 'A' ? all : markedOtherwise(all, letter));
  const studies = Object.entries(MARKED_CASES).map(([each, letter]) => [
    each,
    ofRole(of(letter), 'sagittal-t2'),
  ]);
  return {
    ...(Object.fromEntries(studies) as Record<MarkedCase, readonly PhantomInstance[]>),
    graded: of(MARKED_CASES.graded),
    storeRefused: of(MARKED_CASES.storeRefused),
    oneSeries: ofRole(of(MARKED_CASES.oneSeries), 'sagittal-t1'),
  };
}
