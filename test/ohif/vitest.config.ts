import { defineConfig } from 'vitest/config';

/** The viewer's test, by `npm run test:ohif`: it needs a browser and 50 MB that other tests do not. */
export default defineConfig({
  test: { include: ['test/ohif/*.viewer.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
