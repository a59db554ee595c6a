import { errors } from 'undici';
import type { CodeOf } from '../domain/catalogue.ts';
import { Fault } from '../domain/fault.ts';
import { ArchiveError } from './archive.ts';

const LASTING_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/**
 * What OpenSSL and Node have against a certificate (X509_V_ERR_…, as Node names them): until somebody renews it, or
 * PACS_CA or NODE_EXTRA_CA_CERTS names its authority, no request is sent.
 */
const CERTIFICATE_CODES =
  /^(?:CERT_\w+|CRL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERROR_IN_CERT_\w+|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/**
 * What to throw for an error met while talking to the archive: the signal's reason when the caller aborted, an
 * ArchiveError for faults of connection, protocol and timing, the error itself for anything else.
 * @param code of a fault of connection or timing: before the archive answered it cannot be reached, in the middle of
 * an answer it can.
 */
export function archiveFault(
  { call, signal }: { readonly call: string; readonly signal: AbortSignal | undefined },
  error: unknown,
  code: CodeOf<'fault'> = 'archive-fault',
): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof Fault || !(error instanceof Error)) return error;
  if (error.name === 'TimeoutError') {
    return new ArchiveError(`${call}: no complete answer in time`, { retryable: true, code, cause: error });
  }
  // The parser's error carries bytes of the response, which are patient data: it is not kept as the cause.
  if (error instanceof errors.HTTPParserError) {
    return new ArchiveError(`${call}: the answer is not HTTP`, { retryable: true });
  }
  const proxied = proxyRefusal(error);
  if (proxied !== null) {
    const words = `${call}: the proxy refuses (HTTP ${proxied})`;
    return new ArchiveError(words, { retryable: true, code: 'archive-unreachable', cause: error });
  }
  const cause = (error as NodeJS.ErrnoException).code;
  if (typeof cause !== 'string') return error;
  if (LASTING_CODES.has(cause)) {
    const tooLarge = cause === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
    return new ArchiveError(`${call}: ${cause}`, { retryable: false, tooLarge, cause: error });
  }
  if (CERTIFICATE_CODES.test(cause)) {
    const words = `${call}: the archive’s certificate is not accepted (${cause})`;
    return new ArchiveError(words, { retryable: true, code: 'archive-certificate-refused', cause: error });
  }
  return new ArchiveError(`${call}: ${cause}`, { retryable: true, code, cause: error });
}

/** undici's words for a proxy that does not let a request through, by CONNECT and without; null for any other error. */
function proxyRefusal({ message }: Error): string | null {
  return /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(message)?.[1] ?? null;
}
