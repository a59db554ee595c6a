import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

/** A thread's own `process.stderr` goes through the main thread. */
const STANDARD_ERROR = 2;

/** Kills the process when its time is over: what is left of it then is a main thread that hears no timer. */
await sleep(workerData as number);
try {
  const words = 'spinegrade is killed: its main thread hangs; the next start takes up what was cut off\n';
  writeSync(STANDARD_ERROR, words);
} finally {
  process.kill(process.pid, 'SIGKILL');
}
