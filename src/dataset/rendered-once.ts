import type { Volume } from '../volume/volume.ts';

/** The same volumes, of which the windowed one gives a slice whole once its pixels were read whole. */
export function renderedOnce(whole: Volume, windowed: Volume): { whole: Volume; windowed: Volume } {
  const read = new Set<number>();
  const choice = (i: number) => (read.has(i) ? whole : windowed).slices[i]!;
  return {
    whole: {
      ...whole,
      slices: whole.slices.map(({ plane, image }, i) => ({
        plane,
        image,
        pixels() {
          read.add(i);
          return whole.slices[i]!.pixels();
        },
      })),
    },
    windowed: {
      ...windowed,
      slices: windowed.slices.map(({ image }, i) => ({
        image,
        get plane() {
          return choice(i).plane;
        },
        pixels: () => choice(i).pixels(),
      })),
    },
  };
}
