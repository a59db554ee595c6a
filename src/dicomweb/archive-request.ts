import type { Dispatcher } from 'undici';
import type { ARCHIVE_CALLS, ArchiveCall } from '../domain/archive-call.ts';

/** Transactions of DICOMweb that may have roots of their own. */
export type ArchiveRoot = (typeof ARCHIVE_CALLS)[ArchiveCall]['transaction'];

/** What a request is for; `examine` is none of the service's own, and is not told of as an exchange. */
export type RequestName = ArchiveCall | 'examine';

export interface ArchiveRequest {
  readonly call: RequestName;
  /** Below the root of its transaction, starting with a slash. */
  readonly path: string;
  /** Of which root the path is; by default that of its call. */
  readonly root?: ArchiveRoot;
  /** The path is from the archive's origin: what stands beside its DICOMweb root. */
  readonly isFromOrigin?: boolean;
  readonly accept: string;
  /** Statuses the caller understands; any other becomes an ArchiveError. */
  readonly statuses: readonly number[] | 'any';
  /** The archive has just listed what is asked for: that it is not found may pass. */
  readonly listed?: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly post?: { readonly contentType: string; readonly body: Uint8Array };
  /** In place of GET, and of POST where there is a body. */
  readonly method?: 'DELETE' | 'PUT';
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
  header(): Promise<string | null>;
  /** The same, once the archive has refused one: where it comes from is looked at again, whatever says it did not change. */
  renewed(refused: string | null): Promise<string | null>;
}
