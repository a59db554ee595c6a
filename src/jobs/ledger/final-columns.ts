import type { AnalysisOutcome } from '../../results/analysis-outcome.ts';
import type { KeptResults } from '../../results/result-outbox.ts';
import type { AnalysisFailure, AnalysisRecord, AnalysisState } from '../analysis-record.ts';

/** The final word on a run: its outcome, or the fault it failed of. */
export type Conclusion =
  | AnalysisOutcome
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: AnalysisFailure };

/** In the order of the parameters of concludeRun. */
export const FINAL_COLUMNS = [
  'failure',
  'reasons',
  'series',
  'report',
  'objects',
  'predecessors',
] as const satisfies readonly (keyof AnalysisRecord)[];

type FinalColumns = Pick<AnalysisRecord, (typeof FINAL_COLUMNS)[number]> & {
  readonly state: AnalysisState;
  readonly analysisKey: string | null;
};

/** A conclusion as the ledger's columns have it. */
export function finalColumns(conclusion: Conclusion): FinalColumns {
  const empty = { failure: null, reasons: [], series: [], ...resultColumns(null) };
  switch (conclusion.kind) {
    case 'cancelled':
      return { ...empty, state: 'cancelled' };
    case 'failed':
      return { ...empty, state: 'failed', failure: conclusion.failure };
    case 'ineligible': {
      const { reasons, series, notice = null } = conclusion;
      return { ...empty, state: 'ineligible', reasons, series, ...resultColumns(notice) };
    }
    case 'stored': {
      const { graded, results } = conclusion;
      return { ...empty, state: 'stored', series: graded.series, ...resultColumns(results) };
    }
  }
}

function resultColumns(
  results: KeptResults | null,
): Pick<FinalColumns, 'analysisKey' | 'report' | 'objects' | 'predecessors'> {
  if (results === null) return { analysisKey: null, report: null, objects: [], predecessors: [] };
  const { analysisKey, predecessors } = results;
  const objects = results.objects.map(({ kind, seriesInstanceUid, sopInstanceUid, warning }) => ({
    kind,
    seriesInstanceUid,
    sopInstanceUid,
    warning,
  }));
  const report = objects.find(({ kind }) => kind === 'SR');
  if (report === undefined) return { analysisKey, report: null, objects, predecessors };
  const { seriesInstanceUid, sopInstanceUid } = report;
  return { analysisKey, report: { analysisKey, seriesInstanceUid, sopInstanceUid }, objects, predecessors };
}
