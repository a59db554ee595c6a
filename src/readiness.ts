import type { Archive } from './dicomweb/archive.ts';
import type { WatchEvent } from './dicomweb/study-visit.ts';
import type { ReadinessChecks } from './http/app.ts';
import type { ModelPack } from './inference/model-pack.ts';
import type { WriteProbe } from './jobs/write-probe.ts';
import { inTime } from './threads/in-time.ts';

/** What the watcher last did, as its events tell it. */
export interface WatcherHealth {
  note(event: WatchEvent): void;
  /** The watcher's loop ended although nobody stopped it. */
  died(): void;
  check(): ReadinessChecks['watcher'];
}

/** A part's answer is waited for no longer than this: probes have limits of their own. */
const ANSWER_LIMIT_MS = 5_000;

/** Begins as healthy: the first poll is yet to come. */
export function watcherHealth(enabled: boolean): WatcherHealth {
  let lastPollAt: string | null = null;
  let detail: string | null = null;
  return {
    note(event) {
      if (event.kind === 'poll-completed') {
        lastPollAt = new Date().toISOString();
        detail = null;
      }
      if (event.kind === 'poll-failed') detail = 'the last poll of the archive failed';
    },
    died() {
      detail = 'the watcher has stopped';
    },
    check: () => ({ ok: detail === null, detail, enabled, lastPollAt }),
  };
}

/** Asks every part whether it can do its work; a part that does not answer is not ok, never a rejection. */
export async function readinessChecks(
  parts: {
    readonly database: WriteProbe;
    readonly archive: Pick<Archive, 'ping'>;
    readonly pack: Pick<ModelPack, 'manifest' | 'sha256' | 'provider'>;
    readonly watcher: WatcherHealth;
  },
  limitMs = ANSWER_LIMIT_MS,
): Promise<ReadinessChecks> {
  const [database, archive] = await Promise.all([
    outcome('the database cannot be written to', limitMs, () => parts.database.write()),
    outcome('the archive does not answer', limitMs, (signal) => parts.archive.ping(signal)),
  ]);
  const { manifest, sha256, provider } = parts.pack;
  return {
    database,
    archive,
    // A pack that does not load keeps the service from starting.
    modelPack: { ok: true, detail: null, name: manifest.name, sha256, executionProvider: provider },
    watcher: parts.watcher.check(),
  };
}

async function outcome(
  problem: string,
  limitMs: number,
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<{ ok: boolean; detail: string | null }> {
  try {
    await inTime(ask(AbortSignal.timeout(limitMs)), limitMs);
    return { ok: true, detail: null };
  } catch {
    return { ok: false, detail: problem };
  }
}
