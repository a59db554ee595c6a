import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../domain/level.ts';
import { phantomStudy } from '../phantom-study.ts';
import { TISSUE } from '../tissue/tissue.ts';
import { tissueSampler } from '../tissue/tissue-sampler.ts';
import { makeAnatomy } from './make-anatomy.ts';
import { LUMBAR_COUNTS, type SpineVariant, TRANSITIONS } from './spine-variant.ts';
import { FIRST_SACRAL, VERTEBRAE } from './vertebra.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const mean = (variant: SpineVariant, of: (anatomy: ReturnType<typeof makeAnatomy>) => number) =>
  SEEDS.reduce((sum, seed) => sum + of(makeAnatomy(seed, { variant })), 0) / SEEDS.length;

describe('a spine of another number of lumbar vertebrae', () => {
  it.each(LUMBAR_COUNTS)('has %i of them above the sacrum, and names that say so', (lumbarVertebrae) => {
    const { vertebrae, firstLumbar } = makeAnatomy(5, { variant: { lumbarVertebrae } });
    const names = vertebrae.map(({ name }) => name);
    expect(names.slice(FIRST_SACRAL)).toEqual(VERTEBRAE.slice(FIRST_SACRAL));
    expect(names.slice(firstLumbar, FIRST_SACRAL)).toEqual(
      ['L1', 'L2', 'L3', 'L4', 'L5', 'L6'].slice(0, lumbarVertebrae),
    );
    expect(names[firstLumbar - 1]).toBe('T12');
  });

  it('is the ordinary spine where there are five', () => {
    expect(makeAnatomy(5, { variant: { lumbarVertebrae: 5 } })).toEqual(makeAnatomy(5));
  });

  it('has bodies, transverse processes and a cord that follow its own count', () => {
    const six = { lumbarVertebrae: 6 } as const;
    // The vertebra below which the five graded discs begin: T12 of five, L1 of six.
    const above = FIRST_SACRAL - 6;
    expect(mean(six, ({ vertebrae }) => vertebrae[above]!.halfHeightMm)).toBeGreaterThan(
      mean({}, ({ vertebrae }) => vertebrae[above]!.halfHeightMm) + 0.4,
    );
    expect(
      mean({}, ({ habitus }) => habitus.conusAt) - mean(six, ({ habitus }) => habitus.conusAt),
    ).toBeCloseTo(1);
    expect(transverseProcesses(six)).toBe(transverseProcesses({}) + 1);
  });

  it('is graded on the five discs above the sacrum, the last of them "L5/S1"', () => {
    const { truth, anatomy } = phantomStudy(5, { variant: { lumbarVertebrae: 6 } });
    const last = truth.levels.at(-1)!;
    expect(truth.levels.map(({ level }) => level)).toEqual(LEVELS);
    const [l6, s1] = anatomy.vertebrae.slice(FIRST_SACRAL - 1);
    const between = [0, 1, 2].map((axis) => (l6!.centreMm[axis]! + s1!.centreMm[axis]!) / 2);
    expect(Math.hypot(...between.map((mm, axis) => mm - last.discMm[axis]!))).toBeLessThan(3);
  });
});

describe('a transitional vertebra', () => {
  it.each(TRANSITIONS)('%s: changes the disc below it and its form, and nothing above', (transition) => {
    const at = transition === 'lumbarised-s1' ? FIRST_SACRAL : FIRST_SACRAL - 1;
    const height = (variant: SpineVariant) => mean(variant, ({ segments }) => segments[at]!.discHeightMm);
    if (transition === 'lumbarised-s1') expect(height({ transition })).toBeGreaterThan(2 * height({}));
    else expect(height({ transition })).toBeLessThan(height({}) / 2);
    const changed = makeAnatomy(5, { variant: { transition } });
    expect(changed.segments.slice(0, at - 1)).toEqual(makeAnatomy(5).segments.slice(0, at - 1));
  });
});

/** How many vertebrae bear bone 35 mm beside the midline behind the body. */
function transverseProcesses(variant: SpineVariant): number {
  const anatomy = makeAnatomy(5, { variant });
  const sampler = tissueSampler(anatomy);
  const bone = new Set<number>([TISSUE.cortex, TISSUE.posteriorMarrow]);
  return anatomy.vertebrae
    .slice(0, FIRST_SACRAL)
    .filter(({ centreMm, left, posterior, down, halfDepthMm }) => {
      const at = (below: number, behind: number) =>
        [0, 1, 2].map(
          (i) => centreMm[i]! + 34 * left[i]! + (halfDepthMm + behind) * posterior[i]! + below * down[i]!,
        );
      const places = [-8, -4, 0, 4].flatMap((below) => [9, 12, 15].map((behind) => at(below, behind)));
      return places.some((place) => bone.has(sampler.at(place)));
    }).length;
}
