/** Of so many images of the series it is said. */
interface OfImages {
  readonly count: number;
  readonly total: number;
}

/** What ImageType, FrameType or a b-value make of an image that is no plain MR image. */
const PROCESSED = {
  localiser: 'ImageType (0008,0008) marks them as localiser',
  subtraction: 'ImageType (0008,0008) marks them as subtraction',
  reformatted: 'ImageType (0008,0008) marks them as reformatted or projected',
  map: 'ImageType (0008,0008) marks them as a computed map or a measurement of motion',
  phase: 'ImageType (0008,0008) marks them as phase or imaginary part',
  'dixon-fat': 'ImageType (0008,0008) marks them as fat image of a Dixon acquisition',
  'dixon-opposed': 'ImageType (0008,0008) marks them as opposed-phase image of a Dixon acquisition',
  screenshot: 'ImageType (0008,0008) marks them as screenshot',
  derived: 'ImageType (0008,0008) marks them as derived from other images',
  secondary: 'ImageType (0008,0008) marks them as made after the examination',
  diffusion: 'a diffusion b-value (0018,9087) marks them as diffusion-weighted',
} as const;
export type ProcessedAs = keyof typeof PROCESSED;

/** What an image lacks that gives it a size and a place in the patient. */
const NOT_PLACED = {
  frames: 'multi-frame without functional groups (5200,9230)',
  matrix: 'no pixel matrix (0028,0010), (0028,0011)',
  position: 'no ImagePositionPatient (0020,0032)',
  orientation: 'no ImageOrientationPatient (0020,0037)',
  spacing: 'no PixelSpacing (0028,0030)',
  'right-angles': 'ImageOrientationPatient (0020,0037) is not two unit vectors at right angles',
} as const;
export type NotPlaced = keyof typeof NOT_PLACED;

const of = ({ count, total }: OfImages, words: string) => `${count} of ${total} images: ${words}`;

/** What images of a series cannot be used for. */
export const IMAGE_SENTENCES = {
  'refused-by-rule': (facts: OfImages & { readonly rule: string | null }) =>
    of(
      facts,
      facts.rule === null
        ? 'whoever asked for the analysis turns them down'
        : `rule "${facts.rule}" of this site turns them down`,
    ),
  'not-among-named': (facts: OfImages) =>
    of(facts, 'whoever asked for the analysis names other series to use'),
  'images-not-mr': (facts: OfImages) => of(facts, 'SOPClassUID (0008,0016) is none of an MR image'),
  'images-processed': (facts: OfImages & { readonly as: ProcessedAs }) => of(facts, PROCESSED[facts.as]),
  'images-too-large': (facts: OfImages & { readonly limit: number }) =>
    of(facts, `more pixels (0028,0010), (0028,0011) than the limit of ${facts.limit} a frame`),
  'images-not-placed': (facts: OfImages & { readonly lacks: NotPlaced }) =>
    of(facts, NOT_PLACED[facts.lacks]),
  'dixon-image': ({ image }: { readonly image: 'water' | 'in-phase' }) =>
    `${image} image of a Dixon acquisition`,
} as const;
