import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeAll } from './support/archive-client.ts';
import { JAEGER_PROGRAM, type Jaeger, startJaeger } from './support/jaeger.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { named, PATHS_OF_A_NOTICED_STUDY, pathsOf } from './support/received-traces.ts';
import { type RoleProcess, startRole } from './support/role-process.ts';
import { until } from './support/service-client.ts';

/** Where the program is not named, test/traces.test.ts shows the same with a receiver of the tests' own. */
describe.skipIf(JAEGER_PROGRAM === undefined)('in a Jaeger', () => {
  const at = proxiedSiteForTests(21);
  let place: LedgerPlace;
  let jaeger: Jaeger;
  let processes: readonly RoleProcess[] = [];

  beforeAll(async () => {
    [place, jaeger] = await Promise.all([startLedgerPlace('postgresql'), startJaeger()]);
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpUrl,
      LOG_PSEUDONYM_KEY: 'the same in every process',
      JOB_RETRY_DELAY_MS: '50',
    };
    const start = (role: 'api' | 'watcher' | 'worker') =>
      startRole(role, at.proxy.dicomWebUrl, place.databaseUrl!, settings);
    processes = await Promise.all([start('api'), start('watcher'), start('worker')]);
  }, 300_000);
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await jaeger?.stop();
    await place?.remove();
  }, 120_000);

  /** Stores the images; the analysis that the watcher asks for. */
  async function submitted(objects: typeof at.objects): Promise<string> {
    await storeAll(at.site.archive, objects);
    const [first] = await until('its submission', async () => {
      const all = await processes[0]!.client.analyses(objects[0]!.studyInstanceUid);
      return all.length > 0 && all;
    });
    return first!.id;
  }

  test('a study is one trace over processes, found by its analysis and by the trace id of a log line', async () => {
    const id = await submitted(at.objects);
    expect((await processes[0]!.client.ended(id)).state).toBe('stored');
    const ofAnalysis = { tags: JSON.stringify({ 'spinegrade.analysis': id }) };
    const [found] = await until('the trace', async () => {
      const traces = await jaeger.search(ofAnalysis);
      const names = new Set(traces.flat().map(({ name }) => name));
      return names.has('submit') && names.has('analysis') && traces;
    });
    expect(pathsOf(found!)).toEqual(PATHS_OF_A_NOTICED_STUDY);
    expect(found!.every(({ resource }) => resource['service.name'] === 'spinegrade')).toBe(true);
    expect(named(found!, 'submit')).toMatchObject([{ kind: 4, resource: { 'spinegrade.role': 'watcher' } }]);
    expect(named(found!, 'analysis')).toMatchObject([
      { kind: 5, resource: { 'spinegrade.role': 'worker' }, facts: { 'spinegrade.outcome': 'stored' } },
    ]);
    const lines = processes[2]!.lastLines().filter((line) => line.includes('"analysis-stored"'));
    const { trace_id } = JSON.parse(lines[0]!);
    expect((await jaeger.trace(trace_id)).length).toBe(found!.length);
  }, 240_000);

  test('the searches that docs/traces.md names find an attempt that failed, its request, and what waited', async () => {
    const away = { status: 503, contentType: 'text/plain', body: Buffer.from('busy') };
    at.proxy.treat = ({ retrievedSeries }) => (retrievedSeries === null ? {} : { answer: away });
    const objects = asAnotherStudy(at.objects, 1);
    const id = await submitted(objects);
    const { client } = processes[0]!;
    await until('a second attempt', async () => (await client.analysis(id)).attempts > 1);
    at.proxy.treat = () => ({});
    expect((await client.ended(id)).state).toBe('stored');
    const faults = await until('the attempt that failed', async () => {
      const traces = await jaeger.search({ tags: JSON.stringify({ 'spinegrade.outcome': 'fault' }) });
      return traces.length > 0 && traces;
    });
    expect(faults).toHaveLength(1);
    expect(named(faults[0]!, 'analysis').map(({ facts }) => facts['spinegrade.analysis'])).toContain(id);
    const refused = { operation: 'retrieve series', tags: JSON.stringify({ 'error.type': '503' }) };
    expect(await jaeger.search(refused)).toHaveLength(1);
    expect((await jaeger.search({ operation: 'queue', minDuration: '1ms' })).length).toBeGreaterThan(0);
    expect(await jaeger.search({ operation: 'queue', minDuration: '1h' })).toEqual([]);
  }, 240_000);

  test('nothing in it names a patient or a study', async () => {
    expect(await jaeger.services()).toEqual(['spinegrade']);
    const kept = JSON.stringify(await jaeger.search({ limit: '100' }));
    expect(kept).toContain('retrieve series');
    for (const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } of at.objects) {
      for (const uid of [studyInstanceUid, seriesInstanceUid, sopInstanceUid])
        expect(kept).not.toContain(uid);
    }
    for (const word of ['2.25.', 'Phantom', 'PHANTOM', '/studies']) expect(kept).not.toContain(word);
  });
});
