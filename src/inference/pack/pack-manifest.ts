import type { SeriesRole } from '../../domain/series-role.ts';
import type { ClassifierSpec } from './classifier-spec.ts';
import type { LocaliserSpec } from './localiser-spec.ts';

/** models/<name>/manifest.json. Described by models/manifest.schema.json, which is what is enforced. */
export interface PackManifest {
  readonly schema: 'spinegrade-pack/2';
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly intendedUse: string;
  readonly trainedOn: string;
  /** Roles without which a study is ineligible. */
  readonly requires: readonly SeriesRole[];
  /** Roles the watcher waits for; those missing after the longest wait are done without. */
  readonly uses: readonly SeriesRole[];
  readonly localiser: LocaliserSpec;
  /** What several of them grade gets the mean of their calibrated posteriors. */
  readonly classifiers: readonly ClassifierSpec[];
}
