/**
 * Area under the ROC curve: the share of (positive, negative) pairs in which the positive scores higher, a tie
 * counting half (Hanley and McNeil, Radiology 1982). Null when either kind is missing.
 */
export function auroc(scores: readonly number[], isPositive: readonly boolean[]): number | null {
  const positives = Float64Array.from(scores.filter((_, i) => isPositive[i])).sort();
  const negatives = Float64Array.from(scores.filter((_, i) => !isPositive[i])).sort();
  if (positives.length === 0 || negatives.length === 0) return null;
  let wins = 0;
  let below = 0;
  let notAbove = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below]! < score) below++;
    while (notAbove < negatives.length && negatives[notAbove]! <= score) notAbove++;
    wins += (below + notAbove) / 2;
  }
  return wins / (positives.length * negatives.length);
}

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * The curve from (0, 0) to (1, 1), equal scores taken together; points within a horizontal or vertical run are left
 * out. Empty when either kind is missing.
 */
export function rocCurve(scores: readonly number[], isPositive: readonly boolean[]): readonly RocPoint[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positiveCount = isPositive.filter(Boolean).length;
  const negativeCount = scores.length - positiveCount;
  if (positiveCount === 0 || negativeCount === 0) return [];
  const curve: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let [truePositives, falsePositives] = [0, 0];
  for (const [place, i] of order.entries()) {
    if (isPositive[i]) truePositives++;
    else falsePositives++;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[i]) continue;
    const point: RocPoint = {
      falsePositiveRate: falsePositives / negativeCount,
      truePositiveRate: truePositives / positiveCount,
    };
    if (continuesRun(curve, point)) curve.pop();
    curve.push(point);
  }
  return curve;
}

function continuesRun(curve: readonly RocPoint[], point: RocPoint): boolean {
  const [before, last] = [curve.at(-2), curve.at(-1)];
  if (before === undefined || last === undefined) return false;
  return (['falsePositiveRate', 'truePositiveRate'] as const).some(
    (axis) => before[axis] === last[axis] && last[axis] === point[axis],
  );
}
