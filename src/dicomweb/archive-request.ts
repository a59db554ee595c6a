import type { Dispatcher } from 'undici';
import type { ArchiveCall } from '../domain/archive-call.ts';

export interface ArchiveRequest {
  readonly call: ArchiveCall;
  /** Below the DICOMweb root, starting with a slash. */
  readonly path: string;
  readonly accept: string;
  /** Statuses the caller understands; any other becomes an ArchiveError. */
  readonly statuses: readonly number[];
  /** The archive has just listed what is asked for: that it is not found may pass. */
  readonly listed?: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly post?: { readonly contentType: string; readonly body: Uint8Array };
  /** How `post` is sent, where not by POST. */
  readonly method?: 'PUT';
}

export type ArchiveResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** A small answer; `text` is '' when the body is empty. */
export interface ArchiveAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface ArchiveHttp {
  /** A small answer, read whole. */
  ask(request: ArchiveRequest): Promise<ArchiveAnswer>;
  /** A bulk answer, its body unread: the caller must consume or destroy it, and name its faults with `archiveFault`. */
  stream(request: ArchiveRequest): Promise<ArchiveResponse>;
  close(): Promise<void>;
}

/** The Authorization header; null where the archive asks for none. */
export interface Authorization {
  header(): string | null;
  /** The same, once the archive has refused the last: where it comes from is looked at again, whatever says it did not change. */
  renewed(): string | null;
}
