import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STAGES } from '../src/domain/stage.ts';
import { storeAll } from './support/archive-client.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { type OtlpReceiver, startOtlpReceiver } from './support/otlp-receiver.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { named, ofTrace, PATHS_OF_A_NOTICED_STUDY, pathsOf } from './support/received-traces.ts';
import { type RoleProcess, startRole } from './support/role-process.ts';
import { until } from './support/service-client.ts';

const at = proxiedSiteForTests(21);
let place: LedgerPlace;
let receiver: OtlpReceiver;
let api: RoleProcess;
let watcher: RoleProcess;
let worker: RoleProcess;

beforeAll(async () => {
  [place, receiver] = await Promise.all([startLedgerPlace('postgresql'), startOtlpReceiver()]);
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of%20the%20site',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    LOG_PSEUDONYM_KEY: 'the same in every process',
    JOB_RETRY_DELAY_MS: '50',
  };
  const start = (role: 'api' | 'watcher' | 'worker') =>
    startRole(role, at.proxy.dicomWebUrl, place.databaseUrl!, settings);
  [api, watcher, worker] = await Promise.all([start('api'), start('watcher'), start('worker')]);
}, 300_000);
afterAll(async () => {
  await Promise.all([api, watcher, worker].map((process) => process?.stop()));
  await receiver?.close();
  await place?.remove();
}, 120_000);

/** The trace of an analysis, once its span of that outcome has come. */
async function traceOf(analysis: string, outcome = 'stored') {
  const told = (fact: string, value: string) =>
    receiver.spans.filter(({ facts }) => facts[fact] === value && facts['spinegrade.analysis'] === analysis);
  const [{ traceId }] = await until('the spans', () => {
    const ended = told('spinegrade.outcome', outcome);
    return ended.length > 0 && (ended as [(typeof ended)[number]]);
  });
  await until(
    'the span of the submission',
    () => named(ofTrace(receiver.spans, traceId), 'submit').length > 0,
  );
  return ofTrace(receiver.spans, traceId);
}

/** Lines of the log about an analysis. */
function lines(process: RoleProcess, analysis: string): Record<string, unknown>[] {
  const all = process.lastLines().filter((line) => line.startsWith('{'));
  return all.map((line) => JSON.parse(line)).filter((line) => line.analysis === analysis);
}

test('a study that the watcher notices is one trace, over processes, with all that the archive was asked', async () => {
  const study = at.objects[0]!.studyInstanceUid;
  await storeAll(at.site.archive, at.objects);
  const [{ id }] = await until('its submission', async () => {
    const all = await api.client.analyses(study);
    return all.length > 0 && (all as [(typeof all)[number]]);
  });
  const spans = await traceOf(id);
  expect(pathsOf(spans)).toEqual(PATHS_OF_A_NOTICED_STUDY);
  const [submit, analysis] = [named(spans, 'submit')[0]!, named(spans, 'analysis')[0]!];
  expect(submit.facts).toMatchObject({ 'spinegrade.trigger': 'watch', 'spinegrade.why': 'complete' });
  expect(submit.resource).toMatchObject({ 'service.name': 'spinegrade', 'spinegrade.role': 'watcher' });
  expect(analysis.resource).toMatchObject({
    'spinegrade.role': 'worker',
    'deployment.environment.name': 'test',
  });
  expect(analysis.facts).toMatchObject({ 'spinegrade.attempt': 1, 'spinegrade.outcome': 'stored' });
  expect(analysis.facts['spinegrade.study']).toBe(submit.facts['spinegrade.study']);
  expect(receiver.headers['authorization']).toBe('Bearer of the site');
  for (const stage of STAGES) {
    const [{ from, to }] = named(spans, stage) as [(typeof spans)[number]];
    expect(from).toBeGreaterThanOrEqual(analysis.from - 1);
    expect(to).toBeLessThanOrEqual(analysis.to + 1);
  }
  const [series] = named(spans, 'retrieve series');
  expect(series).toMatchObject({ kind: 3, facts: { 'spinegrade.transaction': 'wado' } });
  expect(series!.facts).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200 });
  expect(series!.facts['http.response.body.size']).toBeGreaterThan(1e5);
  const [stored] = named(spans, 'store').filter(({ kind }) => kind === 3);
  expect(stored!.facts).toMatchObject({ 'spinegrade.transaction': 'stow', 'http.request.method': 'POST' });
  expect(stored!.facts['http.request.body.size']).toBeGreaterThan(1e4);

  const { traceId: trace_id } = submit;
  expect(lines(watcher, id)).toMatchObject([{ event: 'study-submitted', trace_id, span_id: submit.spanId }]);
  expect(lines(worker, id)).toMatchObject([
    { event: 'analysis-started', trace_id, span_id: analysis.spanId },
    { event: 'analysis-stored', trace_id, span_id: analysis.spanId },
  ]);
}, 240_000);

test('who asks for an analysis is told of in the same trace, and so is every attempt', async () => {
  const objects = asAnotherStudy(at.objects, 1);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const client = '00f067aa0ba902b7';
  at.proxy.treat = ({ retrievedSeries }) =>
    retrievedSeries === null ? {} : { cut: { afterBytes: 2000, by: 'reset' } };
  // The watcher would ask for it as well.
  expect(await watcher.stop()).toBe(0);
  await storeAll(at.site.archive, objects);
  const { body } = await request(api.url)
    .post(`/studies/${objects[0]!.studyInstanceUid}/analyze`)
    .set('traceparent', `00-${traceId}-${client}-01`);
  await until('a second attempt', async () => (await api.client.analysis(body.id)).attempts > 1);
  at.proxy.treat = () => ({});
  const spans = await traceOf(body.id);
  expect(named(spans, 'submit')).toMatchObject([
    { traceId, parentSpanId: client, kind: 2, resource: { 'spinegrade.role': 'api' } },
  ]);
  const runs = named(spans, 'analysis');
  expect(runs.map(({ facts }) => facts['spinegrade.attempt'])).toEqual(runs.map((_, index) => index + 1));
  expect(runs.map(({ parentSpanId }) => parentSpanId)).toEqual(
    runs.map(() => named(spans, 'submit')[0]!.spanId),
  );
  const fault = { 'spinegrade.outcome': 'fault', 'error.type': 'archive-fault' };
  expect(runs[0]).toMatchObject({ status: 2, facts: fault });
  expect(runs.at(-1)).toMatchObject({ status: 0, facts: { 'spinegrade.outcome': 'stored' } });
  // An answer of no stated length that is cut is whole to HTTP: the stage knows better.
  expect(pathsOf(spans)).toContain('submit/analysis!/fetch!/retrieve series');
  expect(named(spans, 'queue').map(({ parentSpanId }) => parentSpanId)).toEqual(
    runs.map(({ spanId }) => spanId),
  );
  const retried = lines(worker, body.id).find(({ event }) => event === 'analysis-retried');
  expect(retried).toMatchObject({ trace_id: traceId, span_id: runs[0]!.spanId });
}, 240_000);

test('a malformed traceparent is ignored: the trace is one of its own', async () => {
  const nothing = asAnotherStudy(at.objects, 2)[0]!.studyInstanceUid;
  const { body, status } = await request(api.url)
    .post(`/studies/${nothing}/analyze`)
    .set('traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`);
  expect(status).toBe(202);
  const spans = await traceOf(body.id, 'ineligible');
  const [submit] = named(spans, 'submit');
  expect(submit!.parentSpanId).toBe('');
  expect(named(spans, 'analysis')).toMatchObject([
    { parentSpanId: submit!.spanId, facts: { 'spinegrade.reasons': expect.any(String) } },
  ]);
}, 120_000);

test('nothing in a span names a patient or a study, and the archive is sent no trace', async () => {
  expect(receiver.spans.length).toBeGreaterThan(60);
  const sent = Buffer.concat(receiver.bodies).toString('latin1');
  for (const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } of at.objects) {
    for (const uid of [studyInstanceUid, seriesInstanceUid, sopInstanceUid]) expect(sent).not.toContain(uid);
  }
  expect(sent).toContain('retrieve series');
  for (const word of ['2.25.', '1.2.', 'Phantom', 'PHANTOM', '/studies', '?']) {
    const strings = receiver.spans.flatMap(({ name, facts, resource }) => [
      name,
      ...Object.values(facts).map(String),
      ...Object.values(resource).map(String),
    ]);
    expect(strings.filter((text) => text.includes(word))).toEqual([]);
  }
});
