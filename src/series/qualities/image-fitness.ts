import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { type SeriesRemark, seriesRemark } from '../../domain/series-remark.ts';
import type { NotPlaced, ProcessedAs } from '../../domain/series-remarks/image-sentences.ts';
import { isOrthonormal } from '../../volume/slice-plane.ts';
import type { PlacedHeader } from '../../volume/stack-geometry.ts';

/** PS3.6 annex A: MR Image, Enhanced MR Image, Legacy Converted Enhanced MR Image Storage. */
const MR_IMAGE_CLASSES = new Set(['', '.1', '.4'].map((suffix) => `1.2.840.10008.5.1.4.1.1.4${suffix}`));

/**
 * What one value of ImageType or FrameType (PS3.3 C.7.6.1.1.2, C.8.3.1.1.1, C.8.16.1, and vendors' own) makes of an
 * image. The first that fits is said.
 */
const UNFIT_IMAGE_TYPES: readonly (readonly [RegExp, ProcessedAs])[] = [
  [/^(LOCALI[SZ]ER|SCOUT|SURVEY)$/, 'localiser'],
  [/^(SUBTRACTION|SUBTRACT|SUB)$/, 'subtraction'],
  [
    /^((CSA )?MPR|REFORMATTED|RESAMPLED|CPR|MIN ?IP|MNIP|MAXIMUM|MINIMUM|MEAN|PROJECTION IMAGE|CSA 3D EDITOR)$|\bMIP\b/,
    'reformatted',
  ],
  [
    /^(ADC|FA|COLFA|TRACEW?|EXP|(T1|T2|T2_STAR|T2STAR|R2|R2_STAR|B0|B1|PHASE) ?_?MAP|FIELD_MAP|QUANTITY|DIFFUSION|PERFUSION|VELOCITY|FLOW_ENCODED|TAGGING)$|^(DIFFUSION|PERFUSION)_/,
    'map',
  ],
  [/^(P|PHASE|I|IMAGINARY)$/, 'phase'],
  [/^(F|FAT|FF|FAT_FRACTION)$/, 'dixon-fat'],
  [/^(OP|OPP_?PHASE|OPPOSED_PHASE|OUT_(OF_)?PHASE)$/, 'dixon-opposed'],
  [/^SCREENSHOT$/, 'screenshot'],
];
/** Water and in-phase images of a Dixon acquisition are computed, and therefore DERIVED, yet show what was measured. */
const DIXON_WATER = /^(W|WATER)$/;
const DIXON_IN_PHASE = /^(IP|IN_?PHASE)$/;

/** Which image of a Dixon acquisition this is, null when of none; only those of use are told. */
export function dixonImage(header: ImageHeader): 'water' | 'in-phase' | null {
  const values = header.imageType.map((value) => value.toUpperCase());
  if (values.some((value) => DIXON_WATER.test(value))) return 'water';
  return values.some((value) => DIXON_IN_PHASE.test(value)) ? 'in-phase' : null;
}

/**
 * Why an image cannot be used. `isBroken`: it says that it is a plain MR image and lacks what makes it one. `said` of
 * so many images of a series.
 */
interface Objection {
  readonly isBroken: boolean;
  readonly said: (count: number, total: number) => SeriesRemark;
}

/**
 * Why an image cannot be used, null when it can: then it is a PlacedHeader. A role given by a rule of the site
 * overrules what the image says it is, not what makes it an image in the patient.
 */
function objection(header: ImageHeader, maxFramePixels: number): Objection | null {
  const { siteRule } = header;
  const other = (said: Objection['said']): Objection => ({ isBroken: false, said });
  if (siteRule?.unnamed) return other((count, total) => seriesRemark('not-among-named', { count, total }));
  if (siteRule !== null && siteRule.role === null) {
    const rule = siteRule.name;
    return other((count, total) => seriesRemark('refused-by-rule', { count, total, rule }));
  }
  if (siteRule === null && !MR_IMAGE_CLASSES.has(header.sopClassUid)) {
    return other((count, total) => seriesRemark('images-not-mr', { count, total }));
  }
  const as = siteRule === null ? processedAs(header) : null;
  if (as !== null) return other((count, total) => seriesRemark('images-processed', { count, total, as }));
  if (header.rows * header.columns > maxFramePixels) {
    const limit = maxFramePixels;
    return other((count, total) => seriesRemark('images-too-large', { count, total, limit }));
  }
  const lacks = notPlaced(header);
  if (lacks === null) return null;
  return {
    isBroken: true,
    said: (count, total) => seriesRemark('images-not-placed', { count, total, lacks }),
  };
}

function notPlaced(header: ImageHeader): NotPlaced | null {
  if (header.numberOfFrames !== 1) return 'frames';
  if (!(header.rows >= 1 && header.columns >= 1)) return 'matrix';
  if (header.imagePositionMm === null) return 'position';
  if (header.rowDirection === null || header.columnDirection === null) return 'orientation';
  if (header.pixelSpacingMm === null) return 'spacing';
  return isOrthonormal(header.rowDirection, header.columnDirection) ? null : 'right-angles';
}

function processedAs(header: ImageHeader): ProcessedAs | null {
  const [first, second, ...others] = header.imageType.map((value) => value.toUpperCase());
  for (const [pattern, as] of UNFIT_IMAGE_TYPES) {
    // The first two values say ORIGINAL or DERIVED, PRIMARY or SECONDARY; vendors put the rest behind them.
    if (others.some((value) => pattern.test(value))) return as;
  }
  if (first === 'DERIVED' && dixonImage(header) === null) return 'derived';
  if (second === 'SECONDARY') return 'secondary';
  return header.diffusionBValue !== null && header.diffusionBValue > 0 ? 'diffusion' : null;
}

/** The images that can be used, and why the others cannot, counted; `broken` when any of these is. */
export function sortOut(
  headers: readonly ImageHeader[],
  maxFramePixels: number,
): {
  readonly usable: readonly PlacedHeader[];
  readonly objections: readonly SeriesRemark[];
  readonly broken: boolean;
} {
  const usable: PlacedHeader[] = [];
  const found: Objection[] = [];
  for (const header of headers) {
    const problem = objection(header, maxFramePixels);
    if (problem === null) usable.push(header as PlacedHeader);
    else found.push(problem);
  }
  const alike = Map.groupBy(found, ({ said }) => JSON.stringify(said(1, 1)));
  return {
    usable,
    objections: [...alike.values()].map((members) => members[0]!.said(members.length, headers.length)),
    broken: found.some(({ isBroken }) => isBroken),
  };
}
