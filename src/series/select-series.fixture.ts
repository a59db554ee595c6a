import { candidate } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import { SERIES_ROLES } from '../domain/series-role.ts';
import type { CandidateSeries } from './candidate-series.ts';
import { selectSeries } from './select-series.ts';

/** Required, all of them. */
export const ALL = SERIES_ROLES;
/** Three series that make a plain study. */
export const T1 = candidate('2.25.1', 'sagittal-t1');
export const T2 = candidate('2.25.2', 'sagittal-t2');
export const AXIAL = candidate('2.25.3', 'axial-t2');

/** The UIDs of the series chosen, by role. */
export function chosenUids(candidates: readonly CandidateSeries[], required: typeof ALL = ALL) {
  const { chosen } = selectSeries(candidates, required);
  return Object.fromEntries(
    [...chosen].map(([role, series]) => [role, series.map((one) => one.seriesInstanceUid)]),
  );
}

/** What is decided on a series among others, and its reasons in words. */
export function decisionOn(series: CandidateSeries, others: readonly CandidateSeries[] = [T1, T2, AXIAL]) {
  const { decisions } = selectSeries([...others, series], ALL);
  const decision = decisions.at(-1)!;
  return { ...decision, words: decision.reasons.map(inWords).join('; ') };
}
