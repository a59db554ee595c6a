import { observedQuantile } from '../../../domain/quantile.ts';
import { STAGES } from '../../../domain/stage.ts';
import { STUDY_FLOOR } from './study-floor.ts';
import type { StudyRun } from './study-run.ts';

/** The same study by the service, by the reference in Python where one was found, and the floor of both. */
export interface ComparedRuns {
  readonly ours: readonly StudyRun[];
  readonly reference: readonly StudyRun[] | null;
  readonly floor: readonly StudyRun[];
}

type Figure = (run: StudyRun) => number | null | undefined;

/** A Markdown table of medians; of the peak of the memory the highest. */
export function comparisonTable({ ours, reference, floor }: ComparedRuns): readonly string[] {
  const row = (what: string, figure: Figure, summed: (values: readonly number[]) => number = median) => {
    const cells = [ours, reference, floor].map((runs) => summedUp(runs, figure, summed));
    const [own, theirs, least] = cells as [number | null, number | null, number | null];
    return `| ${[what, ...cells.map(shown), ratio(theirs, own), ratio(own, least)].join(' | ')} |`;
  };
  return [
    `Medians, in turns in one run; of memory the most, ours with the bench and its phantom. Floor: ${STUDY_FLOOR}.`,
    '',
    '| the same study | ours | reference | floor | reference / ours | ours / floor |',
    '|---|--:|--:|--:|--:|--:|',
    ...STAGES.map((stage) => row(`${stage}, ms`, ({ stages }) => stages[stage])),
    row('**whole**, ms', ({ ms }) => ms),
    row('processor, ms', ({ processorMs }) => processorMs),
    row('peak of the resident memory, MB', ({ peakMb }) => peakMb, highest),
    '',
  ];
}

const median = (values: readonly number[]) => observedQuantile(values, 0.5);
const highest = (values: readonly number[]) => Math.max(...values);

function summedUp(
  runs: readonly StudyRun[] | null,
  figure: Figure,
  summed: (values: readonly number[]) => number,
): number | null {
  const values = (runs ?? []).map(figure).filter((value) => typeof value === 'number');
  return values.length === 0 ? null : summed(values);
}

const shown = (value: number | null) => (value === null ? '' : value.toFixed(value < 10 ? 1 : 0));
const ratio = (a: number | null, b: number | null) => (a === null || b === null ? '' : (a / b).toFixed(2));
