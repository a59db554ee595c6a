import { get } from 'node:https';
import pg from 'pg';
import { expect } from 'vitest';
import { startServiceProcess } from '../../src/cli/demo/service-process.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './archive-client.ts';
import type { ProxiedRequest, Treatment } from './archive-proxy.ts';
import { cli } from './cli-command.ts';
import { inferenceServerFor } from './inference-server-for.ts';
import { asAnotherStudy } from './phantom-objects.ts';
import type { Prometheus } from './prometheus.ts';
import { type ServiceClient, until } from './service-client.ts';
import { tinyMrSeries } from './tiny-mr.ts';
import type { WatchedSite } from './watched-site.ts';
import { workitem } from './workitems.ts';

/** Days for which a key of the second service opens. */
export const KEY_DAYS = 40;

/** B000H, coercion of data elements (PS3.18 table I.2-2), for every object of an answer of STOW-RS. */
function withWarning(body: Buffer): Buffer {
  const answer = JSON.parse(body.toString('utf8'));
  for (const item of answer['00081199']?.Value ?? []) item['00081196'] = { vr: 'US', Value: [0xb000] };
  return Buffer.from(JSON.stringify(answer));
}

/**
 * Everything that metrics tell of, brought about on a real service: results by the watcher and over the API, a study
 * that cannot be analysed, one that always fails, one that ends the process, an archive that is away, slow and odd.
 */
export async function runAllThatIsTold(at: WatchedSite): Promise<void> {
  await withoutDatabase(at);
  at.proxy.down = true;
  let client = await at.start();
  await scraped(at, 'spinegrade_archive_available == 0');
  at.proxy.down = false;
  await scraped(at, 'spinegrade_archive_available == 1');
  await watched(at, client);
  await askedFor(at, client);
  await failing(at, client);
  await waitingForMemory(at, client);
  await performing(at);
  await tellingOfStudies(at);
  await awayMeanwhile(at, client);
  client = await endingTheProcess(at, client);
  await scraped(at, 'spinegrade_dead_letter_studies == 1');
  await scraped(at, 'spinegrade_studies_set_aside_total == 1');
}

/** A second service, with TLS and keys: its PostgreSQL goes away, and its inference server comes late. It watches nothing. */
async function withoutDatabase({ site, other, prometheus }: WatchedSite): Promise<void> {
  const inference = await inferenceServerFor('models/default');
  await inference.stop();
  const service = await startServiceProcess(`${site.folder}/other`, site.orthanc.dicomWebUrl, {
    OPERATIONS_PORT: String(other.port),
    AUTH: 'keys',
    TLS_CERT: other.tls.certificate,
    TLS_KEY: other.tls.key,
    DATABASE_URL: other.databaseUrl,
    WATCH: 'false',
    INFERENCE_URL: inference.url,
    // One of its networks stays: so both services run on the processor.
    INFERENCE_MODELS: 'axial.onnx=in-process',
  });
  const told = (name: string, condition = '') =>
    untilScraped(prometheus, `${name}{instance="${other.target}"}${condition}`);
  await told('spinegrade_database_size_bytes');
  await told('spinegrade_inference_away_since_timestamp_seconds');
  await inference.start();
  await told('spinegrade_inference_available', ' == 1');
  const strangers = setInterval(() => askAsStranger(`${service.url}/stats`), 1_000);
  await oldRecord(other.databaseUrl);
  await keysThatEnd(other.databaseUrl);
  // A process looks a minute after its start.
  await untilScraped(prometheus, 'spinegrade_retention_let_go_total{what="analyses"} > 0');
  clearInterval(strangers);
  await other.stopPostgres();
  await untilScraped(prometheus, `spinegrade_database_available{instance="${other.target}"} == 0`);
  await service.stop();
  await inference.stop();
}

/** Without a key, and whatever the certificate. */
function askAsStranger(url: string): void {
  get(url, { rejectUnauthorized: false }, (answer) => answer.resume()).on('error', () => undefined);
}

/** An analysis that ended long ago. */
async function oldRecord(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO spinegrade.analysis (id, study_instance_uid, trigger, state, job_id, finished_at)
     VALUES (gen_random_uuid(), '2.25.1', 'api', 'failed', gen_random_uuid(), now() - interval '500 days')`,
  );
  await client.end();
}

/** Made for long, and for so short a time that it is meant to end. */
async function keysThatEnd(databaseUrl: string): Promise<void> {
  for (const [name, lasts] of Object.entries({ ris: KEY_DAYS, trial: 7 })) {
    const asked = ['keys', 'create', '--name', name, '--scopes', 'read', '--expires', `${lasts}d`];
    const { code, err } = await cli(asked, { DATABASE_URL: databaseUrl });
    expect([code, err]).toEqual([0, expect.stringContaining(`for ${name}`)]);
  }
}

/** A study that the watcher finds complete: a localiser in it is left aside, the archive takes its results slowly and with a reservation. */
async function watched({ site, proxy, objects }: WatchedSite, client: ServiceClient): Promise<void> {
  const study = objects[0]!.studyInstanceUid;
  let looks = 0;
  proxy.treat = ({ method, path }) => {
    if (method === 'POST') return { holdRequestMs: 2_500, rewrite: withWarning };
    // The first look at it comes to nothing, whatever shape of the query is tried.
    if (path === `/studies/${study}/series` && looks++ < 8) return { rewrite: () => Buffer.from('no JSON') };
    return {};
  };
  await site.archive.store(study, tinyMrSeries(2, { study, series: 9, patientId: 'PHANTOM-41' }));
  await storeAll(site.archive, objects);
  const [first] = await until('the watcher to submit a study', async () => {
    const all = await client.analyses(study);
    return all.length > 0 && all;
  });
  expect(await client.ended(first!.id)).toMatchObject({ state: 'stored', trigger: 'watch' });
  proxy.treat = () => ({});
}

/** Over the API: one without an axial series, whose results the archive takes without a word, and one without T2. */
async function askedFor(at: WatchedSite, client: ServiceClient): Promise<void> {
  const withoutAxial = asAnotherStudy(at.objects, 1).filter(({ role }) => role !== 'axial-t2');
  at.proxy.treat = ({ method }) => (method === 'POST' ? { rewrite: () => Buffer.alloc(0) } : {});
  expect(await ended(at, client, withoutAxial)).toMatchObject({ state: 'stored' });
  at.proxy.treat = () => ({});
  const t1 = asAnotherStudy(at.objects, 2).filter(({ role }) => role === 'sagittal-t1');
  expect(await ended(at, client, t1)).toMatchObject({ state: 'ineligible' });
}

async function failing(at: WatchedSite, client: ServiceClient): Promise<void> {
  const study = asAnotherStudy(at.objects, 3);
  at.proxy.treat = onSeriesOf(study, { cut: { afterBytes: 100_000, by: 'close' } });
  expect(await ended(at, client, study)).toMatchObject({ state: 'failed' });
  at.proxy.treat = () => ({});
}

/** Two studies at a time, of which memory holds one. */
async function waitingForMemory(at: WatchedSite, client: ServiceClient): Promise<void> {
  const [first, second] = [asAnotherStudy(at.objects, 6), asAnotherStudy(at.objects, 7)];
  at.proxy.treat = onSeriesOf(first, { holdRequestMs: 6_000 });
  for (const study of [first, second]) await storeAll(at.site.archive, study);
  const { body: one } = await client.analyze(first[0]!.studyInstanceUid);
  await until('its fetching', async () => (await client.analysis(one.id)).stage === 'fetch');
  const { body: other } = await client.analyze(second[0]!.studyInstanceUid);
  await scraped(at, 'spinegrade_worker_memory_waiting == 1');
  for (const { id } of [one, other]) expect(await client.ended(id)).toMatchObject({ state: 'stored' });
  at.proxy.treat = () => ({});
}

/** A step of the worklist: what is said of it is not taken at first. */
async function performing(at: WatchedSite): Promise<void> {
  const { site, ups, objects } = at;
  await scraped(at, 'spinegrade_worklist_channel_open == 1');
  const study = asAnotherStudy(objects, 8).filter(({ role }) => role === 'sagittal-t1');
  await storeAll(site.archive, study);
  ups.said.fails = (method) => method === 'POST';
  ups.create('2.25.800', workitem({ study: study[0]!.studyInstanceUid }));
  await scraped(at, 'spinegrade_worklist_step_faults_total >= 1');
  await scraped(at, 'spinegrade_worklist_claims >= 1');
  ups.said.fails = () => false;
  await until('the end of the step', () => ups.state('2.25.800') === 'CANCELED');
}

/** Events of others: of a study, and one that no kind takes. */
async function tellingOfStudies(at: WatchedSite): Promise<void> {
  const tell = async (type: string) => {
    const event = { specversion: '1.0', id: type, source: 'urn:pacs', type, subject: '2.25.404' };
    const { status } = await fetch(`${at.site.service.url}/events/cloudevents`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    return status;
  };
  expect([await tell('stored'), await tell('moved')]).toEqual([202, 400]);
  await scraped(at, 'spinegrade_cloudevents_total >= 1');
}

/** The archive goes away in the middle of an analysis. */
async function awayMeanwhile(at: WatchedSite, client: ServiceClient): Promise<void> {
  const study = asAnotherStudy(at.objects, 4);
  at.proxy.treat = ({ retrievedSeries }) => {
    if (retrievedSeries !== null) at.proxy.down = true;
    return {};
  };
  await storeAll(at.site.archive, study);
  const { body } = await client.analyze(study[0]!.studyInstanceUid);
  await scraped(at, 'spinegrade_archive_available == 0');
  at.proxy.treat = () => ({});
  at.proxy.down = false;
  expect(await client.ended(body.id)).toMatchObject({ state: 'stored' });
}

/** Killed three times in the middle of the same study; then it is set aside. */
async function endingTheProcess(at: WatchedSite, first: ServiceClient): Promise<ServiceClient> {
  const study = asAnotherStudy(at.objects, 5);
  const uid = study[0]!.studyInstanceUid;
  at.proxy.treat = onSeriesOf(study, { holdRequestMs: 600_000 });
  await storeAll(at.site.archive, study);
  let client = first;
  const { id } = (await client.analyze(uid)).body;
  for (let kills = 0; kills < 3; kills += 1) {
    await until('the fetching of the study', async () => {
      const { state, stage, attempts } = await client.analysis(id);
      return state === 'running' && stage === 'fetch' && attempts > kills;
    });
    process.kill(at.site.service.pid, 'SIGKILL');
    await at.site.service.stop();
    client = await at.start();
  }
  expect(await client.ended(id)).toMatchObject({ state: 'failed', failure: { code: 'poison-study' } });
  at.proxy.treat = () => ({});
  return client;
}

async function ended(at: WatchedSite, client: ServiceClient, study: readonly PhantomInstance[]) {
  await storeAll(at.site.archive, study);
  const { body } = await client.analyze(study[0]!.studyInstanceUid);
  return client.ended(body.id);
}

function onSeriesOf(
  study: readonly { readonly seriesInstanceUid: string; readonly studyInstanceUid: StudyInstanceUid }[],
  treatment: Treatment,
): (request: ProxiedRequest) => Treatment {
  const series = new Set(study.map(({ seriesInstanceUid }) => seriesInstanceUid));
  return ({ retrievedSeries }) => (retrievedSeries !== null && series.has(retrievedSeries) ? treatment : {});
}

/** Waits until Prometheus has seen it of the service. */
function scraped({ prometheus, target }: WatchedSite, query: string): Promise<unknown> {
  const [, name, condition] = /^(\w+)(.*)$/.exec(query)!;
  return untilScraped(prometheus, `${name}{instance="${target}"}${condition}`);
}

/** It scrapes every two seconds. */
function untilScraped(prometheus: Prometheus, query: string): Promise<unknown> {
  return until(query, async () => (await prometheus.query(query)).length > 0, { pollMs: 250 });
}
