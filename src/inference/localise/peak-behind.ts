import type { Peak } from './find-peaks.ts';

/** The canal's centre lies behind the disc's within these distances in adults … */
const CANAL_MIN_MM = 10;
const CANAL_MAX_MM = 45;
/** … and across the spine: at most this share of the distance may run along it. */
const CANAL_MAX_SLANT = 0.5;

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
