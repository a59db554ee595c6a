import type { Authorization } from '../archive-request.ts';

/** A text that may be renewed while the process runs, as in a file that a platform mounts. */
export interface RenewableText {
  reveal(): string;
  /** Looks again, whatever says that nothing changed. */
  renew(): string;
}

export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string | RenewableText }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string | RenewableText };

/** The Authorization header (RFC 7617, RFC 6750) by what the credentials are at the time of the request. */
export function authorizationBy(credentials: Credentials | null): Authorization {
  if (credentials === null) return fixed(null);
  const secret = credentials.kind === 'bearer' ? credentials.token : credentials.password;
  const header = (text: string) => {
    if (credentials.kind === 'bearer') return `Bearer ${text}`;
    return `Basic ${Buffer.from(`${credentials.username}:${text}`, 'utf8').toString('base64')}`;
  };
  if (typeof secret === 'string') return fixed(header(secret));
  return {
    header: () => Promise.resolve(header(secret.reveal())),
    renewed: () => Promise.resolve(header(secret.renew())),
  };
}

function fixed(header: string | null): Authorization {
  return { header: () => Promise.resolve(header), renewed: () => Promise.resolve(header) };
}
