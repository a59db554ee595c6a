import type { SeriesRole } from '../domain/series-role.ts';

/** What an evaluation was made with: the head of its JSON and of its page. */
export interface EvaluationDescription {
  readonly schema: 'spinegrade-evaluation/1';
  readonly command: string;
  readonly seed: number;
  readonly resamples: number;
  /** Roles whose series were set aside. */
  readonly without: readonly SeriesRole[];
  readonly pack: {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    readonly provider: string;
    readonly intendedUse: string;
    readonly trainedOn: string;
  };
}
