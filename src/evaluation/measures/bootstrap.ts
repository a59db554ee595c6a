import { quantile } from '../../domain/quantile.ts';
import { seededRandom } from '../../phantom/random.ts';

/** A statistic with its 95 % percentile interval; null where it is undefined. */
export interface Estimate {
  readonly value: number | null;
  readonly interval: readonly [low: number, high: number] | null;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples: number;
}

/** An interval is given only when the statistic is defined in this share of the resamples. */
const MIN_DEFINED = 0.9;

/**
 * Percentile bootstrap (Efron and Tibshirani 1993): units, here whole studies with all their rows, are drawn with
 * replacement, because the levels and sides of one patient are not independent. The same seed and number of units
 * give the same draws, so that intervals of different statistics are comparable.
 */
export function bootstrap<Unit, Name extends string>(
  units: readonly Unit[],
  statistics: (units: readonly Unit[]) => Readonly<Record<Name, number | null>>,
  { seed, resamples }: BootstrapOptions,
): Readonly<Record<Name, Estimate>> {
  const values = statistics(units);
  const names = Object.keys(values) as Name[];
  const drawn = new Map<Name, number[]>(names.map((name) => [name, []]));
  const random = seededRandom(seed, 'bootstrap');
  for (let resample = 0; units.length > 1 && resample < resamples; resample++) {
    const result = statistics(units.map(() => units[random.integer(0, units.length - 1)]!));
    for (const name of names) if (result[name] !== null) drawn.get(name)!.push(result[name]);
  }
  const estimate = (name: Name): Estimate => {
    const samples = drawn.get(name)!;
    const defined = samples.length > 0 && samples.length >= MIN_DEFINED * resamples;
    const interval = [quantile(samples, 0.025), quantile(samples, 0.975)] as const;
    return { value: values[name], interval: defined && values[name] !== null ? interval : null };
  };
  return Object.fromEntries(names.map((name) => [name, estimate(name)])) as Record<Name, Estimate>;
}
