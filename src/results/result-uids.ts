import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { ResultKind } from '../domain/result-object.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../domain/uid.ts';

/** Where an object of an analysis is to be found. */
export interface ResultUids {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
}

/** How many UIDs are tried for an object before it is given up. */
const CHOICES = 6;

/**
 * The UIDs of an analysis's object: the same analysis gives the same.
 * @param choice 0 unless the archive holds something else under the ones before.
 */
export function resultUids(kind: ResultKind, analysisKey: string, choice = 0): ResultUids {
  const name = kind.toLowerCase();
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
  const choices = Array.from({ length: CHOICES }, (_, choice) => resultUids(kind, analysisKey, choice));
  const tried = choices.findIndex(({ sopInstanceUid }) => sopInstanceUid === after);
  return choices[tried + 1] ?? null;
}
