import { expect, test } from 'vitest';
import type { ApiKey } from './api-key.ts';
import { keyRing } from './key-ring.ts';
import { newToken, sha256Of } from './secret-token.ts';

const { id, token } = newToken();
const KEY: ApiKey = {
  id,
  name: 'ris',
  scopes: ['read'],
  createdAt: new Date(0),
  expiresAt: null,
  revokedAt: null,
};

/** A ring before a database that counts how often it is read. */
function ring() {
  const at = { nowMs: 0, reads: 0, away: false, keys: new Map([[sha256Of(token), KEY]]) };
  const read = async () => {
    at.reads += 1;
    if (at.away) throw new Error('away');
    return new Map(at.keys);
  };
  return {
    at,
    ask: keyRing(
      read,
      () => [],
      () => at.nowMs,
    ),
  };
}

test('a flood of wrong keys reads the database once in two seconds', async () => {
  const { at, ask } = ring();
  for (let nth = 0; nth < 1_000; nth += 1) expect(await ask(`sgk_${nth}`)).toBeNull();
  expect(at.reads).toBe(1);
  at.nowMs = 2_000;
  await Promise.all(Array.from({ length: 100 }, () => ask('sgk_')));
  expect(at.reads).toBe(2);
});

test('what was read holds for five minutes while the database is away, and no longer', async () => {
  const { at, ask } = ring();
  expect(await ask(token)).toMatchObject({ name: 'ris' });
  at.away = true;
  at.nowMs = 299_999;
  expect(await ask(token)).toMatchObject({ name: 'ris' });
  at.nowMs = 300_000;
  await expect(ask(token)).rejects.toThrow('away');
  at.away = false;
  at.keys.clear();
  expect(await ask(token)).toBeNull();
});

test('before anything was read, a database that is away is no verdict', async () => {
  const { at, ask } = ring();
  at.away = true;
  await expect(ask(token)).rejects.toThrow('away');
});
