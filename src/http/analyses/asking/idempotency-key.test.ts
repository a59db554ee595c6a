import { expect, test } from 'vitest';
import { idempotencyKey } from './idempotency-key.ts';

const ASKED = { study: '2.25.1', asked: { note: null, priority: 'routine' } };

test('clients that choose the same key do not meet', () => {
  const of = (caller: string) => idempotencyKey('"monday"', caller, ASKED)!;
  expect(of('key:ris').key).not.toBe(of('key:pacs').key);
  expect(of('key:ris')).toEqual(idempotencyKey('monday', 'key:ris', ASKED));
});

test('the same members in another order say the same', () => {
  const other = { asked: { priority: 'routine', note: null }, study: '2.25.1' };
  expect(idempotencyKey('monday', 'anyone', other)).toEqual(idempotencyKey('monday', 'anyone', ASKED));
  expect(idempotencyKey('monday', 'anyone', { ...ASKED, study: '2.25.2' })!.fingerprint).not.toBe(
    idempotencyKey('monday', 'anyone', ASKED)!.fingerprint,
  );
});
