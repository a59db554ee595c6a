import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clientCredentialsGrant,
  customFetch,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { ArchiveError } from '../archive.ts';
import type { Proxies } from './archive-dispatcher.ts';
import type { RenewableText } from './authorization.ts';

/** This service as an authorization server knows it (RFC 6749 4.4). */
export interface OAuthClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | RenewableText;
  /** Scopes, separated by spaces; null: those that the server gives. */
  readonly scope: string | null;
  /** For whom the token is, where the server wants to be told; null: it is not. */
  readonly audience: string | null;
}

export interface AccessToken {
  readonly text: string;
  /** By the clock of performance.now(); infinite where the server does not say. */
  readonly endsAtMs: number;
}

/** RFC 6749 2.3.1: servers must know the header; some know the body alone. */
const WAYS = [ClientSecretBasic, ClientSecretPost];
/** Of an error of RFC 6749 5.2. */
const ERROR_NAME = /^[\w-]{1,40}$/;

/** Fetches tokens, by the proxies of the settings. */
export function tokenFetcher(
  client: OAuthClient,
  { proxies, timeoutMs }: { readonly proxies: Proxies | null; readonly timeoutMs: number },
): { fetchToken(): Promise<AccessToken>; close(): Promise<void> } {
  const { http = null, https = null, except = '' } = proxies ?? {};
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: http ?? '',
    httpsProxy: https ?? '',
    noProxy: except,
    allowH2: false,
  });
  let preferred = 0;
  const grant = async (way: number): Promise<AccessToken> => {
    const { tokenUrl, clientId, clientSecret, scope, audience } = client;
    const secret = typeof clientSecret === 'string' ? clientSecret : clientSecret.reveal();
    const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
    const configuration = new Configuration(server, clientId, undefined, WAYS[way]!(secret));
    configuration.timeout = timeoutMs / 1000;
    configuration[customFetch] = (url, options) =>
      fetch(url, { ...options, dispatcher } as never) as unknown as Promise<Response>;
    // The settings see to it that only this machine is asked in the clear.
    if (tokenUrl.startsWith('http:')) allowInsecureRequests(configuration);
    const asked = { ...(scope && { scope }), ...(audience && { audience }) };
    const { access_token, expires_in } = await clientCredentialsGrant(configuration, asked);
    const endsAtMs = performance.now() + (expires_in ?? Number.POSITIVE_INFINITY) * 1_000;
    return { text: access_token, endsAtMs };
  };
  return {
    async fetchToken() {
      try {
        return await grant(preferred).catch(async (fault: unknown) => {
          if (refusal(fault) !== 'invalid_client') throw fault;
          const token = await grant(1 - preferred);
          preferred = 1 - preferred;
          return token;
        });
      } catch (fault) {
        throw tokenFault(fault);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** Null where it is none. */
function refusal(fault: unknown): string | null {
  if (fault instanceof ResponseBodyError) return fault.error;
  return fault instanceof WWWAuthenticateChallengeError ? 'invalid_client' : null;
}

/** What the server refused is for people to mend; that it does not answer may pass. */
function tokenFault(cause: unknown): ArchiveError {
  const error = refusal(cause);
  if (error === null) {
    const words = 'no token: the token endpoint does not answer as it should';
    return new ArchiveError(words, { retryable: true, code: 'archive-unreachable', cause });
  }
  const named = ERROR_NAME.test(error) ? ` (${error})` : '';
  const words = `no token: the token endpoint refuses this service${named}`;
  return new ArchiveError(words, { retryable: true, code: 'archive-refuses-credentials' });
}
