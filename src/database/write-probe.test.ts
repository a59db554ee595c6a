import { expect, test } from 'vitest';
import { writeProbe } from './write-probe.ts';

test('probes write once in two seconds, and learn of the fault until the next write succeeds', async () => {
  let writes = 0;
  let isFull = false;
  let nowMs = 0;
  const sql = {
    query: async () => {
      writes += 1;
      if (isFull) throw new Error('full');
      return { rows: [] };
    },
  };
  const probe = writeProbe(sql, () => nowMs);
  await Promise.all([probe.write(), probe.write(), probe.write()]);
  expect(writes).toBe(1);
  isFull = true;
  nowMs = 1_999;
  await probe.write();
  nowMs = 2_000;
  await expect(probe.write()).rejects.toThrow('full');
  await expect(probe.write()).rejects.toThrow('full');
  expect(writes).toBe(2);
  isFull = false;
  nowMs = 4_000;
  await probe.write();
});
