import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './support/archive-client.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import type { RoleReport } from './support/role-child.ts';
import { type ServiceClient, serviceClient, until } from './support/service-client.ts';
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

/** A role in a process of its own on the shared PostgreSQL. */
async function startRole(role: 'api' | 'watcher' | 'worker') {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./support/role-child.ts', import.meta.url)), role],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PACS_URL: site.orthanc.dicomWebUrl,
        DATABASE_URL: place.databaseUrl!,
        WATCH_POLL_MS: '100',
        WATCH_QUIET_MS: '200',
        WATCH_LOOK_BACK_DAYS: 'all',
        LOG_LEVEL: 'silent',
      },
    },
  );
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const heard = async <T>() => JSON.parse((await lines.next()).value as string) as T;
  const { url } = await heard<{ url: string | null }>();
  return {
    url,
    /** What the process holds by now. */
    async report(): Promise<RoleReport> {
      child.stdin.write('report\n');
      return heard<RoleReport>();
    },
    async stop(): Promise<number | null> {
      const ended = once(child, 'exit');
      child.stdin.end();
      return (await ended)[0] as number | null;
    },
  };
}

describe('roles in processes of their own, on one PostgreSQL', () => {
  let api: Awaited<ReturnType<typeof startRole>>;
  let client: ServiceClient;
  let submitted: string;

  test('an api alone takes a study in and tells of it, with no network loaded and no thread beside', async () => {
    await storeAll(site.archive, phantom);
    api = await startRole('api');
    client = serviceClient(api.url!);
    submitted = (await client.analyze(phantom[0]!.studyInstanceUid)).body.id;
    expect(await client.analysis(submitted)).toMatchObject({ state: 'queued', attempts: 0 });
    const { status, body } = await client.readiness();
    expect(status).toBe(200);
    expect(body.checks.modelPack).toMatchObject({ ok: true, executionProvider: 'none' });
    expect(body.checks.watcher).toEqual({ ok: true, detail: null, enabled: false, lastPollAt: null });
    expect(await api.report()).toEqual({ threads: 0, networkRuntime: false });
  }, 120_000);

  test('a watcher alone submits what is complete, without a network', async () => {
    const other = asAnotherStudy(phantom, 1);
    await storeAll(site.archive, other);
    const watcher = await startRole('watcher');
    const [record] = await until('a submission', async () => {
      const all = await client.analyses(other[0]!.studyInstanceUid);
      return all.length > 0 && all;
    });
    expect(record).toMatchObject({ trigger: 'watch', state: 'queued', attempts: 0 });
    expect(await watcher.report()).toMatchObject({ networkRuntime: false });
    expect(await watcher.stop()).toBe(0);
  }, 120_000);

  test('a worker alone finishes what the others submitted', async () => {
    const worker = await startRole('worker');
    expect(await client.ended(submitted)).toMatchObject({ state: 'stored', trigger: 'api' });
    const report = await worker.report();
    expect(report.networkRuntime).toBe(true);
    expect(report.threads).toBeGreaterThan(0);
    expect(await worker.stop()).toBe(0);
    expect(await api.stop()).toBe(0);
  }, 240_000);
});
