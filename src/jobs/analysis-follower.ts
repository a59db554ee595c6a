import type { Sql } from '../database/sql.ts';
import type { Events } from '../observe/events/events.ts';
import type { AnalysisState } from './analysis-record.ts';
import { type AnalysisEvent, eventsAfter } from './ledger/analysis-events.ts';

/** How often the ledger is asked for what is new of all that is followed: whichever process writes it. */
const POLL_MS = 300;

/** Tells what becomes of analyses as it happens, in whichever process. */
export interface AnalysisFollower {
  /**
   * The events of an analysis after the one of that id, to the one that is final or the abort of the signal.
   * @param after 0 for all of them.
   */
  follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<AnalysisEvent, void>;
  /** How many are followed just now. */
  readonly following: number;
  /** Ends everything that is followed. */
  close(): void;
}

interface Followed {
  readonly id: string;
  after: number;
  readonly arrived: AnalysisEvent[];
  wake: () => void;
}

export function isFinal(state: AnalysisState): boolean {
  return state !== 'queued' && state !== 'running';
}

export function analysisFollower(sql: Sql, events: Pick<Events, 'queueFault'>): AnalysisFollower {
  const all = new Set<Followed>();
  const closed = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let asking = false;
  const poll = async () => {
    if (asking || all.size === 0) return;
    asking = true;
    try {
      const followed = [...all];
      const news = await eventsAfter(sql, followed);
      for (const one of followed) {
        const fresh = news.filter((event) => event.analysisId === one.id && event.id > one.after);
        one.after = fresh.at(-1)?.id ?? one.after;
        one.arrived.push(...fresh);
        if (fresh.length > 0) one.wake();
      }
    } catch (fault) {
      events.queueFault(fault);
    } finally {
      asking = false;
    }
  };
  return {
    async *follow(id, after, signal) {
      const ended = AbortSignal.any([signal, closed.signal]);
      const followed: Followed = { id, after, arrived: [], wake: () => undefined };
      all.add(followed);
      timer ??= setInterval(poll, POLL_MS);
      const onEnd = () => followed.wake();
      ended.addEventListener('abort', onEnd);
      try {
        void poll();
        while (!ended.aborted) {
          const event = followed.arrived.shift();
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              followed.wake = resolve;
            });
            continue;
          }
          yield event;
          if (isFinal(event.state)) return;
        }
      } finally {
        ended.removeEventListener('abort', onEnd);
        all.delete(followed);
        if (all.size === 0 && timer !== null) {
          clearInterval(timer);
          timer = null;
        }
      }
    },
    get following() {
      return all.size;
    },
    close: () => closed.abort(),
  };
}
