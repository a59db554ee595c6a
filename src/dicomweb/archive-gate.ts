import { type Gate, openGate } from '../process/gate.ts';
import { type Archive, ArchiveError } from './archive.ts';

/** Why nothing can be asked of the archive, whatever the study. */
export type ArchiveAway =
  | 'archive-unreachable'
  | 'archive-refuses-credentials'
  | 'archive-certificate-refused';

/**
 * Whether the archive can be asked at all. While it is closed no study is blamed for what the archive lacks: that it is away
 * a probe says and not the fault, as one study may fail in the same words.
 */
export type ArchiveGate = Gate<ArchiveAway>;

export interface ArchiveGateParts {
  readonly archive: Pick<Archive, 'ping'>;
  /** The gate closed, or (null) opened again after `awayMs`. */
  onChange(away: ArchiveAway | null, awayMs: number): void;
  /** Wait before the first probe of a closed gate; doubled before each further one, up to the longest. */
  readonly firstProbeMs?: number;
  readonly longestProbeMs?: number;
}

/** Opens after the archive answered anything but a refusal of the credentials, behind a certificate that is accepted: even a fault is an answer. */
export function archiveGate({
  archive,
  ...parts
}: ArchiveGateParts): ArchiveGate & { close(): Promise<void> } {
  return openGate<ArchiveAway>({
    ...parts,
    async probe(signal) {
      try {
        await archive.ping(signal);
        return { away: null };
      } catch (error) {
        return { away: awayBy(error), retryAfterMs: archiveFaultOf(error)?.retryAfterMs ?? null };
      }
    },
    isSuspect: mayBeTheArchive,
  });
}

function awayBy(error: unknown): ArchiveAway | null {
  if (error instanceof ArchiveError && needsPeople(error.code)) return error.code;
  const answered = error instanceof ArchiveError && error.code === 'archive-fault' && error.status !== null;
  return answered ? null : 'archive-unreachable';
}

/** A name, a password or a certificate: somebody renews it, or nothing is ever answered. */
export function needsPeople(code: string): code is Exclude<ArchiveAway, 'archive-unreachable'> {
  return code === 'archive-refuses-credentials' || code === 'archive-certificate-refused';
}

function mayBeTheArchive(error: unknown): boolean {
  const fault = archiveFaultOf(error);
  if (fault !== null) return fault.retryable || fault.code !== 'archive-fault';
  return error instanceof Error && error.name === 'TimeoutError';
}

/** The fault of the archive that an error is, or was caused by. */
export function archiveFaultOf(error: unknown): ArchiveError | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1) {
    if (each instanceof ArchiveError) return each;
  }
  return null;
}
