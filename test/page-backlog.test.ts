import { beforeAll, expect, test } from 'vitest';
import { keptOutcome, someStudy } from './support/ledger-sample.ts';
import { pageBench } from './support/page-bench.ts';

const COUNT = 10_000;
const AT_ONCE = 1_000;
const PAGE = 50;
const bench = pageBench('open');

beforeAll(async () => {
  const { database } = bench;
  await keptOutcome(database, someStudy());
  const { rows } = await database.query<{ key: string }>(
    'SELECT analysis_key AS key FROM spinegrade.kept_result LIMIT 1',
  );
  // A statement of all of them would take longer than one may on a busy machine.
  for (let from = 1; from <= COUNT; from += AT_ONCE)
    await database.query(
      `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, created_at, finished_at, first_started_at,
       failure, analysis_key)
     SELECT gen_random_uuid(), '2.25.1' || n, CASE WHEN n % 3 = 0 THEN 'api' ELSE 'watch' END,
       (ARRAY['stored', 'failed', 'queued', 'ineligible'])[1 + n % 4], gen_random_uuid(), now() - n * interval '7 s',
       now(), now(), CASE WHEN n % 4 = 1 THEN '{"code": "archive-fault", "stage": "fetch", "reason": "fetch", "retryable": true}'::jsonb END,
       CASE WHEN n % 4 = 0 THEN $1 END
     FROM generate_series($2::int, $3::int) AS n`,
      [rows[0]!.key, from, from + AT_ONCE - 1],
    );
}, 180_000);

test('of 10,000 analyses a page shows fifty, and keeps its size', async () => {
  const page = await (await bench.window()).newPage();
  await page.goto('/');
  await page.locator('tbody tr').first().waitFor();
  expect(await page.locator('tbody tr').count()).toBe(PAGE);
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3_000);
}, 60_000);

test('whoever turns the pages sees every analysis of a filter once, also while others come in', async () => {
  const seen: string[] = [];
  let url: string | null = '/?state=failed&code=archive-fault&trigger=api&since=2000-01-01T00:00';
  const wanted = Math.floor(COUNT / 12) + 1;
  while (url !== null) {
    const text: string = await (await fetch(new URL(url, bench.url))).text();
    seen.push(
      ...[...text.matchAll(/<th [^>]*class="study"><a href="\/page\/analyses\/([\da-f-]{36})"/g)].map(
        ([, id]) => id!,
      ),
    );
    url = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? null;
    if (seen.length === PAGE) await bench.api.queue.submit(someStudy(), 'api');
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(Math.abs(seen.length - wanted)).toBeLessThanOrEqual(1);
}, 60_000);
