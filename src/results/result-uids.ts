import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { ResultKind } from '../domain/result-object.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';
import { SEGMENTED_PLANES, type SegmentedPlane } from '../sr/segmentation/segmented-series.ts';

/** Where an object of an analysis is to be found. */
export interface ResultUids {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
}

/** Which of the objects of its kind. */
type Part = SegmentedPlane | null;
const PARTS: Readonly<Record<ResultKind, readonly [Part, ...Part[]]>> = {
  SR: [null],
  SC: [null],
  KO: [null],
  SEG: SEGMENTED_PLANES,
};

/** How many UIDs are tried for an object before it is given up. */
const CHOICES = 6;

/**
 * The UIDs of an analysis's object: the same analysis gives the same.
 * @param choice 0 unless the archive holds something else under the ones before.
 * @param part of a kind that has several objects; its first by default.
 */
export function resultUids(
  kind: ResultKind,
  analysisKey: string,
  choice = 0,
  part: Part = PARTS[kind][0],
): ResultUids {
  const name = part === null ? kind.toLowerCase() : `${kind.toLowerCase()}-${part}`;
  const instead = choice === 0 ? [] : ['instead of', String(choice)];
  return {
    seriesInstanceUid: deterministicUid(`${name}-series`, analysisKey, ...instead),
    sopInstanceUid: deterministicUid(name, analysisKey, ...instead),
  };
}

/** The UIDs to try after these; null when there are no more. */
export function nextResultUids(
  kind: ResultKind,
  analysisKey: string,
  after: SopInstanceUid,
): ResultUids | null {
  for (const part of PARTS[kind]) {
    const choices = choicesOf(kind, analysisKey, part);
    const tried = choices.findIndex(({ sopInstanceUid }) => sopInstanceUid === after);
    if (tried >= 0) return choices[tried + 1] ?? null;
  }
  return null;
}

/** Of which plane a segmentation of an analysis is, whichever of its UIDs it got. */
export function planeOfSegmentation(analysisKey: string, uid: SopInstanceUid): SegmentedPlane | null {
  const isIts = (plane: SegmentedPlane) =>
    choicesOf('SEG', analysisKey, plane).some(({ sopInstanceUid }) => sopInstanceUid === uid);
  return SEGMENTED_PLANES.find(isIts) ?? null;
}

function choicesOf(kind: ResultKind, analysisKey: string, part: Part): readonly ResultUids[] {
  return Array.from({ length: CHOICES }, (_, choice) => resultUids(kind, analysisKey, choice, part));
}
