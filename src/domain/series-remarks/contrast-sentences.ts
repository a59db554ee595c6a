import { type SeenInPixels, seenInWords, undecidedInWords } from './pixel-figures.ts';
import { type TimesSeen, timesInWords } from './times-seen.ts';

interface Timed {
  readonly times: TimesSeen;
}

const DESCRIBED = {
  t1: 'the description says T1',
  flair: 'the description says FLAIR: fluid-suppressed, neither T1 nor T2',
  other: 'the description says another contrast than T1 and T2',
  t2: 'the description says T2 or STIR',
} as const;
const NOT_DESCRIBED = {
  both: 'the description names both T1 and T2',
  neither: 'the description names neither T1 nor T2',
} as const;
export type Described = keyof typeof DESCRIBED;
export type NotDescribed = keyof typeof NOT_DESCRIBED;

const WITHOUT_ROLE = { coronal: 'coronal', 'axial-t1': 'axial T1' } as const;

/** What tells the contrast of a series, and what it is. */
export const CONTRAST_SENTENCES = {
  'contrast-by-times': ({ times, contradicted }: Timed & { readonly contradicted: boolean }) =>
    contradicted ? `${timesInWords(times)}, although the description says otherwise` : timesInWords(times),
  /** `contrast`: a defined term of PS3.3 C.8.16.1.3. */
  'contrast-by-scanner': ({
    times,
    contrast,
    isOther,
  }: Timed & { readonly contrast: string; readonly isOther: boolean }) =>
    `${timesInWords(times)}; the scanner calls it ${contrast}${isOther ? ': neither T1 nor T2' : ''}`,
  'contrast-by-description': ({ times, says }: Timed & { readonly says: Described }) =>
    `${timesInWords(times)}; ${DESCRIBED[says]}`,
  'contrast-not-told': ({ times, description }: Timed & { readonly description: NotDescribed }) =>
    `${timesInWords(times)}; ${NOT_DESCRIBED[description]}`,
  'contrast-by-pixels': (seen: SeenInPixels) => `seen in the pixels: ${seenInWords(seen)}`,
  'pixels-do-not-tell': undecidedInWords,
  /** In the decoder's words. */
  'pixels-unreadable': ({ words }: { readonly words: string }) => words,
  'without-role': ({ images }: { readonly images: keyof typeof WITHOUT_ROLE }) =>
    `${WITHOUT_ROLE[images]}: no role in grading`,
} as const;
