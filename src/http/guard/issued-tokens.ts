import { errors, type JWTPayload, jwtVerify } from 'jose';
import { SCOPES, type Scope } from '../../domain/scope.ts';
import type { Authenticate, Caller } from './caller.ts';
import { type IssuerAddress, issuerKeys } from './issuer-keys.ts';

/** What a token has to say (RFC 7519, RFC 8725). */
export interface TokenRules extends IssuerAddress {
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly clockSkewMs: number;
  /** Names of a claim, and of those within it. */
  readonly claim: readonly string[];
  /** Values of that claim, by the scope that each gives. */
  readonly values: Readonly<Record<Scope, readonly string[]>>;
}

/** A JWS in compact form (RFC 7515 7.1); keys of ours have no dots. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const LONGEST_NAME = 128;

/** Knows whom an identity provider vouches for. @param onFault hears why its keys could not be read. */
export function issuedTokens(
  rules: TokenRules,
  onFault: (error: unknown) => void,
  nowMs: () => number = Date.now,
): Authenticate {
  const keys = issuerKeys(rules, onFault, nowMs);
  return async (token) => {
    if (!COMPACT.test(token)) return null;
    const claims = await verified(token, rules, keys, new Date(nowMs()));
    if (claims === null) return null;
    return claimedCaller(claims, rules);
  };
}

/** Who it is by the claims of a token that is known to be right. */
export function claimedCaller(claims: JWTPayload, rules: Pick<TokenRules, 'claim' | 'values'>): Caller {
  const { sub = '' } = claims;
  return { kind: 'token', id: plain(sub), name: nameOf(claims), scopes: scopesOf(claims, rules) };
}

/** Null where it is no token of these rules; what is thrown is no verdict on it. */
async function verified(
  token: string,
  { issuer, audience, algorithms, clockSkewMs }: TokenRules,
  keys: ReturnType<typeof issuerKeys>,
  currentDate: Date,
): Promise<JWTPayload | null> {
  const clockTolerance = clockSkewMs / 1000;
  const requiredClaims = ['exp', 'sub'];
  const options = {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims,
    currentDate,
  };
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    // What keys or values of another kind lead to.
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

/** OAuth has scopes in one text, separated by spaces (RFC 8693 4.2); roles and groups are lists. */
function scopesOf(
  claims: JWTPayload,
  { claim, values }: Pick<TokenRules, 'claim' | 'values'>,
): readonly Scope[] {
  const said = claim.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as never)[name] : undefined,
    claims,
  );
  const words = typeof said === 'string' ? said.split(' ') : Array.isArray(said) ? said : [];
  return SCOPES.filter((scope) => values[scope].some((value) => words.includes(value)));
}

/** How people know who it is: a user's name (OpenID Connect Core 5.1), a client's id (RFC 9068 2.2). */
function nameOf(claims: JWTPayload): string {
  const names = [claims['preferred_username'], claims['client_id'], claims['azp'], claims.sub];
  return plain(names.find((name) => typeof name === 'string' && name !== '') as string);
}

/** It stands in logs of who asked. */
const plain = (text: string): string => text.replaceAll(/\p{C}/gu, '').slice(0, LONGEST_NAME);
