import type { CodeOf } from '../domain/catalogue.ts';
import { ArchiveError } from './archive.ts';

/** What a status says that a caller did not expect. `passes`: the same request may be answered later. */
interface StatusMeaning {
  readonly passes: boolean;
  readonly code: CodeOf<'fault'>;
}

const PASSES: StatusMeaning = { passes: true, code: 'archive-fault' };
const AWAY: StatusMeaning = { passes: true, code: 'archive-unreachable' };
/** A human renews them; the request itself is not at fault. */
const REFUSES_CREDENTIALS: StatusMeaning = { passes: true, code: 'archive-refuses-credentials' };
const LASTS: StatusMeaning = { passes: false, code: 'archive-fault' };

/** Any status that is not here lasts, unless it is another 5xx. */
const MEANINGS: Readonly<Record<number, StatusMeaning>> = {
  // Nothing, or not everything, of something that was listed: being recalled from slow storage, or still arriving.
  202: PASSES,
  204: PASSES,
  206: PASSES,
  401: REFUSES_CREDENTIALS,
  403: REFUSES_CREDENTIALS,
  407: REFUSES_CREDENTIALS,
  // Request timeout, conflict (locked by whoever writes), locked, failed dependency (the archive's own store), too
  // early, too many requests.
  408: PASSES,
  409: PASSES,
  423: PASSES,
  424: PASSES,
  425: PASSES,
  429: PASSES,
  // Not implemented, HTTP version not supported.
  501: LASTS,
  505: LASTS,
  // Bad gateway, service unavailable, gateway timeout: a proxy that stands for an archive that is away.
  502: AWAY,
  503: AWAY,
  504: AWAY,
};

/** Not found and gone pass when the archive has just listed what it is asked for. */
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

/** The fault that an unexpected status is; `listed`: what was asked for has just been listed by the archive. */
export function statusFault(
  call: string,
  status: number,
  listed: boolean,
  {
    retryAfter,
    location,
  }: { readonly retryAfter?: string | undefined; readonly location?: string | undefined },
): ArchiveError {
  const { passes, code } = MEANINGS[status] ?? (status >= 500 ? PASSES : LASTS);
  return new ArchiveError(`${call}: HTTP ${status}${redirection(status, location)}`, {
    status,
    code,
    retryable: passes || (listed && ABSENT.has(status)),
    retryAfterMs: retryAfterMs(retryAfter),
  });
}

/** Where a redirect leads that is not followed: its origin alone, as the rest may grant access to something. */
function redirection(status: number, location: string | undefined): string {
  if (status < 300 || status > 399 || location === undefined) return '';
  const url = URL.parse(location);
  return url === null ? ', a redirect within the archive' : `, a redirect to ${url.origin}`;
}

export function isAbsent(error: unknown): boolean {
  return error instanceof ArchiveError && ABSENT.has(error.status ?? 0);
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date; null when there is none or it is neither. */
function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
