import type { SeriesRole } from '../domain/series-role.ts';
import type { ImageHeader } from './image-header.ts';
import { mrWeighting } from './mr-weighting.ts';
import { isOrthonormal } from './slice-plane.ts';
import {
  type AnatomicalPlane,
  distinctPlaces,
  headFeetExtentMm,
  liesInPlane,
  medianSliceSpacingMm,
  nearestPlane,
  type PlacedHeader,
} from './stack-geometry.ts';

/** One series of a study; headers may be left empty for other modalities than MR. */
export interface CandidateSeries {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number | null;
  readonly modality: string;
  readonly instanceCount: number;
  readonly headers: readonly ImageHeader[];
}

export interface QualifiedSeries {
  readonly role: SeriesRole;
  /** The candidate with only the images of use in headers. */
  readonly series: CandidateSeries;
  readonly reasons: readonly string[];
  readonly frameOfReferenceUid: string | null;
  readonly fatSuppressed: boolean;
  readonly contrastAgentGiven: boolean;
  readonly weightingFromDescription: boolean;
  readonly sliceCount: number;
  readonly sliceSpacingMm: number | null;
  /** The coarser of the two in-plane spacings. */
  readonly pixelSpacingMm: number;
}

export interface UnqualifiedSeries {
  readonly role: null;
  readonly series: CandidateSeries;
  readonly reasons: readonly string[];
}

/** Below these a series is a localiser or a fragment. */
const MIN_SLICES: Readonly<Record<AnatomicalPlane, number>> = { sagittal: 7, coronal: 7, axial: 3 };
const MAX_SLICE_SPACING_MM = 8;
const MAX_PIXEL_SPACING_MM = 1.5;
/** L1 to S1 is about 180 mm in a small adult. */
const MIN_SAGITTAL_EXTENT_MM = 150;
/** A series is of one plane when this share of its images is. */
const MIN_PLANE_SHARE = 0.8;

/** Values of ImageType (PS3.3 C.7.6.1.1.2, C.8.3.1.1.1, and vendors' own) that mark what is no plain acquired slice. */
const UNFIT_IMAGE_TYPE =
  /^(DERIVED|LOCALIZER|SCOUT|MPR|.*\bMIP\b.*|PROJECTION IMAGE|SUBTRACTION|SUB|REFORMATTED|ADC|SCREENSHOT)$/;

/** Defined terms of BodyPartExamined (PS3.16 annex L) that are not the lumbar spine, and common misspellings. */
const OTHER_BODY_PARTS = new Set(
  (
    'HEAD BRAIN SKULL NECK HEADNECK CSPINE CERVICALSPINE TSPINE THORACICSPINE CTSPINE CHEST THORAX HEART BREAST ' +
    'SHOULDER ARM ELBOW FOREARM WRIST HAND ABDOMEN ABDOMENPELVIS LIVER KIDNEY PANCREAS PELVIS PROSTATE UTERUS ' +
    'SSPINE COCCYX SIJOINT HIP LEG THIGH KNEE ANKLE FOOT CALF EXTREMITY ORBIT EYE EAR IAC PITUITARY JAW TMJ'
  ).split(' '),
);

/** What role one series could play, from geometry and MR physics first and its description last; always in words. */
export function assessSeries(series: CandidateSeries): QualifiedSeries | UnqualifiedSeries {
  const unfit = (...reasons: string[]): UnqualifiedSeries => ({ role: null, series, reasons });
  if (series.modality !== 'MR') return unfit(`modality ${quotable(series.modality)} is not MR`);
  if (series.headers.length === 0) return unfit('there is no metadata of its images');
  const { usable, objections } = sortOut(series.headers);
  if (usable.length === 0) return unfit(...objections);
  if (usable.some(showsOtherBodyPart)) {
    return unfit('BodyPartExamined (0018,0015) names another part of the body than the lumbar spine');
  }
  const plane = majorityPlane(usable);
  const inPlane = usable.filter((header) => liesInPlane(header, plane));
  if (inPlane.length < MIN_PLANE_SHARE * usable.length) {
    return unfit(
      `images of several orientations (${planeCounts(usable)}), as a localiser has`,
      ...objections,
    );
  }
  const slices = distinctPlaces(inPlane);
  const shortcoming = geometryShortcoming(slices, plane);
  if (shortcoming !== null) return unfit(`${plane}: ${shortcoming}`, ...objections);
  const leftOut = usable.length - slices.length;
  if (leftOut > 0) objections.push(`${leftOut} images repeat a place or lie in another orientation`);
  return qualify(series, slices, plane, objections);
}

/** @param slices distinct places of one plane, geometrically fit. */
function qualify(
  series: CandidateSeries,
  slices: readonly PlacedHeader[],
  plane: AnatomicalPlane,
  objections: readonly string[],
): QualifiedSeries | UnqualifiedSeries {
  const { weighting, evidence, fatSuppressed, fromDescription } = mrWeighting(slices);
  const reasons = [describeGeometry(slices, plane), evidence, ...objections];
  if (plane === 'coronal')
    return { role: null, series, reasons: [...reasons, 'coronal: no role in grading'] };
  if (weighting === null) return { role: null, series, reasons };
  if (plane === 'axial' && weighting === 'T1') {
    return { role: null, series, reasons: [...reasons, 'axial T1: no role in grading'] };
  }
  return {
    role: plane === 'axial' ? 'axial-t2' : weighting === 'T1' ? 'sagittal-t1' : 'sagittal-t2',
    series: { ...series, headers: slices },
    reasons,
    frameOfReferenceUid: slices[0]!.frameOfReferenceUid,
    fatSuppressed,
    contrastAgentGiven: slices.some((header) => header.contrastAgentGiven),
    weightingFromDescription: fromDescription,
    sliceCount: slices.length,
    sliceSpacingMm: medianSliceSpacingMm(slices),
    pixelSpacingMm: Math.max(...slices[0]!.pixelSpacingMm),
  };
}

function sortOut(headers: readonly ImageHeader[]) {
  const usable: PlacedHeader[] = [];
  const counts = new Map<string, number>();
  for (const header of headers) {
    const problem = objection(header);
    if (problem === null) usable.push(header as PlacedHeader);
    else counts.set(problem, (counts.get(problem) ?? 0) + 1);
  }
  const objections = [...counts].map(
    ([problem, count]) => `${count} of ${headers.length} images: ${problem}`,
  );
  return { usable, objections };
}

/** Why an image cannot be used, null when it can: then it is a PlacedHeader. */
function objection(header: ImageHeader): string | null {
  if (header.numberOfFrames !== 1) return 'multi-frame images are not supported';
  if (header.rows < 1 || header.columns < 1) return 'no pixel matrix';
  if (header.imagePositionMm === null) return 'no ImagePositionPatient (0020,0032)';
  if (header.rowDirection === null || header.columnDirection === null)
    return 'no ImageOrientationPatient (0020,0037)';
  if (header.pixelSpacingMm === null) return 'no PixelSpacing (0028,0030)';
  if (!isOrthonormal(header.rowDirection, header.columnDirection)) {
    return 'ImageOrientationPatient (0020,0037) is not two unit vectors at right angles';
  }
  if (header.imageType.some((value) => UNFIT_IMAGE_TYPE.test(value.toUpperCase()))) {
    return 'ImageType (0008,0008) marks them as derived, localiser or reformatted';
  }
  return null;
}

function showsOtherBodyPart(header: ImageHeader): boolean {
  return OTHER_BODY_PARTS.has(header.bodyPartExamined.replace(/[^A-Z]/gi, '').toUpperCase());
}

function majorityPlane(headers: readonly PlacedHeader[]): AnatomicalPlane {
  const groups = [...Map.groupBy(headers, nearestPlane)];
  return groups.reduce((best, group) => (group[1].length > best[1].length ? group : best))[0];
}

function planeCounts(headers: readonly PlacedHeader[]): string {
  const groups = [...Map.groupBy(headers, nearestPlane)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([plane, members]) => `${members.length} ${plane}`).join(', ');
}

function geometryShortcoming(headers: readonly PlacedHeader[], plane: AnatomicalPlane): string | null {
  if (headers.length < MIN_SLICES[plane]) {
    return `${headers.length} slices are too few (at least ${MIN_SLICES[plane]})`;
  }
  const spacing = medianSliceSpacingMm(headers);
  if (spacing !== null && spacing > MAX_SLICE_SPACING_MM) {
    return `slices ${spacing.toFixed(1)} mm apart are too far (at most ${MAX_SLICE_SPACING_MM} mm)`;
  }
  const pixelSpacing = Math.max(...headers[0]!.pixelSpacingMm);
  if (pixelSpacing > MAX_PIXEL_SPACING_MM) {
    return `pixels of ${pixelSpacing.toFixed(2)} mm are too coarse (at most ${MAX_PIXEL_SPACING_MM} mm)`;
  }
  const extent = headFeetExtentMm(headers[0]!);
  if (plane === 'sagittal' && extent < MIN_SAGITTAL_EXTENT_MM) {
    return `${extent.toFixed(0)} mm from head to feet do not cover the lumbar spine (at least ${MIN_SAGITTAL_EXTENT_MM} mm)`;
  }
  return null;
}

function describeGeometry(headers: readonly PlacedHeader[], plane: AnatomicalPlane): string {
  const spacing = medianSliceSpacingMm(headers);
  const apart = spacing === null ? '' : `, ${spacing.toFixed(1)} mm apart`;
  return `${plane} by orientation, ${headers.length} slices${apart}, pixels of ${Math.max(...headers[0]!.pixelSpacingMm).toFixed(2)} mm`;
}

/** A modality is a short code (CS); whatever else stands there is not repeated. */
function quotable(modality: string): string {
  return /^[A-Z0-9]{1,16}$/.test(modality) ? modality : '(not a code)';
}
