import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './support/archive-client.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { type RoleProcess, startRole } from './support/role-process.ts';
import { metricValue, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

let site: TestSite;
let place: LedgerPlace;
let phantom: readonly PhantomInstance[];

beforeAll(async () => {
  [site, place] = await Promise.all([startTestSite(), startLedgerPlace('postgresql')]);
  phantom = phantomObjects(21);
}, 300_000);
afterAll(async () => {
  await site?.close();
  await place?.remove();
}, 120_000);

const start = (role: 'api' | 'watcher' | 'worker') =>
  startRole(role, site.orthanc.dicomWebUrl, place.databaseUrl!);

describe('roles in processes of their own, on one PostgreSQL', () => {
  let api: RoleProcess;
  let submitted: string;

  test('an api alone takes a study in and tells of it, with no network loaded', async () => {
    await storeAll(site.archive, phantom);
    api = await start('api');
    submitted = (await api.client.analyze(phantom[0]!.studyInstanceUid)).body.id;
    expect(await api.client.analysis(submitted)).toMatchObject({ state: 'queued', attempts: 0 });
    const { status, body } = await api.client.readiness();
    expect(status).toBe(200);
    expect(body.checks.modelPack).toMatchObject({ ok: true, executionProvider: 'none' });
    expect(body.checks.watcher).toEqual({
      ok: true,
      detail: null,
      enabled: false,
      acting: false,
      lastPollAt: null,
    });
    expect(api.networkRuntime).toBe(false);
  }, 120_000);

  test('a watcher alone submits what is complete, without a network, and answers probes alone', async () => {
    const other = asAnotherStudy(phantom, 1);
    await storeAll(site.archive, other);
    const watcher = await start('watcher');
    const [record] = await until('a submission', async () => {
      const all = await api.client.analyses(other[0]!.studyInstanceUid);
      return all.length > 0 && all;
    });
    expect(record).toMatchObject({ trigger: 'watch', state: 'queued', attempts: 0 });
    expect(watcher.networkRuntime).toBe(false);
    expect((await watcher.client.readiness()).body.checks.watcher).toMatchObject({
      enabled: true,
      acting: true,
    });
    expect(metricValue(await watcher.client.metrics(), 'spinegrade_watcher_acting')).toBe(1);
    const refused = await request(watcher.url).get(`/analyses/${submitted}`);
    expect([refused.status, refused.body.type]).toEqual([404, expect.stringContaining('not-found')]);
    expect(await watcher.stop()).toBe(0);
  }, 120_000);

  test('a worker alone finishes what the others submitted', async () => {
    const worker = await start('worker');
    expect(await api.client.ended(submitted)).toMatchObject({ state: 'stored', trigger: 'api' });
    expect(worker.networkRuntime).toBe(true);
    expect(api.residentMib).toBeLessThan(worker.residentMib / 2);
    expect(await worker.client.health()).toBe(200);
    expect(await worker.stop()).toBe(0);
    expect(await api.stop()).toBe(0);
  }, 240_000);
});
