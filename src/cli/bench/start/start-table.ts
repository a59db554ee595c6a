import { observedQuantile } from '../../../domain/quantile.ts';

/** What a process had taken when it was looked at. */
export interface Usage {
  /** Since its start; null where that says nothing. */
  readonly ms: number | null;
  /** Of all threads, since its start. */
  readonly processorMs: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

export interface StartRow {
  readonly what: string;
  readonly usages: readonly Usage[];
}

/** A Markdown table of medians; of the peak of the memory the highest. */
export function startTable(rows: readonly StartRow[]): readonly string[] {
  return [
    '| start | ms | processor ms | resident MB | at most MB |',
    '|---|--:|--:|--:|--:|',
    ...rows.map(({ what, usages }) => {
      const median = (key: 'processorMs' | 'residentMb') =>
        Math.round(
          observedQuantile(
            usages.map((usage) => usage[key]),
            0.5,
          ),
        );
      const times = usages.flatMap(({ ms }) => ms ?? []);
      const ms = times.length === 0 ? '' : Math.round(observedQuantile(times, 0.5));
      const peak = Math.max(...usages.map(({ peakMb }) => peakMb));
      return `| ${[what, ms, median('processorMs'), median('residentMb'), peak].join(' | ')} |`;
    }),
    '',
  ];
}
