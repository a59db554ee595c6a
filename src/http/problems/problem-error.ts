import type { ProblemCode } from '../../domain/catalogue.ts';
import { Fault } from '../../domain/fault.ts';

/** An error that is the client's to know: becomes a problem document (RFC 9457) in its own words. */
export class ProblemError extends Fault<ProblemCode> {
  override readonly name = 'ProblemError';
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, detail);
    this.headers = headers;
  }
}

/** The body was not read, so nothing that follows on the connection can be told from it. */
export class UnreadBodyError extends ProblemError {
  constructor(code: 'payload-too-large' | 'unsupported-media-type', detail: string) {
    super(code, detail, { Connection: 'close' });
  }
}

/** The client went away while its request waited; there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}
