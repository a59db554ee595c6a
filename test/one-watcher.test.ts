import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './support/archive-client.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { type RoleProcess, startRole } from './support/role-process.ts';
import { metricValue, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** The most that may pass from the end or standstill of the watcher that acts until another does. */
const TAKEN_OVER_WITHIN_MS = 15_000;

let site: TestSite;
let place: LedgerPlace;
let database: pg.Client;
let phantom: readonly PhantomInstance[];
let watchers: RoleProcess[] = [];

beforeAll(async () => {
  [site, place] = await Promise.all([startTestSite(), startLedgerPlace('postgresql')]);
  phantom = phantomObjects(21);
  database = new pg.Client({ connectionString: place.databaseUrl! });
  await database.connect();
}, 300_000);
afterAll(async () => {
  await database?.end();
  await site?.close();
  await place?.remove();
}, 120_000);

beforeEach(async () => {
  const start = () => startRole('watcher', site.orthanc.dicomWebUrl, place.databaseUrl!);
  watchers = await Promise.all([start(), start(), start()]);
}, 120_000);
afterEach(async () => {
  for (const { pid } of watchers) signal(pid, 'SIGKILL');
  await Promise.all(watchers.map((watcher) => watcher.stop()));
}, 60_000);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

async function acts({ client }: RoleProcess): Promise<boolean> {
  return metricValue(await client.metrics(), 'spinegrade_watcher_acting') === 1;
}

/** Of these the one that acts; more than one is never tolerated. */
async function actingOf(among: readonly RoleProcess[]): Promise<RoleProcess> {
  return until('a watcher that acts', async () => {
    const states = await Promise.all(among.map(acts));
    expect(states.filter(Boolean).length).toBeLessThanOrEqual(1);
    return among[states.indexOf(true)];
  });
}

async function submissions(study: string): Promise<number> {
  const { rows } = await database.query(
    'SELECT count(*)::int AS n FROM spinegrade.analysis WHERE study_instance_uid = $1',
    [study],
  );
  return rows[0].n as number;
}

test.each([
  ['is killed', 'SIGKILL'],
  ['stands still', 'SIGSTOP'],
] as const)(
  'when the watcher that acts %s another takes over in time, and every study is submitted once',
  async (_, how) => {
    const first = await actingOf(watchers);
    const others = watchers.filter((each) => each !== first);
    const [before, after] = [101, 102].map((seed) =>
      asAnotherStudy(phantom, how === 'SIGKILL' ? seed : seed + 10),
    );
    await storeAll(site.archive, before!);
    await until('its submission', async () => (await submissions(before![0]!.studyInstanceUid)) === 1);

    const at = performance.now();
    signal(first.pid, how);
    await storeAll(site.archive, after!);
    const next = await actingOf(others);
    expect(performance.now() - at).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    await until('its submission', async () => (await submissions(after![0]!.studyInstanceUid)) === 1);

    if (how === 'SIGSTOP') {
      signal(first.pid, 'SIGCONT');
      await until('that it stands by', async () => !(await acts(first)));
      await first.client.readiness();
      expect(await acts(next)).toBe(true);
    }
    await delay(1000);
    for (const study of [before!, after!]) expect(await submissions(study[0]!.studyInstanceUid)).toBe(1);
  },
  120_000,
);

test('a watcher that is told to stop leaves its place to another at once', async () => {
  const first = await actingOf(watchers);
  expect(await first.stop()).toBe(0);
  const at = performance.now();
  await actingOf(watchers.filter((each) => each !== first));
  expect(performance.now() - at).toBeLessThan(5_000);
}, 120_000);
