import { expect, test } from 'vitest';
import { DiskLowError, intakeGuard } from './intake-guard.ts';

const core = (kind: 'embedded' | 'postgresql', diskMinFreePercent: number) =>
  ({ config: { dataDir: '/data', diskMinFreePercent }, database: { kind } }) as unknown as Parameters<
    typeof intakeGuard
  >[0];

test('nothing is taken in while the disk is nearly full, and then it is again', async () => {
  let freeBytes = 19;
  const guard = intakeGuard(core('embedded', 2), async () => ({ freeBytes, sizeBytes: 1000 }));
  await expect(guard()).rejects.toThrow(DiskLowError);
  await expect(guard()).rejects.toMatchObject({ code: 'disk-low', retryable: true });
  freeBytes = 20;
  await guard();
});

test('a database elsewhere, or a share of 0, asks no disk', async () => {
  const space = () => Promise.reject(new Error('asked'));
  await intakeGuard(core('postgresql', 2), space)();
  await intakeGuard(core('embedded', 0), space)();
});
