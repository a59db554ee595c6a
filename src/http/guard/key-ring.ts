import { inTime } from '../../process/in-time.ts';
import { sharedWhileRunning } from '../../process/shared-while-running.ts';
import type { ApiKey } from './api-key.ts';
import type { Authenticate, Caller } from './caller.ts';
import { sha256Of } from './secret-token.ts';

/** After which the keys are read anew: so long one that was revoked may still open. */
const FRESH_MS = 2_000;
/** So long they open while the database is away. */
const HELD_MS = 300_000;
/** A reading that takes longer is no longer waited for, where there is an earlier one. */
const PATIENCE_MS = 1_000;

/** A key that the settings name. */
export interface ListedKey {
  readonly name: string;
  readonly scopes: Caller['scopes'];
  readonly token: string;
}

/** Whose the key with this SHA-256 is just now; null where it is nobody's any more. */
export type KeyHolder = (sha256: string) => Promise<Caller | null>;

/** Knows whoever shows a key. */
export function keyRing(...parts: Parameters<typeof keyHolder>): Authenticate {
  const holder = keyHolder(...parts);
  return (token) => holder(sha256Of(token));
}

/**
 * Knows the keys of the database and those of the settings. Keys are few: all are held, and a flood of wrong ones costs
 * the database nothing.
 * @param listed those of the settings, as they are now.
 */
export function keyHolder(
  read: () => Promise<ReadonlyMap<string, ApiKey>>,
  listed: () => readonly ListedKey[],
  nowMs: () => number = Date.now,
): KeyHolder {
  let known: { readonly keys: ReadonlyMap<string, ApiKey>; readonly atMs: number } | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  const readAnew = sharedWhileRunning(async () => {
    triedAtMs = nowMs();
    const keys = await read();
    known = { keys, atMs: triedAtMs };
    return keys;
  });
  const keysNow = async (): Promise<ReadonlyMap<string, ApiKey>> => {
    const held = known !== null && nowMs() - known.atMs < HELD_MS ? known : null;
    if (held === null) return readAnew();
    if (nowMs() - triedAtMs < FRESH_MS) return held.keys;
    return inTime(readAnew(), PATIENCE_MS).catch(() => held.keys);
  };
  return async (sha256) => {
    const ofSettings = listed().find((each) => sha256Of(each.token) === sha256);
    if (ofSettings !== undefined) {
      return { kind: 'key', id: '', name: ofSettings.name, scopes: ofSettings.scopes };
    }
    const key = (await keysNow()).get(sha256);
    if (key === undefined || (key.expiresAt !== null && key.expiresAt.getTime() <= nowMs())) return null;
    return { kind: 'key', id: key.id, name: key.name, scopes: key.scopes };
  };
}
