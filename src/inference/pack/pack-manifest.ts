import type { SeriesRole } from '../../domain/series-role.ts';
import type { Condition } from '../../domain/target.ts';
import type { ClassifierSpec } from './classifier-spec.ts';
import type { ForamenFinderSpec } from './foramen-finder-spec.ts';
import type { JointReadingSpec } from './joint-reading-spec.ts';
import type { LocaliserSpec } from './localiser-spec.ts';
import type { SegmenterSpec } from './segmenter-spec.ts';

/** models/<name>/manifest.json. Described by models/manifest.schema.json, which is what is enforced. */
export interface PackManifest {
  readonly schema: 'spinegrade-pack/2';
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly intendedUse: string;
  readonly trainedOn: string;
  /** Of the weights, where it is not that of the software: what may be done with them, and which file says so. */
  readonly licence?: { readonly name: string; readonly file: string; readonly sha256: string };
  /** Roles without which a study is ineligible. */
  readonly requires: readonly SeriesRole[];
  /** Roles the watcher waits for; those missing after the longest wait are done without. */
  readonly uses: readonly SeriesRole[];
  readonly localiser: LocaliserSpec;
  /** Without it no view is centred on a found foramen. */
  readonly foramenFinder?: ForamenFinderSpec;
  /** Without it nothing is measured. */
  readonly segmenter?: SegmenterSpec;
  /** What several of them grade gets the mean of their calibrated posteriors. */
  readonly classifiers: readonly ClassifierSpec[];
  /** Without it every finding stands by itself. */
  readonly jointReading?: JointReadingSpec;
  /** A finding whose grade is less probable is marked as uncertain; without it none is. */
  readonly uncertainBelow?: Readonly<Record<Condition, number>>;
}
