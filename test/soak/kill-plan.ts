import { STAGES } from '../../src/domain/stage.ts';
import type { Random } from '../../src/phantom/random.ts';

/** What a process has just done when it is killed, as its log tells it, or the proxy before its archive. */
const BOUNDARIES: readonly string[] = [
  'study-noticed',
  'study-submitted',
  'analysis-started',
  ...STAGES.map((stage) => `${stage} finished`),
  'results sent',
  'analysis-stored',
  'callback-attempted',
];

export interface KillPlan {
  /** Told of what a process has just done. @returns whether it was killed for it. */
  reached(slot: string, boundary: string): boolean;
  /** Kills by what the process had just done, or `at random`. */
  readonly counts: Readonly<Record<string, number>>;
  end(): void;
}

/** No sooner after a kill does another follow, so that something is done between. */
const PAUSE_MS = 1_500;

/**
 * Kills at every boundary in turn, whichever is reached first, again and again, and at random moments between.
 * @param everyMs mean time between kills at random.
 */
export function killPlan(
  random: Random,
  slots: readonly string[],
  everyMs: number,
  kill: (slot: string) => void,
): KillPlan {
  const counts: Record<string, number> = {};
  let waiting = new Set(BOUNDARIES);
  let notBefore = 0;
  const strike = (slot: string, why: string) => {
    counts[why] = (counts[why] ?? 0) + 1;
    notBefore = performance.now() + PAUSE_MS;
    kill(slot);
  };
  let timer: NodeJS.Timeout;
  const atRandom = () => {
    timer = setTimeout(() => {
      strike(random.pick(slots), 'at random');
      atRandom();
    }, everyMs * random.uniform(0.3, 1.7));
  };
  atRandom();
  let ended = false;
  return {
    counts,
    reached(slot, boundary) {
      if (ended || performance.now() < notBefore || !waiting.delete(boundary)) return false;
      if (waiting.size === 0) waiting = new Set(BOUNDARIES);
      strike(slot, boundary);
      return true;
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
