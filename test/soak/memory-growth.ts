import type { MemorySample } from './fleet.ts';

/** In each third of a life there have to be so many, or nothing is said. */
const FEWEST = 8;
/** What a process may have grown by: allocators and caches take their time, a leak takes more. */
const FACTOR = 1.25;
const ALLOWANCE_MIB = 64;

/** Of one process, the medians of the first and last third of its life. */
export interface Growth {
  readonly slot: string;
  readonly seconds: number;
  readonly firstMib: number;
  readonly lastMib: number;
  readonly isFlat: boolean;
}

/** How resident memory went in every life that was long enough to tell, the longest first. */
export function memoryGrowth(samples: readonly MemorySample[]): readonly Growth[] {
  const lives = Map.groupBy(samples, ({ pid }) => pid);
  return [...lives.values()]
    .flatMap((life) => growthOf(life) ?? [])
    .sort((one, other) => other.seconds - one.seconds);
}

function growthOf(life: readonly MemorySample[]): Growth | null {
  const [from, to] = [life[0]!.at, life.at(-1)!.at];
  const third = (to - from) / 3;
  const first = life.filter(({ at }) => at < from + third).map(({ mib }) => mib);
  const last = life.filter(({ at }) => at > to - third).map(({ mib }) => mib);
  if (Math.min(first.length, last.length) < FEWEST) return null;
  const [firstMib, lastMib] = [median(first), median(last)];
  const isFlat = lastMib <= FACTOR * firstMib + ALLOWANCE_MIB;
  return { slot: life[0]!.slot, seconds: (to - from) / 1000, firstMib, lastMib, isFlat };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
