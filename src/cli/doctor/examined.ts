import type { Archive } from '../../dicomweb/archive.ts';
import { connectArchive, type DicomWebArchiveOptions } from '../../dicomweb/archive-connection.ts';
import type { ArchiveHttp } from '../../dicomweb/archive-request.ts';
import { dicomWebArchive } from '../../dicomweb/dicomweb-archive.ts';
import type { CodeOf } from '../../domain/catalogue.ts';
import { type Probe, prober } from './probe.ts';

/** An archive under examination. */
export interface Examined {
  readonly options: DicomWebArchiveOptions;
  /** As the service asks it; `ways` has what it found out of the archive so far. */
  readonly archive: Archive;
  readonly ways: ReadonlySet<CodeOf<'archive-way'>>;
  /** Adds to them. */
  readonly tellWay: (way: CodeOf<'archive-way'>) => void;
  /** The same, asked for one row at a time. */
  readonly paging: Archive;
  readonly http: ArchiveHttp;
  readonly probe: Probe;
  /** Until when the archive's certificate is valid; null before one was seen. */
  certificateValidTo(): Date | null;
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** Silence that an examination waits for: it has less than a minute. */
const PATIENCE_MS = 10_000;

export function openExamined(settings: DicomWebArchiveOptions, signal: AbortSignal): Examined {
  const ways = new Set<CodeOf<'archive-way'>>();
  let validTo: Date | null = null;
  const patience = Math.min(PATIENCE_MS, settings.headersTimeoutMs ?? PATIENCE_MS);
  const options: DicomWebArchiveOptions = {
    ...settings,
    connectTimeoutMs: patience,
    headersTimeoutMs: patience,
    bodyTimeoutMs: patience,
    totalTimeoutMs: 2 * patience,
    retry: { attempts: 2, maxRetryAfterMs: 2_000 },
    onCertificate: (until) => {
      validTo = until;
    },
  };
  const tellWay = (way: CodeOf<'archive-way'>) => void ways.add(way);
  const archive = dicomWebArchive({ ...options, onWay: tellWay });
  const paging = dicomWebArchive({ ...options, pageSize: 1, onWay: tellWay });
  const http = connectArchive(options);
  return {
    options,
    archive,
    ways,
    tellWay,
    paging,
    http,
    probe: prober(http, signal),
    certificateValidTo: () => validTo,
    signal,
    async close() {
      await Promise.all([archive.close(), paging.close(), http.close()]);
    },
  };
}
