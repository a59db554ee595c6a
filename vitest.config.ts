import { globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Files that weigh what their process holds need one to themselves. */
const alone = globSync('{src,test}/**/*.test.ts', { cwd: import.meta.dirname }).filter((file) =>
  readFileSync(join(import.meta.dirname, file), 'utf8').includes('process.memoryUsage()'),
);

export default defineConfig({
  test: {
    // Files of a project share the processes of its workers, and with them the modules of the program: both anew for each
    // file would be a fifth of the processor time of all tests. So a file leaves nothing behind that another could meet.
    projects: [
      { extends: true, test: { name: 'alone', include: alone, isolate: true } },
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: alone } },
      { extends: true, test: { name: 'parts', include: ['src/**/*.test.ts'], exclude: alone } },
    ],
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // The program is loaded as Node loads it: Vite's own loader makes every import a property of an object, and what
    // renders and samples images takes twice the processor time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
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
