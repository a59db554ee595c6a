import type { ImageHeader } from '../dicom/image/image-header.ts';
import type { SeriesRemark } from '../domain/series-remark.ts';
import type { StackGap } from '../domain/series-remarks/stack-sentences.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { SeriesInstanceUid } from '../domain/uid.ts';
import type { PlacedHeader } from '../volume/stack-geometry.ts';
import type { LocaliserLikeness } from './qualities/localiser-likeness.ts';
import type { MrWeighting } from './qualities/mr-weighting.ts';

/** One series of a study; headers may be left empty for other modalities than MR. */
export interface CandidateSeries {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly seriesNumber: number | null;
  readonly modality: string;
  readonly instanceCount: number;
  readonly headers: readonly ImageHeader[];
  /** Instances whose metadata cannot be used, each with the reason in the parser's words. */
  readonly unreadable?: readonly string[];
}

export interface QualifiedSeries {
  readonly role: SeriesRole;
  /** The candidate with only the images of use in headers. */
  readonly series: CandidateSeries;
  readonly reasons: readonly SeriesRemark[];
  readonly frameOfReferenceUid: string | null;
  readonly fatSuppressed: boolean;
  readonly contrastAgentGiven: boolean;
  readonly weightingSource: 'rule' | 'image' | NonNullable<MrWeighting['source']>;
  readonly sliceCount: number;
  readonly sliceSpacingMm: number | null;
  /** Where slices are missing; see sliceGaps. */
  readonly gaps: readonly StackGap[];
  /** The coarser of the two in-plane spacings. */
  readonly pixelSpacingMm: number;
  readonly localiser: LocaliserLikeness;
}

/** Images whose place fits a role and whose contrast only their pixels can tell. */
export interface UnweighedSeries {
  /** Names them to whoever looks at the pixels. */
  readonly key: string;
  readonly plane: 'sagittal' | 'axial';
  /** The candidate with these images alone in headers. */
  readonly series: CandidateSeries & { readonly headers: readonly PlacedHeader[] };
}

export interface AssessedSeries {
  readonly series: CandidateSeries;
  /** At most one a role: a series of several contrasts may serve several. */
  readonly qualified: readonly QualifiedSeries[];
  readonly unweighed: readonly UnweighedSeries[];
  /** Why it has no role; empty where it has. */
  readonly refusals: readonly SeriesRemark[];
  /** Turned down because it, or an image of it, cannot be read: what it shows is not known. */
  readonly faulty: boolean;
}
