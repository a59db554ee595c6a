import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SeriesDecision } from '../src/domain/series-decision.ts';
import { contractChecker } from './support/contract-check.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { INELIGIBLE, someStudy } from './support/ledger-sample.ts';
import { openTestApi, type TestApi } from './support/test-api.ts';

const MIB = 2 ** 20;
const check = contractChecker();
let ledger: TestLedger;
let api: TestApi;

beforeAll(async () => {
  ledger = await startTestLedger('embedded');
});
afterAll(() => ledger.close());
beforeEach(async () => {
  api = await openTestApi(ledger.database, () => Promise.reject(new Error('nobody asks')));
});
afterEach(() => api.close());

/** Decisions on series in so many bytes of words that do not become smaller when they are packed. */
function seriesOf(bytes: number): readonly SeriesDecision[] {
  const [first] = INELIGIBLE.series;
  const reason = () => randomBytes(3_000).toString('base64');
  return Array.from({ length: bytes / 4_000 }, () => ({ ...first!, reasons: [reason()] }));
}

/** The sizes of a study's analyses, the oldest first, and the ids that the API tells of, the newest first. */
async function historyOf(sizes: readonly number[]) {
  const study = someStudy();
  const ids: string[] = [];
  await api.queue.work(async () => ({ ...INELIGIBLE, series: seriesOf(sizes[ids.length]!) }));
  for (const _ of sizes) {
    const submitted = await request(api.app).post(`/studies/${study}/analyze`);
    const { id } = submitted.body;
    let ended = false;
    while (!ended) ended = (await request(api.app).get(`/analyses/${id}`)).body.finishedAt !== null;
    ids.push(id);
  }
  const answer = await request(api.app).get(`/studies/${study}/analyses`);
  check(['/studies/{studyInstanceUid}/analyses', 'get'], answer);
  expect(answer.text.length).toBeLessThan(8_000_000);
  const told: string[] = answer.body.analyses.map(({ id }: { id: string }) => id);
  return { told, newestFirst: ids.toReversed() };
}

test('the newest analyses of a study are told until their rows come to 2 MiB, however many there are', async () => {
  const { told, newestFirst } = await historyOf(Array.from({ length: 6 }, () => 0.6 * MIB));
  expect(told).toEqual(newestFirst.slice(0, 4));
});

test('the newest is told whatever its size, and then no other', async () => {
  const { told, newestFirst } = await historyOf([1_000, 2.5 * MIB].map(Math.floor));
  expect(told).toEqual(newestFirst.slice(0, 1));
});

test('small ones are told up to a hundred', async () => {
  const { told, newestFirst } = await historyOf(Array.from({ length: 103 }, () => 4_000));
  expect(told).toEqual(newestFirst.slice(0, 100));
}, 120_000);
