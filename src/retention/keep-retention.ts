import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';
import { goOver, LET_GO, type LetGo, letGoBatch, type RetentionPeriods } from './let-go.ts';

/** Not with the start of the process, which has other things to do … */
const FIRST_AFTER_MS = 60_000;
/** … and from then on this often. */
const EVERY_MS = 60 * 60_000;
/** Between two batches, for whoever waits for the database. */
const PAUSE_MS = 200;

/**
 * Lets go, now and then, of what is kept no longer, until `stop`. Any number of processes of a database may: one of them
 * does.
 */
export function keepRetention(
  database: Database,
  periods: RetentionPeriods,
  events: Pick<Events, 'retentionPassed' | 'retentionFault'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const keeping = (async () => {
    await rest(FIRST_AFTER_MS);
    while (!signal.aborted) {
      try {
        events.retentionPassed(await letGo(database, periods, signal));
      } catch (fault) {
        events.retentionFault(fault);
      }
      await rest(EVERY_MS);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await keeping;
    },
  };
}

/**
 * Lets go of everything whose time has come, batch by batch, as long as no other process is at it and the signal is not
 * aborted.
 * @returns how much of what there was.
 */
export async function letGo(
  database: Database,
  periods: RetentionPeriods,
  signal?: AbortSignal,
): Promise<Readonly<Record<LetGo, number>>> {
  const counts = Object.fromEntries(LET_GO.map((what) => [what, 0])) as Record<LetGo, number>;
  pass: for (const what of LET_GO) {
    const days = what === 'result-bytes' ? periods.resultBytesDays : periods.recordsDays;
    for (let more = days !== null; more && !signal?.aborted; ) {
      const batch = await letGoBatch(database, what, days!);
      // All of it is the other's then: going on with the next kind, two could get in each other's way at every one.
      if (batch === null) break pass;
      counts[what] += batch.count;
      more = batch.more;
      if (more) await sleep(PAUSE_MS);
    }
  }
  if (Object.values(counts).some((count) => count > 0)) await goOver(database);
  return counts;
}
