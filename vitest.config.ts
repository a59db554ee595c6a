import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Suites start real servers and run networks, which keeps two cores busy with two of them; a third has work for them
    // while one waits for a server to be started, killed or timed out.
    maxWorkers: 3,
    // The embedded PostgreSQL is WebAssembly that lives for seconds here: compiling it once more, to make it fast, takes longer
    // than it saves.
    execArgv: ['--liftoff-only'],
    // What the processes that tests start are compiled to: a second of processor time each.
    // Tests run networks in processes of their own, too, as the service and the command line do: nobody is told of it.
    env: {
      NODE_COMPILE_CACHE: join(tmpdir(), 'spinegrade-compile-cache'),
      ORT_DISABLE_TELEMETRY: '1',
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
