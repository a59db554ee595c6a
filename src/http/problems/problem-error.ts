/** Why a request is answered with 503. */
export type Unavailable = 'stopping' | 'busy' | 'disk-full' | 'database-unavailable';

/** An error that is the client's to know: becomes a problem document (RFC 9457) as it is. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a 503. */
  readonly reason: Unavailable | null;
  constructor(
    status: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    reason: Unavailable | null = null,
  ) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.reason = reason;
  }
}

/** The body was not read, so nothing that follows on the connection can be told from it. */
export class UnreadBodyError extends ProblemError {
  constructor(status: number, detail: string) {
    super(status, detail, { Connection: 'close' });
  }
}

/** The client went away while its request waited; there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}
