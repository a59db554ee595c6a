import type { StoredSeriesRemark } from './series-remark.ts';
import type { SeriesRole } from './series-role.ts';
import type { SeriesInstanceUid } from './uid.ts';

/** Why a series was chosen for a role or turned down. */
export interface SeriesDecision {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly seriesNumber: number | null;
  readonly modality: string;
  readonly instanceCount: number;
  /** The role the series could play, whether or not it was chosen for it; null when it can play none. */
  readonly role: SeriesRole | null;
  readonly chosen: boolean;
  /** Evidence, free of patient data (no free-text descriptions quoted). */
  readonly reasons: readonly StoredSeriesRemark[];
}
