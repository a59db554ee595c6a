import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GRACE_MS } from './shutdown.ts';

const SHUTDOWN = new URL('./shutdown.ts', import.meta.url).href;

/** Once told to stop, its main thread is in a call that never returns, and hears neither signals nor timers. */
const PROGRAM = `import { stopSignal } from '${SHUTDOWN}';
  setInterval(() => {}, 1000);
  const stopped = stopSignal(0);
  console.log('ready');
  await stopped;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

test('a main thread that hangs for good is killed soon after the limit and the grace, and no sooner', async () => {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let words = '';
  child.stderr.on('data', (bytes) => {
    words += bytes;
  });
  await once(child.stdout, 'data');
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const killed = await Promise.race([ended, sleep(GRACE_MS + 8_000, null)]);
  if (killed === null) child.kill('SIGKILL');
  expect(killed).toEqual([null, 'SIGKILL']);
  expect(performance.now() - startedAt).toBeGreaterThan(GRACE_MS - 100);
  expect(words).toContain('spinegrade is killed: its main thread hangs');
}, 60_000);
