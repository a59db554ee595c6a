/** One candidate peak of a landmark's heat map, in heat-map pixels (column = posterior, row = caudal). */
export interface Peak {
  readonly column: number;
  readonly row: number;
  readonly score: number;
}

const CANDIDATES = 6;
/** Centre-to-centre distance of neighbouring lumbar discs in adults lies well inside these bounds. */
const MIN_DISTANCE_MM = 18;
const MAX_DISTANCE_MM = 58;
/** The canal's centre lies behind the disc's within these distances in adults … */
const CANAL_MIN_MM = 10;
const CANAL_MAX_MM = 45;
/** … and across the spine: at most this share of the distance may run along it. */
const CANAL_MAX_SLANT = 0.5;
/** Score of "not in the picture", which a real but faint peak must beat. */
const ABSENT_SCORE = 0.05;

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

/**
 * Chooses at most one peak a landmark so that the chain runs cranially from the last landmark to the first with
 * plausible distances, and the summed log score is greatest (dynamic programming from the sacrum upward).
 * `candidates[k]` are the peaks of landmark k, cranial first. A landmark may be absent only at the chain's ends.
 * Returns one peak or null a landmark.
 */
export function decodeChain(
  candidates: readonly (readonly Peak[])[],
  mmPerPixel: number,
): readonly (Peak | null)[] {
  interface Node {
    readonly peak: Peak;
    readonly score: number;
    readonly below: Node | null;
    readonly index: number;
  }
  const gain = (peak: Peak) => Math.log(peak.score / ABSENT_SCORE);
  let best: Node | null = null;
  let previous: Node[] = [];
  for (let k = candidates.length - 1; k >= 0; k--) {
    const nodes: Node[] = candidates[k]!.map((peak) => {
      let below: Node | null = null;
      for (const node of previous) {
        const rise = (node.peak.row - peak.row) * mmPerPixel;
        const distance = Math.hypot(rise, (node.peak.column - peak.column) * mmPerPixel);
        const plausible = distance >= MIN_DISTANCE_MM && distance <= MAX_DISTANCE_MM && rise > distance * 0.3;
        if (plausible && (below === null || node.score > below.score)) below = node;
      }
      return { peak, below, index: k, score: gain(peak) + (below?.score ?? 0) };
    });
    for (const node of nodes) if (best === null || node.score > best.score) best = node;
    previous = nodes;
  }
  const chain: (Peak | null)[] = candidates.map(() => null);
  for (let node = best; node !== null; node = node.below) chain[node.index] = node.peak;
  return chain;
}

/**
 * How much better the landmarks' own maps explain a decoded chain than their neighbours' maps do: the mean log ratio
 * of a disc's score to what the map one level above (or below, whichever explains it better) says at its place. About
 * 0 means that the spine could as well be numbered one level off. Null for an empty chain.
 * @param maps one a landmark, of width × height values.
 */
export function numberingMargin(
  chain: readonly (Peak | null)[],
  maps: readonly Float32Array[],
  width: number,
  height: number,
): number | null {
  const margins = [-1, 1].flatMap((shift) => shiftMargin(chain, maps, width, height, shift) ?? []);
  return margins.length === 0 ? null : Math.min(...margins);
}

/**
 * The same of the upper half of the chain against the maps one level below alone: small where the upper discs look
 * like their lower neighbours although the sacrum was counted from, as above a sixth lumbar vertebra.
 */
export function upperMargin(
  chain: readonly (Peak | null)[],
  maps: readonly Float32Array[],
  width: number,
  height: number,
): number | null {
  return shiftMargin(chain.slice(0, Math.ceil(chain.length / 2)), maps, width, height, 1);
}

/** The mean log ratio of a disc's score to what the map `shift` levels below says at its place. */
function shiftMargin(
  chain: readonly (Peak | null)[],
  maps: readonly Float32Array[],
  width: number,
  height: number,
  shift: number,
): number | null {
  const ratios = chain.flatMap((peak, k) => {
    const rival = maps[k + shift];
    if (!peak || !rival) return [];
    const said = Math.max(ABSENT_SCORE, highestNear(rival, width, height, peak));
    return [Math.log(Math.max(ABSENT_SCORE, peak.score) / said)];
  });
  return ratios.length === 0 ? null : ratios.reduce((a, b) => a + b) / ratios.length;
}

function highestNear(map: Float32Array, width: number, height: number, { column, row }: Peak): number {
  let highest = 0;
  const [c0, r0] = [Math.round(column), Math.round(row)];
  for (let r = Math.max(0, r0 - 2); r <= Math.min(height - 1, r0 + 2); r++) {
    for (let c = Math.max(0, c0 - 2); c <= Math.min(width - 1, c0 + 2); c++) {
      highest = Math.max(highest, map[r * width + c]!);
    }
  }
  return highest;
}

/**
 * The highest of `peaks` that lies behind disc `k` of a decoded chain, across the spine's own direction there:
 * the canal at that disc's height, not at its neighbour's. Null where the disc is absent or nothing fits.
 */
export function peakBehind(
  discs: readonly (Peak | null)[],
  k: number,
  peaks: readonly Peak[],
  mmPerPixel: number,
): Peak | null {
  const disc = discs[k];
  if (!disc) return null;
  const above = discs[k - 1] ?? disc;
  const below = discs[k + 1] ?? disc;
  const length = Math.hypot(below.column - above.column, below.row - above.row);
  const fits = peaks.filter((peak) => {
    const [columns, rows] = [peak.column - disc.column, peak.row - disc.row];
    const distance = Math.hypot(columns, rows);
    const along =
      length === 0 ? 0 : (columns * (below.column - above.column) + rows * (below.row - above.row)) / length;
    const mm = distance * mmPerPixel;
    return (
      columns > 0 && mm >= CANAL_MIN_MM && mm <= CANAL_MAX_MM && Math.abs(along) <= CANAL_MAX_SLANT * distance
    );
  });
  return fits[0] ?? null;
}
