/** Weighting of a pulse sequence; STIR counts as T2. */
export type Weighting = 'T1' | 'T2';

/** What each tissue looks like in one series. */
export interface Contrast {
  readonly weighting: Weighting;
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** STIR; null otherwise. */
  readonly inversionTimeMs: number | null;
  /** Signal by tissue code, roughly 0 … 1. */
  readonly signal: Float32Array;
  /** Relative amplitude of texture by tissue code. */
  readonly texture: Float32Array;
}
