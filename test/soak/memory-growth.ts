import type { MemorySample } from './fleet.ts';

/** In each third of the time there have to be so many, or nothing is said. */
const FEWEST = 5;
/** What a process may have grown by: allocators and caches take their time, a leak takes more. */
const FACTOR = 1.25;
const ALLOWANCE_MIB = 64;

/** Of one place of the fleet, the medians of its first and last third; null: too few to tell. */
export interface Growth {
  readonly slot: string;
  readonly firstMib: number;
  readonly lastMib: number;
  readonly isFlat: boolean;
}

/** Resident memory by place, first third of all the time against the last. */
export function memoryGrowth(samples: readonly MemorySample[]): readonly Growth[] {
  const times = samples.map(({ at }) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const third = (to - from) / 3;
  return [...new Set(samples.map(({ slot }) => slot))].sort().flatMap((slot) => {
    const own = samples.filter((sample) => sample.slot === slot);
    const first = own.filter(({ at }) => at < from + third).map(({ mib }) => mib);
    const last = own.filter(({ at }) => at > to - third).map(({ mib }) => mib);
    if (Math.min(first.length, last.length) < FEWEST) return [];
    const [firstMib, lastMib] = [median(first), median(last)];
    return [{ slot, firstMib, lastMib, isFlat: lastMib <= FACTOR * firstMib + ALLOWANCE_MIB }];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
