import type { Estimate } from '../../measures/bootstrap.ts';

/** A figure with its interval, where there is one. */
export function estimate({ value, interval }: Estimate): string {
  if (value === null) return '–';
  return interval === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} (${interval[0].toFixed(3)}–${interval[1].toFixed(3)})`;
}
