import type { WriteProbe } from '../database/write-probe.ts';
import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import type { ArchiveGate } from '../dicomweb/archive-gate.ts';
import type { ReadinessChecks } from '../http/operations/operations-routes.ts';
import { InferenceError } from '../inference/network/remote/inference-error.ts';
import type { InferenceAway } from '../inference/network/remote/inference-gate.ts';
import type { InferenceServer } from '../inference/network/remote/inference-server.ts';
import type { PackDescription } from '../inference/pack/read-manifest.ts';
import { type PartCheck, partCheck } from '../observe/part-check.ts';
import type { WatcherHealth } from '../observe/watcher-health.ts';
import type { Gate } from '../process/gate.ts';

export interface ReadinessParts {
  readonly database: WriteProbe;
  readonly archive: Pick<Archive, 'ping'>;
  readonly pack: {
    readonly manifest: Pick<PackDescription['manifest'], 'name'>;
    readonly sha256: string;
    /** Null where this process runs no network. */
    readonly executionProvider: string | null;
  };
  readonly watcher: Pick<WatcherHealth, 'check'>;
  readonly gate?: Pick<ArchiveGate, 'closed'>;
  /** Null where no network runs on an inference server. */
  readonly inference?: {
    readonly server: Pick<InferenceServer, 'check'>;
    readonly gate: Pick<Gate<InferenceAway>, 'closed'>;
  } | null;
}

/** A part's answer is waited for no longer than this: probes have limits of their own. */
const ANSWER_LIMIT_MS = 5_000;

/** Asks every part whether it can do its work; a part that does not answer is not ok, never a rejection. */
export async function readinessChecks(
  parts: ReadinessParts,
  limitMs = ANSWER_LIMIT_MS,
): Promise<ReadinessChecks> {
  const { inference = null } = parts;
  const [database, archive, inferenceServer] = await Promise.all([
    partCheck(
      () => parts.database.write(),
      () => 'the database cannot be written to',
      limitMs,
    ),
    partCheck((signal) => parts.archive.ping(signal), archiveProblem, limitMs),
    inference && partCheck((signal) => inference.server.check(signal), inferenceProblem, limitMs),
  ]);
  const { manifest, sha256, executionProvider } = parts.pack;
  return {
    database,
    archive: atGate('archive', archive, parts.gate),
    ...(inferenceServer && {
      inferenceServer: atGate('inference server', inferenceServer, inference?.gate),
    }),
    // A pack that does not load keeps the service from starting.
    modelPack: {
      ok: true,
      detail: null,
      name: manifest.name,
      sha256,
      executionProvider: executionProvider ?? 'none',
    },
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
  if (cause.code === 'archive-certificate-refused') return cause.message;
  return `the archive answers with a fault (${cause.message})`;
}

/** What is wrong with the inference server: of what differs all of it. */
function inferenceProblem(cause: unknown): string {
  return cause instanceof InferenceError ? cause.message : 'the inference server does not answer';
}

/** Work waits until the gate has opened, even where what it stands for has answered meanwhile. */
function atGate(
  what: string,
  check: PartCheck,
  gate: { readonly closed: string | null } | undefined,
): PartCheck {
  const waits = check.ok && (gate?.closed ?? null) !== null;
  return waits
    ? { ok: false, detail: `work waits for the ${what}, which has only just answered again` }
    : check;
}
