import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { Authenticate, Caller } from './caller.ts';
import { claimedCaller, type TokenRules } from './issued-tokens.ts';

/** This service as the identity provider knows it. */
export interface ProviderClient {
  readonly clientId: string;
  /** Null: a public client, with PKCE alone. */
  readonly clientSecret: (() => string) | null;
  /** Where the provider sends people back to: `/page/oidc/callback` as browsers reach it. */
  readonly redirectUrl: string;
  /** What is asked for, separated by spaces (OAuth scopes). */
  readonly askedFor: string;
}

/** Signing in at an identity provider: the authorization code flow (OpenID Connect Core 1.0, 3.1) with PKCE (RFC 7636). */
export interface ProviderSignIn {
  /**
   * @returns where to send the browser, and what it keeps until it comes back.
   * @throws ProblemError `identity-provider-away`
   */
  begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /**
   * @param query with which the provider sent the browser back.
   * @throws ProblemError `unauthenticated` where the provider did not let somebody in, or it is not this browser's answer
   */
  finish(query: URLSearchParams, pending: PendingSignIn): Promise<Caller>;
}

/** Ties an answer of the provider to the browser that asked. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const ANSWER_LIMIT_SECONDS = 10;

/**
 * Whoever has signed in may what the access token says, where it is one for this service; else what the ID token does.
 * @param onFault hears why the provider could not be asked.
 */
export function providerSignIn(
  client: ProviderClient,
  rules: TokenRules,
  ofToken: Authenticate,
  onFault: (error: unknown) => void,
): ProviderSignIn {
  let known: Promise<Configuration> | null = null;
  const provider = async (): Promise<Configuration> => {
    known ??= discovered(client, rules.issuer);
    try {
      return await known;
    } catch (fault) {
      known = null;
      onFault(fault);
      throw new ProblemError('identity-provider-away', CATALOGUE['identity-provider-away'].meaning);
    }
  };
  return {
    async begin() {
      const configuration = await provider();
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: client.redirectUrl,
        scope: client.askedFor,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    },
    async finish(query, { state, nonce, verifier }) {
      const configuration = await provider();
      const back = new URL(client.redirectUrl);
      back.search = query.toString();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await authorizationCodeGrant(configuration, back, checks).catch((fault: unknown) => {
        onFault(fault);
        throw new ProblemError('unauthenticated', 'The identity provider did not let you in: try again.');
      });
      return (await ofToken(tokens.access_token)) ?? claimedCaller({ ...tokens.claims() }, rules);
    },
  };
}

function discovered({ clientId, clientSecret }: ProviderClient, issuer: string): Promise<Configuration> {
  const authentication = clientSecret === null ? None() : ClientSecretPost(clientSecret());
  const at = new URL(issuer);
  return discovery(at, clientId, {}, authentication, {
    timeout: ANSWER_LIMIT_SECONDS,
    // On loopback alone: the settings let no other http through.
    execute: at.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
}
