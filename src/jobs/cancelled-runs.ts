import type { Sql } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';
import { cancelRequested } from './ledger/cancel-analysis.ts';

/** How often the runs of a process are looked over for those that somebody, by any process, wants to end. */
const LOOK_MS = 1_000;

/** The runs under way in this process, to be ended one by one. */
export interface CancelledRuns {
  /** A signal for the run, aborted when it is to end. */
  begin(id: string): AbortController;
  end(id: string): void;
  close(): Promise<void>;
}

export function cancelledRuns(sql: Sql, events: Pick<Events, 'queueFault'>): CancelledRuns {
  const runs = new Map<string, AbortController>();
  let looking: Promise<void> | null = null;
  const look = async () => {
    for (const id of await cancelRequested(sql, [...runs.keys()])) runs.get(id)?.abort();
  };
  const timer = setInterval(() => {
    if (runs.size === 0 || looking !== null) return;
    looking = look()
      .catch(events.queueFault)
      .finally(() => {
        looking = null;
      });
  }, LOOK_MS);
  timer.unref();
  return {
    begin(id) {
      const run = new AbortController();
      runs.set(id, run);
      return run;
    },
    end: (id) => void runs.delete(id),
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
