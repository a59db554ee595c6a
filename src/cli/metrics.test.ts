import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsPage } from './metrics.ts';

test('docs/metrics.md tells every metric as the code has it', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  expect(page).toBe(metricsPage());
});
