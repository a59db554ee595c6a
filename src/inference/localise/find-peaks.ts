/** One candidate peak of a landmark's heat map, in heat-map pixels (column = posterior, row = caudal). */
export interface Peak {
  readonly column: number;
  readonly row: number;
  readonly score: number;
}

const CANDIDATES = 6;
/** Score of "not in the picture", which a real but faint peak must beat. */
export const ABSENT_SCORE = 0.05;

/** The highest local maxima of one map, refined to sub-pixel by the centre of mass of the 5 × 5 neighbourhood. */
export function findPeaks(map: Float32Array, width: number, height: number): Peak[] {
  const peaks: Peak[] = [];
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      const value = map[at]!;
      if (value < ABSENT_SCORE) continue;
      if (isLocalMaximum(map, at, width, value)) peaks.push(refine(map, width, height, column, row));
    }
  }
  return peaks.sort((a, b) => b.score - a.score).slice(0, CANDIDATES);
}

function isLocalMaximum(map: Float32Array, at: number, width: number, value: number): boolean {
  for (let dr = -1; dr <= 1; dr++) {
    for (let dc = -1; dc <= 1; dc++) {
      const neighbour = map[at + dr * width + dc]!;
      // Of a plateau only the first pixel counts.
      const earlier = dr < 0 || (dr === 0 && dc < 0);
      if (neighbour > value || (earlier && neighbour === value)) return false;
    }
  }
  return true;
}

function refine(map: Float32Array, width: number, height: number, column: number, row: number): Peak {
  let sum = 0;
  let columns = 0;
  let rows = 0;
  for (let r = Math.max(0, row - 2); r <= Math.min(height - 1, row + 2); r++) {
    for (let c = Math.max(0, column - 2); c <= Math.min(width - 1, column + 2); c++) {
      const weight = map[r * width + c]!;
      sum += weight;
      columns += weight * c;
      rows += weight * r;
    }
  }
  return { column: columns / sum, row: rows / sum, score: map[row * width + column]! };
}
