import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const SHUTDOWN = new URL('./shutdown.ts', import.meta.url).href;
const CONVERSATION = new URL('./conversation.ts', import.meta.url).href;
const ECHO = new URL('./echo.fixture.ts', import.meta.url).href;

/** A process that waits for a signal and, once it came, does not stop. */
async function startHanging(): Promise<{ signal(name: NodeJS.Signals): void; ended: Promise<unknown[]> }> {
  const program = `import { stopSignal } from '${SHUTDOWN}';
    import { startConversation } from '${CONVERSATION}';
    const thread = await startConversation(new URL('${ECHO}'), 'the echo', null);
    void thread.ask(600_000).catch(() => undefined);
    const stopped = stopSignal(0);
    setInterval(() => {}, 1000);
    console.log('ready');
    console.log(await stopped);`;
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return { signal: (name) => void child.kill(name), ended };
}

test('what hangs ends after the limit and the grace; a second signal ends it at once', async () => {
  const [patient, hurried] = await Promise.all([startHanging(), startHanging()]);
  const startedAt = performance.now();
  patient.signal('SIGTERM');
  hurried.signal('SIGTERM');
  setTimeout(() => hurried.signal('SIGINT'), 100);
  expect(await hurried.ended).toEqual([1, null]);
  const hurriedMs = performance.now() - startedAt;
  expect(await patient.ended).toEqual([1, null]);
  const patientMs = performance.now() - startedAt;
  expect(patientMs).toBeGreaterThan(3_900);
  expect(hurriedMs).toBeLessThan(patientMs);
}, 60_000);
