import { ABSENT_SCORE, type Peak } from './find-peaks.ts';

/** Centre-to-centre distance of neighbouring lumbar discs in adults lies well inside these bounds. */
const MIN_DISTANCE_MM = 18;
const MAX_DISTANCE_MM = 58;

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
