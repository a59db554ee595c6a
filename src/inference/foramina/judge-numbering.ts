import type { LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { dot, subtract } from '../../domain/point.ts';
import { remark, type Warning } from '../../domain/remark.ts';
import { levelFrame } from '../crop/level-frame.ts';
import type { ForamenPeak } from './detect-on-slice.ts';
import { FORAMEN_ABOVE_MM } from './place-likelihood.ts';

/** Fewer foramina say nothing of the numbering. */
const LEAST_COUNT = 3;
/** Of five levels so many that agree, and none that does not, confirm it. */
const CONFIRMING = 4;

/**
 * What is doubtful of the numbering when the finder's is held against the localiser's: each level's highest peak in a row of
 * foramina is counted by the disc it lies at. A warning where more foramina lie one level higher or lower than agree. Where
 * they agree, two networks of two series count alike, and that neighbouring discs look alike is no doubt any more; that the
 * upper discs look like lower ones is one still, for foramina say nothing of a sixth lumbar vertebra. On the labelled slices of 309
 * studies (parts 8 and 9) five are doubted and 297 confirmed as labelled, one level off 604 of 618 doubted and two confirmed.
 * @param doubts what the localiser warns of
 */
export function judgeNumbering(
  peaks: readonly ForamenPeak[],
  levels: readonly LocalisedLevel[],
  doubts: readonly Warning[],
): readonly Warning[] {
  const shifts = LEVELS.flatMap((level, k) => {
    const [best] = peaks
      .filter((peak) => peak.inChain && peak.level === level)
      .sort((a, b) => b.score - a.score);
    return best === undefined ? [] : [discAt(best, levels) - k];
  });
  const count = (shift: number) => shifts.filter((each) => each === shift).length;
  const [agree, higher, lower] = [count(0), count(-1), count(1)];
  if (agree >= CONFIRMING && higher + lower === 0) return doubts.filter((doubt) => !isOfNeighbours(doubt));
  if (shifts.length < LEAST_COUNT || Math.max(higher, lower) <= agree) return doubts;
  return [...doubts, remark('numbering-uncertain', { because: 'foramina', agree, higher, lower })];
}

function isOfNeighbours({ code, facts }: Warning): boolean {
  return code === 'numbering-uncertain' && facts.because === 'neighbours';
}

/** Index of the level whose disc is nearest along the spine. */
function discAt({ pointMm }: ForamenPeak, levels: readonly LocalisedLevel[]): number {
  const away = levels.map((_, i) => {
    const { canalMm, caudal } = levelFrame(levels, i);
    return Math.abs(dot(subtract(pointMm, canalMm), caudal) + FORAMEN_ABOVE_MM);
  });
  return away.indexOf(Math.min(...away));
}
