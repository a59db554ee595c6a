import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Fault } from '../domain/fault.ts';
import type { TlsContext } from './connections.ts';

/** Certificate and key in PEM, as they are now. */
export interface TlsFiles {
  readonly certificate: () => string;
  readonly key: () => string;
  /** Authorities of which clients must show a certificate; null: none is asked for. */
  readonly clientAuthorities: (() => string) | null;
}

/** Certificate and key cannot be used, do not belong together, or the certificate has expired. */
export class TlsError extends Fault<'tls-unusable'> {
  override readonly name = 'TlsError';
}

const CHECK_EVERY_MS = 5_000;

/** A certificate that new connections are given from now on, or a renewed one that they cannot be given. */
export type TlsChange = { readonly validTo: Date } | { readonly unusable: TlsError };

/** Until when a certificate in PEM is valid, of a chain its first. */
export function validTo(certificate: string): Date {
  return new X509Certificate(certificate).validToDate;
}

/** What the files hold now. @throws TlsError */
export function tlsContext({ certificate, key, clientAuthorities }: TlsFiles) {
  const context = {
    cert: certificate(),
    key: key(),
    minVersion: 'TLSv1.2' as const,
    ...(clientAuthorities && { ca: clientAuthorities(), requestCert: true, rejectUnauthorized: true }),
  } satisfies TlsContext;
  try {
    createSecureContext(context);
  } catch (cause) {
    // OpenSSL's words name no content: "key values mismatch", "no start line".
    throw new TlsError(
      'tls-unusable',
      `TLS_CERT, TLS_KEY or TLS_CLIENT_CA cannot be used: ${(cause as Error).message}`,
    );
  }
  const end = validTo(context.cert);
  if (end.getTime() < Date.now()) {
    throw new TlsError('tls-unusable', `TLS_CERT is a certificate that expired at ${end.toISOString()}`);
  }
  return context;
}

/**
 * Gives new connections what the files come to hold. Half a renewal, a certificate that its key does not fit yet, is passed
 * over: what was usable last holds.
 * @returns ends it.
 */
export function renewTls(
  files: TlsFiles,
  use: (context: TlsContext) => void,
  onChange: (change: TlsChange) => void,
): () => void {
  const stamp = () => [files.certificate(), files.key(), files.clientAuthorities?.()].join();
  let seen = stamp();
  const timer = setInterval(() => {
    const now = stamp();
    if (now === seen) return;
    seen = now;
    try {
      const context = tlsContext(files);
      use(context);
      onChange({ validTo: validTo(context.cert) });
    } catch (unusable) {
      if (!(unusable instanceof TlsError)) throw unusable;
      onChange({ unusable });
    }
  }, CHECK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
