/** A probability in per cent, whole: neither certain nor impossible where it only rounds to it. */
export function inPercent(probability: number): string {
  const rounded = Math.round(100 * probability);
  if (rounded === 100 && probability < 1) return '> 99 %';
  if (rounded === 0 && probability > 0) return '< 1 %';
  return `${rounded} %`;
}
