/** How bright tissues are in the pixels, one against another. */
export interface PixelFigures {
  readonly coreToMuscle: number;
  readonly coreToFat: number;
  readonly muscleToFat: number;
}

const SEEN = {
  stir: 'bright fluid, dark fat, as in STIR',
  t2: 'bright fluid, as in T2',
  t1: 'no bright fluid, as in T1',
} as const;

export interface SeenInPixels extends PixelFigures {
  readonly shows: keyof typeof SEEN;
}

/** The figures and what they show. */
export function seenInWords(seen: SeenInPixels): string {
  return `${inFigures(seen)}: ${SEEN[seen.shows]}`;
}

/** Why the pixels do not tell: null where they do not show the back. */
export function undecidedInWords({ figures }: { readonly figures: PixelFigures | null }): string {
  return figures === null
    ? 'the images do not show the back, so that their pixels cannot tell their contrast'
    : `the pixels do not tell either: ${inFigures(figures)}`;
}

function inFigures({ coreToMuscle, coreToFat, muscleToFat }: PixelFigures): string {
  return `the brightest in the midline is ${coreToMuscle.toFixed(1)} times as bright as muscle and ${coreToFat.toFixed(1)} times as bright as fat, muscle ${muscleToFat.toFixed(2)} times as bright as fat`;
}
