import type { Code } from '../../domain/catalogue.ts';
import { codeOf, inWords, type StoredRemark } from '../../domain/remark.ts';
import type { SeriesDecision } from '../../domain/series-decision.ts';

/** Whether one study can be analysed, and why not. */
export interface Inspection {
  /** Null when not one file tells it. */
  readonly studyInstanceUid: string | null;
  readonly analysable: boolean;
  readonly reasons: readonly string[];
  /** The code of each reason. */
  readonly reasonCodes: readonly (Code | null)[];
  readonly series: readonly InspectedSeries[];
}

/** A decision with its reasons in words. */
interface InspectedSeries extends Omit<SeriesDecision, 'reasons'> {
  readonly reasons: readonly string[];
  readonly reasonCodes: readonly (Code | null)[];
}

/** Analysable when there is no reason against it. */
export function inspection(
  studyInstanceUid: string | null,
  series: readonly SeriesDecision[],
  reasons: readonly StoredRemark[],
): Inspection {
  const said = { reasons: reasons.map(inWords), reasonCodes: reasons.map(codeOf) };
  return { studyInstanceUid, analysable: reasons.length === 0, ...said, series: series.map(inspected) };
}

function inspected({ reasons, ...series }: SeriesDecision): InspectedSeries {
  return { ...series, reasons: reasons.map(inWords), reasonCodes: reasons.map(codeOf) };
}

/** For people: each series on a line, below it what speaks for and against it. */
export function inspectionText({ studyInstanceUid, analysable, reasons, series }: Inspection): string {
  const verdict = analysable ? 'can be analysed' : 'cannot be analysed';
  const lines = [
    `study ${studyInstanceUid ?? '(not told)'}: ${verdict}`,
    ...reasons.map((reason) => `  - ${reason}`),
    ...series.flatMap(seriesLines),
  ];
  return `${lines.join('\n')}\n`;
}

function seriesLines({
  seriesNumber,
  seriesInstanceUid,
  modality,
  instanceCount,
  role,
  chosen,
  reasons,
}: InspectedSeries) {
  const name = `series ${seriesNumber ?? '(no number)'}, ${modality}, ${instanceCount} ${instanceCount === 1 ? 'object' : 'objects'}`;
  const outcome = role === null ? 'no role' : `${role}, ${chosen ? 'chosen' : 'not chosen'}`;
  return [
    '',
    `  ${name}: ${outcome}`,
    `    ${seriesInstanceUid}`,
    ...reasons.map((reason) => `    - ${reason}`),
  ];
}
