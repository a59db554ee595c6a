import { type ImageHeader, imageKey } from '../dicom/image/image-header.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { SeriesInstanceUid } from '../domain/uid.ts';
import { medianSliceSpacingMm, type PlacedHeader } from '../volume/stack-geometry.ts';
import { describeGaps, describeStack, stackShortcoming } from './describe-stack.ts';
import { otherBodyPart } from './qualities/body-part.ts';
import { dixonImage, sortOut } from './qualities/image-fitness.ts';
import { type LocaliserLikeness, localiserLikeness } from './qualities/localiser-likeness.ts';
import { type MrWeighting, mrWeighting } from './qualities/mr-weighting.ts';
import type { ImageWeighting } from './qualities/weigh-image.ts';
import { type SeriesPart, splitSeries } from './split-series.ts';

/** One series of a study; headers may be left empty for other modalities than MR. */
export interface CandidateSeries {
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly seriesNumber: number | null;
  readonly modality: string;
  readonly instanceCount: number;
  readonly headers: readonly ImageHeader[];
  /** Instances whose metadata cannot be used, each with the reason. */
  readonly unreadable?: readonly string[];
}

export interface QualifiedSeries {
  readonly role: SeriesRole;
  /** The candidate with only the images of use in headers. */
  readonly series: CandidateSeries;
  readonly reasons: readonly string[];
  readonly frameOfReferenceUid: string | null;
  readonly fatSuppressed: boolean;
  readonly contrastAgentGiven: boolean;
  readonly weightingSource: 'rule' | 'image' | NonNullable<MrWeighting['source']>;
  readonly sliceCount: number;
  readonly sliceSpacingMm: number | null;
  /** Where slices are missing, in words; see sliceGaps. */
  readonly gaps: readonly string[];
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
  readonly refusals: readonly string[];
  /** Turned down because it, or an image of it, cannot be read: what it shows is not known. */
  readonly faulty: boolean;
}

export interface AssessmentOptions {
  /** Rows × columns beyond which an image is not looked at. */
  readonly maxFramePixels: number;
  /** What the pixels of unweighed series show, by their keys. */
  readonly weighed: ReadonlyMap<string, ImageWeighting>;
}

/** Four times the area of any MR matrix in use. */
export const DEFAULT_MAX_FRAME_PIXELS = 4096 * 4096;

/** Unreadable instances named one by one. */
const MAX_NAMED = 3;

/** What roles one series could play, from geometry and MR physics first and its description last; always in words. */
export function assessSeries(series: CandidateSeries, options: AssessmentOptions): AssessedSeries {
  const unfit = (...refusals: string[]): AssessedSeries => ({
    series,
    qualified: [],
    unweighed: [],
    refusals,
    faulty: false,
  });
  const faulty = (...refusals: string[]): AssessedSeries => ({ ...unfit(...refusals), faulty: true });
  if (series.modality !== 'MR') return unfit(`modality ${quotable(series.modality)} is not MR`);
  const unreadable = unreadableWords(series.unreadable ?? []);
  if (series.headers.length === 0)
    return faulty(...(unreadable.length > 0 ? unreadable : ['there is no metadata of its images']));
  const { usable, objections, broken } = sortOut(series.headers, options.maxFramePixels);
  const remarks = [...objections, ...unreadable];
  if (usable.length === 0) return broken || unreadable.length > 0 ? faulty(...remarks) : unfit(...remarks);
  // What a stack with holes shows may lie in the holes.
  if (broken || unreadable.length > 0) return faulty(...remarks, 'a series with broken images is not used');
  const elsewhere = usable.some(({ siteRule }) => siteRule?.role) ? null : otherBodyPart(usable);
  if (elsewhere !== null) return unfit(elsewhere, ...remarks);
  const parts = splitSeries(usable);
  if (typeof parts === 'string') return unfit(parts, ...remarks);
  const verdicts = parts.map((part) => assessPart(series, part, options));
  const several = parts.length > 1;
  const reasonsOf = (index: number) => {
    const others = verdicts.filter((_, other) => other !== index);
    return [
      ...(several
        ? [
            `holds ${parts.length} sets of images; ${parts[index]!.headers.length} of ${series.headers.length} images are meant here`,
          ]
        : []),
      ...verdicts[index]!.reasons,
      ...parts[index]!.leftOut,
      ...remarks,
      ...others.map((other) => `another set: ${other.reasons.join(', ')}`),
    ];
  };
  const qualified = verdicts.flatMap((verdict, index) =>
    verdict.kind === 'qualified'
      ? [
          {
            ...verdict.qualified,
            reasons: [
              ...reasonsOf(index),
              ...localiserWords(verdict.qualified.localiser),
              ...verdict.qualified.gaps,
            ],
          },
        ]
      : [],
  );
  return {
    series,
    qualified,
    unweighed: verdicts.flatMap((verdict) => (verdict.kind === 'unweighed' ? [verdict.unweighed] : [])),
    refusals: qualified.length > 0 ? [] : reasonsOf(0),
    faulty: false,
  };
}

type PartVerdict = { readonly reasons: readonly string[] } & (
  | { readonly kind: 'qualified'; readonly qualified: Omit<QualifiedSeries, 'reasons'> }
  | { readonly kind: 'unweighed'; readonly unweighed: UnweighedSeries }
  | { readonly kind: 'unfit' }
);

function assessPart(
  series: CandidateSeries,
  { plane, headers }: SeriesPart,
  options: AssessmentOptions,
): PartVerdict {
  const geometry = describeStack(headers, plane);
  const given = headers[0]!.siteRule;
  if (given?.role) return partByRule(series, { plane, headers }, given.role, given.name);
  const shortcoming = stackShortcoming(headers, plane);
  if (shortcoming !== null) return { kind: 'unfit', reasons: [`${plane}: ${shortcoming}`] };
  const told = mrWeighting(headers);
  if (plane === 'coronal')
    return { kind: 'unfit', reasons: [geometry, told.evidence, 'coronal: no role in grading'] };
  const key = imageKey(headers[0]!);
  const seen = told.source === null ? (options.weighed.get(key) ?? null) : null;
  const weighting = told.weighting ?? seen?.weighting ?? null;
  const reasons = [
    geometry,
    told.evidence,
    ...dixonWords(headers),
    ...(seen === null ? [] : [seen.evidence]),
  ];
  if (told.source === null && seen === null) {
    return { kind: 'unweighed', unweighed: { key, plane, series: { ...series, headers } }, reasons };
  }
  if (weighting === null) return { kind: 'unfit', reasons };
  if (plane === 'axial' && weighting === 'T1') {
    return { kind: 'unfit', reasons: [...reasons, 'axial T1: no role in grading'] };
  }
  const role = plane === 'axial' ? 'axial-t2' : weighting === 'T1' ? 'sagittal-t1' : 'sagittal-t2';
  const fatSuppressed = told.fatSuppressed || (seen?.fatSuppressed ?? false);
  const source = told.source ?? 'image';
  return { kind: 'qualified', qualified: qualify(series, headers, role, fatSuppressed, source), reasons };
}

/** A rule of the site overrules contrast and completeness; a plane that contradicts the role it does not. */
function partByRule(
  series: CandidateSeries,
  { plane, headers }: Omit<SeriesPart, 'leftOut'>,
  role: SeriesRole,
  ruleName: string,
): PartVerdict {
  const reasons = [
    describeStack(headers, plane),
    `rule "${ruleName}" of this site gives it the role ${role}`,
  ];
  if (!role.startsWith(plane)) {
    return {
      kind: 'unfit',
      reasons: [...reasons, `its images are ${plane}, so that it cannot have that role`],
    };
  }
  const { fatSuppressed } = mrWeighting(headers);
  return { kind: 'qualified', qualified: qualify(series, headers, role, fatSuppressed, 'rule'), reasons };
}

function qualify(
  series: CandidateSeries,
  headers: readonly PlacedHeader[],
  role: SeriesRole,
  fatSuppressed: boolean,
  weightingSource: QualifiedSeries['weightingSource'],
): Omit<QualifiedSeries, 'reasons'> {
  const plane = role === 'axial-t2' ? 'axial' : 'sagittal';
  return {
    role,
    series: { ...series, headers },
    frameOfReferenceUid: headers[0]!.frameOfReferenceUid,
    fatSuppressed,
    contrastAgentGiven: headers.some((header) => header.contrastAgentGiven),
    weightingSource,
    sliceCount: headers.length,
    sliceSpacingMm: medianSliceSpacingMm(headers),
    gaps: describeGaps(headers, plane),
    pixelSpacingMm: Math.max(...headers[0]!.pixelSpacingMm),
    localiser: localiserLikeness(headers, plane),
  };
}

/** A series of so many points is told to look like a localiser. */
const TOLD_POINTS = 3;

function localiserWords({ points, signs }: LocaliserLikeness): string[] {
  return points < TOLD_POINTS
    ? []
    : [`looks like a localiser (${points.toFixed(1)} points): ${signs.join(', ')}`];
}

function dixonWords(headers: readonly PlacedHeader[]): string[] {
  const image = dixonImage(headers[0]!);
  return image === null ? [] : [`${image} image of a Dixon acquisition`];
}

function unreadableWords(problems: readonly string[]): string[] {
  const more = problems.length - MAX_NAMED;
  return [...problems.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more images are unreadable`] : [])];
}

/** A modality is a short code (CS); whatever else stands there is not repeated. */
function quotable(modality: string): string {
  return /^[A-Z0-9]{1,16}$/.test(modality) ? modality : '(not a code)';
}
