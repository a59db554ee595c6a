import type { Timing } from './bench-measure.ts';

/** A line of the benchmark's table. */
export interface BenchRow {
  readonly what: string;
  readonly timing: Timing;
  /** In place of the timing's median. */
  readonly ms?: number;
  readonly floor?: { readonly what: string; readonly ms: number };
}
