import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import createClient, { type Client } from 'openapi-fetch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpServer } from '../src/http/connections.ts';
import type { paths } from '../src/http/contract.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { INELIGIBLE, keptOutcome, someStudy } from './support/ledger-sample.ts';

/** The API as a client sees it that was generated from the contract. */
const site = apiForEachTest();
let server: Server;
let client: Client<paths>;

beforeEach(async () => {
  server = createHttpServer(site.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = createClient<paths>({ baseUrl: `http://127.0.0.1:${port}` });
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

test('asks, waits, lists, reads and counts', async () => {
  const [good, bad] = [someStudy(), someStudy()];
  await site.api.queue.work(async (study) =>
    study === bad ? INELIGIBLE : keptOutcome(site.database, study),
  );
  const header = { Prefer: 'wait=30', 'Idempotency-Key': `"${good}"` };
  const asked = await client.POST('/studies/{studyInstanceUid}/analyze', {
    params: { path: { studyInstanceUid: good }, header },
    body: { priority: 'stat', note: 'of the client' },
  });
  expect(asked.response.status).toBe(200);
  const analysis = asked.data!;
  if (!('findings' in analysis)) throw new Error('it was not waited for');
  expect([analysis.state, analysis.priority, analysis.findings.length]).toEqual(['stored', 'stat', 25]);
  await client.POST('/studies/{studyInstanceUid}/analyze', {
    params: { path: { studyInstanceUid: bad }, header: { Prefer: 'wait=30' } },
  });

  const query = { state: ['ineligible' as const], code: 'no-sagittal-t2', limit: 1 };
  const { data: page } = await client.GET('/analyses', { params: { query } });
  expect(page!.analyses.map(({ studyInstanceUid }) => studyInstanceUid)).toEqual([bad]);
  const { data: report } = await client.GET('/studies/{studyInstanceUid}/report', {
    params: { path: { studyInstanceUid: good } },
  });
  expect(report).toEqual(analysis);
  const { data: stats } = await client.GET('/stats');
  expect(stats!.byState).toMatchObject({ stored: 1, ineligible: 1, failed: 0 });
  const { data: packs } = await client.GET('/models');
  expect(packs!.models.map(({ use }) => use)).toEqual(['serving']);
});

test('cancels and retries, and is told in a problem document what cannot be', async () => {
  const { data: submitted } = await client.POST('/studies/{studyInstanceUid}/analyze', {
    params: { path: { studyInstanceUid: someStudy() } },
  });
  const path = { id: submitted!.id };
  const cancelled = await client.DELETE('/analyses/{id}', { params: { path } });
  expect(cancelled.data!.state).toBe('cancelled');
  const twice = await client.DELETE('/analyses/{id}', { params: { path } });
  expect(twice.error).toMatchObject({ type: 'urn:spinegrade:problem:analysis-final', status: 409 });
  const again = await client.POST('/analyses/{id}/retry', { params: { path } });
  expect(again.data).toMatchObject({ created: true, state: 'queued' });
  const noted = await client.POST('/analyses/{id}/acknowledge', { params: { path } });
  expect(noted.error).toMatchObject({ type: 'urn:spinegrade:problem:not-failed' });
  const { data } = await client.GET('/dead-letters');
  expect(data!.deadLetters).toEqual([]);
});
