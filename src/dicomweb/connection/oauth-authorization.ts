import type { Authorization } from '../archive-request.ts';
import type { AccessToken } from './oauth-token.ts';

/** A token is renewed when a tenth of its life is left, or this. */
const MARGIN_MS = 30_000;

interface Held extends AccessToken {
  /** From when on another is fetched before it is used. */
  readonly renewAtMs: number;
}

/**
 * Bearer tokens (RFC 6750) that are fetched when they are needed, kept, and renewed before they end, and when the archive
 * refuses one; whoever needs one meanwhile waits for the same.
 * @param fetchToken throws ArchiveError
 */
export function oauthAuthorization(fetchToken: () => Promise<AccessToken>): Authorization {
  let held: Held | null = null;
  let fetching: Promise<Held> | null = null;
  const anew = () => {
    fetching ??= fetchToken()
      .then((token) => {
        const margin = Math.min(MARGIN_MS, (token.endsAtMs - performance.now()) / 10);
        held = { ...token, renewAtMs: token.endsAtMs - margin };
        return held;
      })
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };
  const bearer = ({ text }: Held) => `Bearer ${text}`;
  return {
    async header() {
      return bearer(held !== null && performance.now() < held.renewAtMs ? held : await anew());
    },
    async renewed(refused) {
      // Another request may have been given a new one since.
      return bearer(held !== null && bearer(held) !== refused ? held : await anew());
    },
  };
}
