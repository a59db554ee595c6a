import sharp from 'sharp';
import request from 'supertest';
import { expect, test } from 'vitest';
import { isMeasured } from '../src/domain/measurement.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { encodeSecondaryCapture } from '../src/sr/encode/secondary-capture.ts';
import { plannedMeasurements } from '../src/sr/measurements.fixture.ts';
import { plannedImages, reportToCompose } from '../src/sr/report.fixture.ts';
import { apiForEachTest } from './support/api-for-each-test.ts';
import { contractChecker } from './support/contract-check.ts';
import { composeSample, GRADED, keptOutcome, someStudy } from './support/ledger-sample.ts';

const REPORT = ['/studies/{studyInstanceUid}/report', 'get'] as const;
const PICTURE = ['/analyses/{id}/summary.png', 'get'] as const;
const MEASURED = ['/analyses/{id}/measured.png', 'get'] as const;
const check = contractChecker();
const site = apiForEachTest();

const PICTURE_SAMPLES = Uint8Array.from({ length: 6 * 4 * 3 }, (_, index) => (index * 29) % 256);

/** Results whose summary image is a DICOM object. */
async function withPicture(study: StudyInstanceUid) {
  const composed = composeSample(study);
  const uids = {
    seriesInstanceUid: '2.25.10.1' as SeriesInstanceUid,
    sopInstanceUid: `${study}.7`.slice(0, 64) as SopInstanceUid,
  };
  const picture = { width: 6, height: 4, samples: PICTURE_SAMPLES };
  const bytes = encodeSecondaryCapture({ ...reportToCompose(), ...uids }, picture, [], 'a test');
  const objects = composed.objects.map((object) =>
    object.kind === 'SC' ? { ...object, ...uids, bytes } : object,
  );
  const results = await sqlResultOutbox(site.database).keep({ ...composed, objects });
  return { kind: 'stored', graded: GRADED, results } as const;
}

test('the summary image is given as it was stored', async () => {
  const { body } = await site.api.analysed(someStudy(), withPicture);
  const answer = await request(site.app).get(`/analyses/${body.id}/summary.png`);
  check(PICTURE, answer);
  expect(answer.type).toBe('image/png');
  const { data, info } = await sharp(answer.body as Buffer)
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([6, 4]);
  expect([...data]).toEqual([...PICTURE_SAMPLES]);
  const again = await request(site.app)
    .get(`/analyses/${body.id}/summary.png`)
    .set('If-None-Match', answer.get('ETag')!);
  expect(again.status).toBe(304);
});

test('where there is none to show, that is said', async () => {
  const { id } = await site.api.queue.submit(someStudy(), 'api');
  const without = await request(site.app).get(`/analyses/${id}/summary.png`);
  check(PICTURE, without);
  expect(without.status).toBe(404);
  const unknown = await request(site.app).get('/analyses/6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f/summary.png');
  check(PICTURE, unknown);
  expect(unknown.status).toBe(404);
});

test('lengths and areas: as data with the points on the image, and on the page for people', async () => {
  const study = someStudy();
  const measurements = plannedMeasurements(plannedImages('2.25.5'));
  await site.api.analysed(study, async (each) => {
    const graded = { ...GRADED, measurements };
    const results = await sqlResultOutbox(site.database).keep({ ...composeSample(each), graded });
    return { kind: 'stored', graded, results } as const;
  });
  const asked = () => request(site.app).get(`/studies/${study}/report`);
  const told = await asked().set('Accept', 'application/json');
  check(REPORT, told);
  expect(told.body.measurements).toHaveLength(25);
  const [length] = measurements.filter(isMeasured);
  expect(told.body.measurements[0]).toMatchObject({
    ...{ level: 'L1/L2', measure: 'canal-diameter', unit: 'mm', value: length!.value },
    ...{ pixels: length!.pixels, pointsMm: length!.pointsMm },
  });
  const page = await asked().set('Accept', 'text/html,*/*;q=0.1');
  expect(page.text).toContain('<td>14.1\u00a0mm</td>');
  expect(page.text).toContain('<code>not-outlined</code>');
});

test('of a slice that nothing was measured on there is no picture, and a level is one of five', async () => {
  const { body } = await site.api.analysed(someStudy(), withPicture);
  const at = (query: string) =>
    request(site.app).get(`/analyses/${body.id}/measured.png?${query.replaceAll('/', '%2F')}`);
  const none = await at('level=L4/L5&plane=axial&outlines=true');
  check(MEASURED, none);
  expect([none.status, none.body.type]).toEqual([404, expect.stringContaining('not-found')]);
  for (const query of [
    'level=L4/L5',
    'level=L6/S1&plane=axial',
    'level=L4/L5&plane=axial&outlines=perhaps',
  ]) {
    const refused = await at(query);
    check(MEASURED, refused);
    expect(refused.status).toBe(400);
  }
});

test('the report as a page for people: whole in itself, and in a browser nothing but itself', async () => {
  const study = someStudy();
  await site.api.analysed(study, async (each) => {
    const outcome = await keptOutcome(site.database, each);
    await site.database.query(
      `UPDATE spinegrade.kept_result SET graded = jsonb_set(graded, '{warnings}', '["<script>alert(1)</script>"]')
       WHERE analysis_key = $1`,
      [outcome.results.analysisKey],
    );
    return outcome;
  });
  const answer = await request(site.app).get(`/studies/${study}/report`).set('Accept', 'text/html,*/*;q=0.1');
  check(REPORT, answer);
  expect([answer.status, answer.type]).toEqual([200, 'text/html']);
  expect(answer.text.match(/<th scope="row">/g)).toHaveLength(5);
  expect(answer.text).not.toContain('Lengths and areas');
  expect(answer.text.match(/<td/g)).toHaveLength(25);
  expect(answer.text).toContain('Normal/Mild, 90\u00a0%');
  expect(answer.text).toContain('&lt;script>');
  expect(answer.text).not.toMatch(/<script|<img|https?:/);
  expect(answer.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]+=*';/);
});

test('the packs that grade are told of', async () => {
  const answer = await request(site.app).get('/models');
  check(['/models', 'get'], answer);
  expect(answer.body.models).toMatchObject([
    { use: 'serving', name: 'spinegrade-default', executionProvider: 'cpu', requires: expect.any(Array) },
  ]);
  expect(answer.body.models[0].networks.length).toBeGreaterThan(1);
});
