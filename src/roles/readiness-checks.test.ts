import { expect, test } from 'vitest';
import { watcherHealth } from '../observe/watcher-health.ts';
import { readinessChecks } from './readiness-checks.ts';

const pack = { manifest: { name: 'pack' }, sha256: 'f'.repeat(64), executionProvider: 'cpu' };
const watcher = watcherHealth(true);
const answering = { write: async () => undefined, ping: async () => undefined };
const silent = { write: () => new Promise<never>(() => {}), ping: () => new Promise<never>(() => {}) };
const failing = {
  write: () => Promise.reject(new Error('no')),
  ping: () => Promise.reject(new Error('no')),
};

test.each([
  ['answers', answering, true],
  ['fails', failing, false],
  ['never answers', silent, false],
])('a part that %s is told of in time, for itself alone', async (_, part, ok) => {
  const database = await readinessChecks({ database: part, archive: answering, pack, watcher }, 30);
  expect([database.database.ok, database.archive.ok]).toEqual([ok, true]);
  const archive = await readinessChecks({ database: answering, archive: part, pack, watcher }, 30);
  expect([archive.database.ok, archive.archive.ok]).toEqual([true, ok]);
  if (!ok) expect(database.database.detail).toBe('the database cannot be written to');
  if (!ok) expect(archive.archive.detail).toBe('the archive does not answer');
});

test('while work waits for the archive the service is not ready', async () => {
  const gate = { closed: 'archive-unreachable' } as const;
  const checks = await readinessChecks({ database: answering, archive: answering, pack, watcher, gate });
  expect(checks.archive).toEqual({
    ok: false,
    detail: 'work waits for the archive, which has only just answered again',
  });
});
