import { type StudyInstanceUid, uid } from '../../../domain/uid.ts';
import type { AnalysisState, Trigger } from '../../../jobs/analysis-record.ts';
import type { Priority } from '../../../jobs/analysis-request.ts';
import type { AnalysisFilter } from '../../../jobs/ledger/analysis-filter.ts';

/** A filter as a client writes it, each part once, `state` any number of times; the contract says what they can be. */
export function filterOf(asked: Readonly<Record<string, unknown>>): AnalysisFilter {
  const text = (name: string) => {
    const value = asked[name];
    return typeof value === 'string' ? value : undefined;
  };
  const at = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : new Date(value);
  };
  const states = [asked['state'] ?? []].flat() as AnalysisState[];
  const study = text('studyInstanceUid');
  return {
    states: states.length === 0 ? undefined : states,
    code: text('code'),
    priority: text('priority') as Priority | undefined,
    trigger: text('trigger') as Trigger | undefined,
    study: study === undefined ? undefined : uid<StudyInstanceUid>(study, 'studyInstanceUid'),
    since: at('since'),
    until: at('until'),
  };
}
