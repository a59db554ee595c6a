import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { CATALOGUE } from '../../domain/catalogue.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import { ProblemError } from '../problems/problem-error.ts';

/** After which the keys are read anew: so long one that the provider took back may still sign. */
const FRESH_MS = 600_000;
/** So long those that were read hold while the provider is away. */
const HELD_MS = 24 * 3_600_000;
/** Between two readings, whatever unknown keys tokens name. */
const PAUSE_MS = 15_000;
const ANSWER_LIMIT_MS = 10_000;
const ANSWER_LIMIT_BYTES = 512 * 1024;

/** Where an issuer's keys are. */
export interface IssuerAddress {
  readonly issuer: string;
  /** Null: its configuration says (OpenID Connect Discovery 1.0, 4). */
  readonly jwksUrl: string | null;
}

/**
 * The keys that an issuer signs with. One that is not known has them read anew, which is how rotated keys are found.
 * @param onFault hears why they could not be read.
 * @returns for jose; throws JOSEError where no key fits, ProblemError `identity-provider-away` where none were ever had
 *   or those that were are too old.
 */
export function issuerKeys(
  at: IssuerAddress,
  onFault: (error: unknown) => void,
  nowMs: () => number,
): JWTVerifyGetKey {
  let known: { readonly find: JWTVerifyGetKey; readonly atMs: number } | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  const readAnew = sharedWhileRunning(async () => {
    triedAtMs = nowMs();
    known = { find: createLocalJWKSet(await readKeys(at)), atMs: triedAtMs };
  });
  /** Reads where that was not tried just now; what fails leaves those that are known. */
  const refresh = async () => {
    if (nowMs() - triedAtMs >= PAUSE_MS) await readAnew().catch(onFault);
  };
  const age = () => (known === null ? Number.POSITIVE_INFINITY : nowMs() - known.atMs);
  const find: JWTVerifyGetKey = (header, token) => {
    if (known !== null && age() < HELD_MS) return known.find(header, token);
    const code = 'identity-provider-away';
    throw new ProblemError(code, CATALOGUE[code].meaning);
  };
  return async (header, token) => {
    if (age() >= FRESH_MS) await refresh();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      return find(header, token);
    }
  };
}

async function readKeys({ issuer, jwksUrl }: IssuerAddress): Promise<JSONWebKeySet> {
  return (await readJson(jwksUrl ?? (await discovered(issuer)))) as unknown as JSONWebKeySet;
}

async function discovered(issuer: string): Promise<string> {
  const said = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  // Discovery 4.3: to the letter, or it is the configuration of another.
  if (said['issuer'] !== issuer || typeof said['jwks_uri'] !== 'string')
    throw new Error('not of this issuer');
  return said['jwks_uri'];
}

/** Once more where the connection failed: one that was kept open may have been closed by the other side just then. */
async function readJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  return readOnce(url).catch((error: unknown) => {
    if (error instanceof TypeError) return readOnce(url);
    throw error;
  });
}

async function readOnce(url: string): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const answer = await fetch(url, { signal, redirect: 'error', headers: { Accept: 'application/json' } });
  if (!answer.ok || answer.body === null) throw new Error(`the provider answers with ${answer.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > ANSWER_LIMIT_BYTES) throw new Error('the provider says too much');
    parts.push(part);
  }
  const said: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
  if (typeof said !== 'object' || said === null) throw new Error('the provider says nothing');
  return said as Record<string, unknown>;
}
