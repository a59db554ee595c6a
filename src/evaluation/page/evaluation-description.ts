import type { EvaluationStudies } from '../sources/evaluation-sources.ts';

/** What an evaluation was made with: the head of its JSON and of its page. */
export interface EvaluationDescription {
  readonly schema: 'spinegrade-evaluation/3';
  readonly command: string;
  readonly seed: number;
  readonly resamples: number;
  readonly source: EvaluationStudies;
  /** Median time from volumes to findings of one study on so many threads; null where none was graded or asked for. */
  readonly timing: { readonly msPerStudy: number; readonly threads: number } | null;
  readonly pack: {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    readonly provider: string;
    readonly intendedUse: string;
    readonly trainedOn: string;
    /** Weights of all networks. */
    readonly parameters: number;
  };
}
