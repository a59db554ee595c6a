import { afterEach, beforeAll, expect, test } from 'vitest';
import type { SeriesRole } from '../src/domain/series-role.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { evidenceOf, instancesIn, reportsIn, storeAll } from './support/archive-client.ts';
import { type Treatment, withoutLastElement, withoutLastPart } from './support/archive-proxy.ts';
import { dcmtkJson } from './support/dcmtk-json.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';

const SEED = 21;

const at = proxiedSiteForTests(SEED);
let client: ServiceClient;

beforeAll(async () => {
  at.proxy.down = true;
  client = await at.site.startService({
    PACS_URL: at.proxy.dicomWebUrl,
    WATCH_QUIET_MS: '2500',
    JOB_RETRY_LIMIT: '1',
    JOB_RETRY_DELAY_MS: '50',
  });
}, 300_000);

afterEach(() => {
  at.proxy.treat = () => ({});
});

/** The study's images of one role, and the means to treat every transfer of that series. */
function seriesOf(study: readonly PhantomInstance[], role: SeriesRole) {
  const images = study.filter((object) => object.role === role);
  const series = images[0]!.seriesInstanceUid;
  let transfers = 0;
  return {
    images,
    series,
    /** How often it was asked for so far. */
    transfers: () => transfers,
    treat(treatment: (transfer: number) => Treatment) {
      at.proxy.treat = ({ retrievedSeries }) => {
        if (retrievedSeries !== series) return {};
        transfers += 1;
        return treatment(transfers);
      };
    },
  };
}

/** The end of the analysis the watcher asks for. */
async function watched(study: StudyInstanceUid) {
  const [first] = await until('an analysis', async () => {
    const all = await client.analyses(study);
    return all.length > 0 && all;
  });
  return client.ended(first!.id);
}

async function expectAllImagesInEvidence(study: readonly PhantomInstance[]) {
  const studyInstanceUid = study[0]!.studyInstanceUid;
  const reports = await reportsIn(at.site.orthanc.dicomWebUrl, studyInstanceUid);
  expect(reports).toHaveLength(1);
  const { seriesInstanceUid, sopInstanceUid } = reports[0]!;
  const bytes = await at.site.archive.retrieveInstance(studyInstanceUid, seriesInstanceUid, sopInstanceUid);
  const evidence = evidenceOf(await dcmtkJson(bytes!));
  expect(evidence).toEqual(study.map((object) => object.sopInstanceUid).sort());
}

test('with the PACS down, the service is up, not ready and says why; it recovers by itself', async () => {
  expect(await client.health()).toBe(200);
  const down = await until('the failure of a poll', async () => {
    const { status, body } = await client.readiness();
    return body.checks.watcher.ok ? false : { status, body };
  });
  expect(down.status).toBe(503);
  expect(down.body).toMatchObject({
    status: 'not-ready',
    checks: {
      archive: { ok: false, detail: 'the archive does not answer' },
      database: { ok: true },
      modelPack: { ok: true },
    },
  });
  expect(
    metricValue(await client.metrics(), 'spinegrade_watcher_polls_total{outcome="failed"}'),
  ).toBeGreaterThan(0);

  at.proxy.down = false;
  await until('readiness', async () => (await client.readiness()).status === 200);
}, 300_000);

test('cut off in mid-transfer again and again, then healthy: graded whole or not at all', async () => {
  const study = asAnotherStudy(at.objects, 1);
  const axial = seriesOf(study, 'axial-t2');
  const bytesEach = axial.images[0]!.bytes.length;
  // Three transfers are all of the first attempt. By turns inside an image and right after one, broken and closed.
  axial.treat((transfer) =>
    transfer > 4
      ? {}
      : { cut: { afterBytes: Math.round(bytesEach * transfer * 1.5), by: transfer % 2 ? 'close' : 'reset' } },
  );
  await storeAll(at.site.archive, study);
  const analysis = await watched(study[0]!.studyInstanceUid);
  expect(analysis).toMatchObject({ state: 'stored', attempts: 2 });
  const retries = 'spinegrade_analysis_retries_total{stage="fetch",code="archive-fault"}';
  expect(metricValue(await client.metrics(), retries)).toBe(1);
  expect(axial.transfers()).toBe(5);
  await expectAllImagesInEvidence(study);
}, 300_000);

test('always cut off: given up with stage and reason, nothing stored; asked for again when healthy, graded', async () => {
  const study = asAnotherStudy(at.objects, 2);
  const { studyInstanceUid } = study[0]!;
  const t1 = seriesOf(study, 'sagittal-t1');
  t1.treat(() => ({ cut: { afterBytes: 1_000_000, by: 'close' } }));
  await storeAll(at.site.archive, study);
  const analysis = await watched(studyInstanceUid);
  expect(analysis).toMatchObject({
    state: 'failed',
    attempts: 2,
    stage: 'fetch',
    report: null,
    findings: [],
  });
  expect(analysis.failure).toMatchObject({ stage: 'fetch', retryable: true });
  expect(analysis.failure!.reason).toMatch(
    new RegExp(
      `^fetch: series ${t1.series}: \\d+ of ${t1.images.length} instances arrived.*after 2 attempts`,
    ),
  );
  expect(await instancesIn(at.site.orthanc.dicomWebUrl, studyInstanceUid)).toHaveLength(study.length);
  const failures = 'spinegrade_analysis_failures_total{stage="fetch",code="archive-fault",retryable="true"}';
  expect(metricValue(await client.metrics(), failures)).toBe(1);

  at.proxy.treat = () => ({});
  const { body } = await client.analyze(studyInstanceUid);
  expect(await client.ended(body.id)).toMatchObject({ state: 'stored', attempts: 1, failure: null });
  await expectAllImagesInEvidence(study);
}, 300_000);

test('an image that QIDO-RS counts and WADO-RS leaves out, well formed: not graded', async () => {
  const study = asAnotherStudy(at.objects, 3);
  const { studyInstanceUid } = study[0]!;
  const t2 = seriesOf(study, 'sagittal-t2');
  t2.treat(() => ({ rewrite: withoutLastPart }));
  await storeAll(at.site.archive, study);
  const analysis = await watched(studyInstanceUid);
  expect(analysis).toMatchObject({
    state: 'failed',
    attempts: 2,
    failure: { stage: 'fetch', retryable: true },
  });
  const { length } = t2.images;
  expect(analysis.failure!.reason).toContain(`${length - 1} of ${length} instances arrived`);
  expect(await instancesIn(at.site.orthanc.dicomWebUrl, studyInstanceUid)).toHaveLength(study.length);
}, 300_000);

test('metadata of fewer images than QIDO-RS counts: not graded, and graded once they are whole', async () => {
  const study = asAnotherStudy(at.objects, 4);
  const { studyInstanceUid } = study[0]!;
  const { series, images } = seriesOf(study, 'axial-t2');
  at.proxy.treat = ({ path }) =>
    path.endsWith(`/series/${series}/metadata`) ? { rewrite: withoutLastElement } : {};
  await storeAll(at.site.archive, study);
  const { body } = await client.analyze(studyInstanceUid);
  const analysis = await client.ended(body.id);
  expect(analysis).toMatchObject({
    state: 'failed',
    attempts: 2,
    failure: { stage: 'select', retryable: true },
  });
  expect(analysis.failure!.reason).toContain(
    `${images.length - 1} instances in its metadata, ${images.length} by QIDO-RS`,
  );
  expect(await instancesIn(at.site.orthanc.dicomWebUrl, studyInstanceUid)).toHaveLength(study.length);

  at.proxy.treat = () => ({});
  await until(
    'the watcher to see it whole',
    async () => (await client.analyses(studyInstanceUid)).length === 2,
  );
  expect(await watched(studyInstanceUid)).toMatchObject({ state: 'stored', trigger: 'watch' });
  await expectAllImagesInEvidence(study);
}, 300_000);
