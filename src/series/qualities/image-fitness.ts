import type { ImageHeader } from '../../dicom/image/image-header.ts';
import { isOrthonormal } from '../../volume/slice-plane.ts';
import type { PlacedHeader } from '../../volume/stack-geometry.ts';

/** PS3.6 annex A: MR Image, Enhanced MR Image, Legacy Converted Enhanced MR Image Storage. */
const MR_IMAGE_CLASSES = new Set(['', '.1', '.4'].map((suffix) => `1.2.840.10008.5.1.4.1.1.4${suffix}`));

/**
 * What one value of ImageType or FrameType (PS3.3 C.7.6.1.1.2, C.8.3.1.1.1, C.8.16.1, and vendors' own) makes of an
 * image. The first that fits is said.
 */
const UNFIT_IMAGE_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(LOCALI[SZ]ER|SCOUT|SURVEY)$/, 'marks them as localiser'],
  [/^(SUBTRACTION|SUBTRACT|SUB)$/, 'marks them as subtraction'],
  [
    /^((CSA )?MPR|REFORMATTED|RESAMPLED|CPR|MIN ?IP|MNIP|MAXIMUM|MINIMUM|MEAN|PROJECTION IMAGE|CSA 3D EDITOR)$|\bMIP\b/,
    'marks them as reformatted or projected',
  ],
  [
    /^(ADC|FA|COLFA|TRACEW?|EXP|(T1|T2|T2_STAR|T2STAR|R2|R2_STAR|B0|B1|PHASE) ?_?MAP|FIELD_MAP|QUANTITY|DIFFUSION|PERFUSION|VELOCITY|FLOW_ENCODED|TAGGING)$|^(DIFFUSION|PERFUSION)_/,
    'marks them as a computed map or a measurement of motion',
  ],
  [/^(P|PHASE|I|IMAGINARY)$/, 'marks them as phase or imaginary part'],
  [/^(F|FAT|FF|FAT_FRACTION)$/, 'marks them as fat image of a Dixon acquisition'],
  [
    /^(OP|OPP_?PHASE|OPPOSED_PHASE|OUT_(OF_)?PHASE)$/,
    'marks them as opposed-phase image of a Dixon acquisition',
  ],
  [/^SCREENSHOT$/, 'marks them as screenshot'],
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

/** Why an image cannot be used. A broken one says that it is a plain MR image and lacks what makes it one. */
interface Objection {
  readonly kind: 'other' | 'broken';
  readonly words: string;
}

/**
 * Why an image cannot be used, null when it can: then it is a PlacedHeader. A role given by a rule of the site
 * overrules what the image says it is, not what makes it an image in the patient.
 */
function objection(header: ImageHeader, maxFramePixels: number): Objection | null {
  const { siteRule } = header;
  const other = (words: string): Objection => ({ kind: 'other', words });
  if (siteRule !== null && siteRule.role === null) {
    return other(`rule "${siteRule.name}" of this site turns them down`);
  }
  const type = siteRule === null ? notMr(header) : null;
  if (type !== null) return other(type);
  if (header.rows * header.columns > maxFramePixels) {
    return other(`more pixels (0028,0010), (0028,0011) than the limit of ${maxFramePixels} a frame`);
  }
  const problem = notPlaced(header);
  return problem === null ? null : { kind: 'broken', words: problem };
}

function notPlaced(header: ImageHeader): string | null {
  if (header.numberOfFrames !== 1) return 'multi-frame without functional groups (5200,9230)';
  if (!(header.rows >= 1 && header.columns >= 1)) return 'no pixel matrix (0028,0010), (0028,0011)';
  if (header.imagePositionMm === null) return 'no ImagePositionPatient (0020,0032)';
  if (header.rowDirection === null || header.columnDirection === null)
    return 'no ImageOrientationPatient (0020,0037)';
  if (header.pixelSpacingMm === null) return 'no PixelSpacing (0028,0030)';
  if (!isOrthonormal(header.rowDirection, header.columnDirection)) {
    return 'ImageOrientationPatient (0020,0037) is not two unit vectors at right angles';
  }
  return null;
}

function notMr(header: ImageHeader): string | null {
  if (!MR_IMAGE_CLASSES.has(header.sopClassUid)) return 'SOPClassUID (0008,0016) is none of an MR image';
  const [first, second, ...others] = header.imageType.map((value) => value.toUpperCase());
  for (const [pattern, words] of UNFIT_IMAGE_TYPES) {
    // The first two values say ORIGINAL or DERIVED, PRIMARY or SECONDARY; vendors put the rest behind them.
    if (others.some((value) => pattern.test(value))) return `ImageType (0008,0008) ${words}`;
  }
  if (first === 'DERIVED' && dixonImage(header) === null) {
    return 'ImageType (0008,0008) marks them as derived from other images';
  }
  if (second === 'SECONDARY') return 'ImageType (0008,0008) marks them as made after the examination';
  if (header.diffusionBValue !== null && header.diffusionBValue > 0) {
    return 'a diffusion b-value (0018,9087) marks them as diffusion-weighted';
  }
  return null;
}

/** The images that can be used, and why the others cannot, counted; `broken` when any of these is. */
export function sortOut(
  headers: readonly ImageHeader[],
  maxFramePixels: number,
): {
  readonly usable: readonly PlacedHeader[];
  readonly objections: readonly string[];
  readonly broken: boolean;
} {
  const usable: PlacedHeader[] = [];
  const counts = new Map<string, number>();
  let broken = false;
  for (const header of headers) {
    const problem = objection(header, maxFramePixels);
    if (problem === null) usable.push(header as PlacedHeader);
    else counts.set(problem.words, (counts.get(problem.words) ?? 0) + 1);
    broken ||= problem?.kind === 'broken';
  }
  const objections = [...counts].map(([words, count]) => `${count} of ${headers.length} images: ${words}`);
  return { usable, objections, broken };
}
