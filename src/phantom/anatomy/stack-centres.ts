import type { DrawnBody } from './draw-bodies.ts';
import type { Frame } from './vertebra-frame.ts';

/**
 * Middles of the bodies along their axes, the first at the origin, mm; `listhesisMm` per disc moves what is below it
 * backward.
 */
export function stackCentres(
  drawn: readonly DrawnBody[],
  frames: readonly Frame[],
  listhesisMm: readonly number[],
): readonly (readonly [number, number, number])[] {
  const centres: [number, number, number][] = [[0, 0, 0]];
  for (let i = 1; i < drawn.length; i++) {
    const [above, below] = [drawn[i - 1]!, drawn[i]!];
    const [f, g] = [frames[i - 1]!, frames[i]!];
    const from = centres[i - 1]!;
    const upper = above.height / 2 + above.disc / 2;
    const lower = below.height / 2 + above.disc / 2;
    const back = listhesisMm[i - 1] ?? 0;
    // The posterior walls, not the centres, follow one line: shift by the difference of the half depths.
    const step = back - (below.halfDepth - above.halfDepth);
    centres.push(
      [0, 1, 2].map(
        (axis) => from[axis]! + upper * f.down[axis]! + lower * g.down[axis]! + step * g.posterior[axis]!,
      ) as [number, number, number],
    );
  }
  return centres;
}
