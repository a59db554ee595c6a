import type { WriteProbe } from '../database/write-probe.ts';
import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import type { ReadinessChecks } from '../http/operations/operations-routes.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import { inTime } from '../process/in-time.ts';
import type { WatchEvent } from '../watch/watch-event.ts';

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
    readonly gate?: Pick<ArchiveGate, 'closed'>;
  },
  limitMs = ANSWER_LIMIT_MS,
): Promise<ReadinessChecks> {
  const [database, archive] = await Promise.all([
    outcome(
      () => 'the database cannot be written to',
      limitMs,
      () => parts.database.write(),
    ),
    outcome(archiveProblem, limitMs, (signal) => parts.archive.ping(signal)),
  ]);
  const { manifest, sha256, provider } = parts.pack;
  return {
    database,
    archive: atGate(archive, parts.gate),
    // A pack that does not load keeps the service from starting.
    modelPack: { ok: true, detail: null, name: manifest.name, sha256, executionProvider: provider },
    watcher: parts.watcher.check(),
  };
}

/** What is wrong with the archive, and so who can mend it. */
function archiveProblem(cause: unknown): string {
  if (!(cause instanceof ArchiveError) || cause.code === 'archive-unreachable') {
    return 'the archive does not answer';
  }
  if (cause.code === 'archive-refuses-credentials') {
    return `the archive refuses the credentials (HTTP ${cause.status})`;
  }
  return `the archive answers with a fault (${cause.message})`;
}

async function outcome(
  problem: (cause: unknown) => string,
  limitMs: number,
  ask: (signal: AbortSignal) => Promise<unknown>,
): Promise<{ ok: boolean; detail: string | null }> {
  try {
    await inTime(ask(AbortSignal.timeout(limitMs)), limitMs);
    return { ok: true, detail: null };
  } catch (cause) {
    return { ok: false, detail: problem(cause) };
  }
}

/** Work waits until the gate has opened, even where the archive has answered meanwhile. */
function atGate(check: ReadinessChecks['archive'], gate: Pick<ArchiveGate, 'closed'> | undefined) {
  const waits = check.ok && (gate?.closed ?? null) !== null;
  return waits
    ? { ok: false, detail: 'work waits for the archive, which has only just answered again' }
    : check;
}
