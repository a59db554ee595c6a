/** Why the levels might be counted otherwise. */
export type NumberingDoubt =
  | { readonly because: 'neighbours' | 'upper-discs' }
  /** How many foramina lie at the disc of their level, and how many one level off. */
  | {
      readonly because: 'foramina';
      readonly agree: number;
      readonly higher: number;
      readonly lower: number;
    };

export function numberingInWords(doubt: NumberingDoubt): string {
  switch (doubt.because) {
    case 'neighbours':
      return 'The discs could as well be numbered one level higher or lower (a sixth lumbar or a transitional vertebra, or too little of the sacrum in the image): level numbering is uncertain.';
    case 'upper-discs':
      return 'Counted from the sacrum, the upper discs look like those one level lower (a sixth lumbar or a transitional vertebra?): level numbering is uncertain.';
    case 'foramina':
      return `Of the neural foramina seen, ${doubt.agree} lie at the disc of their level, ${doubt.higher} one level higher and ${doubt.lower} one level lower (a sixth lumbar or a transitional vertebra?): level numbering is uncertain.`;
  }
}
