import { ABSENT_SCORE, type Peak } from './find-peaks.ts';

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
