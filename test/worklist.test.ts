import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DicomJson } from '../src/dicom/json/dicom-json.ts';
import { textValue } from '../src/dicom/json/dicom-json-values.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { codesIn, items } from '../src/worklist/coded.ts';
import { TAGS } from '../src/worklist/workitem-tags.ts';
import { instancesIn, storeAll } from './support/archive-client.ts';
import { asAnotherStudy } from './support/phantom-objects.ts';
import { proxiedSiteForTests } from './support/proxied-site-for-tests.ts';
import { type ServiceClient, until } from './support/service-client.ts';
import { startUpsServer, type UpsServer } from './support/ups-server.ts';
import { CODE, coded, type StepOptions, workitem } from './support/workitems.ts';

const at = proxiedSiteForTests(61);
let ups: UpsServer;
let client: ServiceClient;
let serial = 0;
const next = () => {
  serial += 1;
  return serial;
};

const start = (settings: Readonly<Record<string, string>> = {}) =>
  at.site.startService({
    PACS_URL: at.proxy.dicomWebUrl,
    WATCH: 'false',
    WORKLIST_URL: ups.url,
    WORKLIST_WORKITEM_CODE: `${CODE.value}^${CODE.scheme}`,
    WORKLIST_POLL_MS: '300',
    SR_NOT_ANALYSED: 'true',
    ...settings,
  });

beforeAll(async () => {
  ups = await startUpsServer({ transactionUid: 'transaction', channelAtRoot: true });
  client = await start();
}, 300_000);
afterAll(() => ups?.close());

/** Another study of the phantom in the archive. @param turn 0 to 9, each for one test @param keep which of its images */
async function study(turn: number, keep: (image: PhantomInstance) => boolean = () => true) {
  const images = asAnotherStudy(at.objects, turn).filter(keep);
  await storeAll(at.site.archive, images);
  return { uid: images[0]!.studyInstanceUid, images };
}

const seriesOf = (images: readonly PhantomInstance[], ...roles: readonly PhantomInstance['role'][]) => [
  ...new Set(
    images
      .filter(({ role }) => roles.length === 0 || roles.includes(role))
      .map(({ seriesInstanceUid }): string => seriesInstanceUid),
  ),
];

function scheduled(options: StepOptions): string {
  const uid = `2.25.61${next()}`;
  ups.create(uid, workitem(options));
  return uid;
}

const become = (step: string, state: string) => until(`${step} ${state}`, () => ups.state(step) === state);
const progressOf = (step: string): DicomJson => items(ups.step(step), TAGS.progressInformation)[0] ?? {};
const performedOf = (step: string): DicomJson => items(ups.step(step), TAGS.performedProcedure)[0] ?? {};
const reasonsOf = (step: string) =>
  codesIn(progressOf(step), TAGS.discontinuationReason).map(({ value }) => value);

/** Until it is called, the archive keeps the images of these to itself; who waits for them then asks again. */
function held(images: readonly PhantomInstance[]): () => Promise<void> {
  const series = new Set<string>(images.map(({ seriesInstanceUid }) => seriesInstanceUid));
  at.proxy.treat = ({ retrievedSeries }) =>
    retrievedSeries !== null && series.has(retrievedSeries) ? { holdRequestMs: 600_000 } : {};
  return async () => {
    at.proxy.treat = () => ({});
    at.proxy.down = true;
    await sleep(100);
    at.proxy.down = false;
  };
}

test('a step is claimed, its study analysed, its outputs told; it waits for nobody', async () => {
  const { uid, images } = await study(1);
  const step = scheduled({ study: uid, series: seriesOf(images), priority: 'HIGH' });
  await become(step, 'COMPLETED');
  const [analysis] = await client.analyses(uid);
  expect(analysis).toMatchObject({ state: 'stored', trigger: 'worklist', priority: 'stat' });
  expect(analysis!.seriesOverride).toEqual({});
  const performed = performedOf(step);
  expect(codesIn(performed, TAGS.performedStationNameCode)[0]).toMatchObject({ value: 'SPINEGRADE' });
  expect(codesIn(performed, TAGS.performedWorkitemCode)).toEqual([CODE]);
  expect(textValue(performed, TAGS.performedStart)).toMatch(/^20\d{12}\.\d{6}\+0000$/);
  const outputs = items(performed, TAGS.outputInformation);
  const told = outputs
    .flatMap((output) => items(output, TAGS.referencedSop))
    .map((sop) => textValue(sop, TAGS.referencedSopInstanceUid));
  expect(told).toEqual(analysis!.objects.map(({ sopInstanceUid }) => sopInstanceUid));
  const stored = await instancesIn(at.site.orthanc.dicomWebUrl, uid);
  expect(stored.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(expect.arrayContaining(told));
  const [output] = outputs;
  expect(textValue(items(output!, TAGS.wadoRsRetrieval)[0]!, TAGS.retrieveUrl)).toBe(
    `${at.proxy.dicomWebUrl}/studies/${uid}/series/${textValue(output!, TAGS.seriesInstanceUid)}`,
  );
  expect(textValue(progressOf(step), TAGS.progress)).toBe('100');
  expect(await client.metrics()).toContain('spinegrade_worklist_steps_total{outcome="completed"} 1');
}, 240_000);

test('an ineligible study cancels its step, with reasons by code', async () => {
  const { uid } = await study(2, ({ role }) => role === 'sagittal-t1');
  const step = scheduled({ study: uid });
  await become(step, 'CANCELED');
  expect(reasonsOf(step)).toEqual(['110523', 'no-sagittal-t2']);
  expect(textValue(progressOf(step), TAGS.reasonForCancellation)).toBe('no series qualifies as sagittal T2');
  const [analysis] = await client.analyses(uid);
  expect(analysis).toMatchObject({ state: 'ineligible', reasonCodes: ['no-sagittal-t2'] });
  // The report that says so is output, too.
  const outputs = items(performedOf(step), TAGS.outputInformation);
  const [told] = outputs.flatMap((output) => items(output, TAGS.referencedSop));
  const [notice] = analysis!.objects;
  expect(outputs).toHaveLength(1);
  expect(textValue(told!, TAGS.referencedSopInstanceUid)).toBe(notice!.sopInstanceUid);
  const stored = await instancesIn(at.site.orthanc.dicomWebUrl, uid);
  expect(stored.map(({ sopInstanceUid }) => sopInstanceUid)).toContain(notice!.sopInstanceUid);
}, 240_000);

test.each([
  ['of no study', { study: null }, ['110523', 'input-without-study']],
  ['of a study that is nowhere', { study: '2.25.404' }, ['110523', 'not-in-archive']],
  [
    'in another archive',
    { study: '2.25.405', retrieveUrl: 'http://other.example/dicom-web/studies/2.25.405' },
    ['110523', 'input-elsewhere', 'not-in-archive'],
  ],
] as const)(
  'input %s cancels the step by code',
  async (_, options, reasons) => {
    const step = scheduled(options);
    await become(step, 'CANCELED');
    expect(reasonsOf(step)).toEqual(reasons);
  },
  240_000,
);

test('steps of others are left alone: of another code, not ready, of other equipment, of people, claimed already', async () => {
  const uid = '2.25.777';
  const other = scheduled({ study: uid, codeValue: 'brain-grading' });
  const early = scheduled({ study: uid, readiness: 'INCOMPLETE' });
  const elsewhere = scheduled({ study: uid, station: 'AI-7' });
  const reading = scheduled({ study: uid, people: 'READER-1' });
  const claimed = scheduled({ study: uid });
  ups.claim(claimed, '2.25.999');
  const before = ups.asked.length;
  await until(
    'some polls',
    () => ups.asked.slice(before).filter(({ url }) => url.startsWith('/workitems?')).length > 5,
  );
  const left = [other, early, elsewhere, reading];
  expect([...left, claimed].map(ups.state)).toEqual([...left.map(() => 'SCHEDULED'), 'IN PROGRESS']);
  expect(await client.analyses(uid)).toEqual([]);
  for (const each of left) ups.forget(each);
}, 240_000);

test('a cancel request is obeyed in the middle of the work, and the analysis ended that nobody else wants', async () => {
  const { uid, images } = await study(4);
  const release = held(images);
  const step = scheduled({ study: uid });
  await until('its fetching', () => textValue(progressOf(step), TAGS.progressDescription) === 'fetch');
  await until('the channel', () => ups.channels() > 0);
  const asked = await fetch(`${ups.url}/workitems/${step}/cancelrequest`, { method: 'POST' });
  expect(asked.status).toBe(202);
  await become(step, 'CANCELED');
  expect(reasonsOf(step)).toEqual(['110513', 'cancel-asked']);
  expect((await client.analyses(uid))[0]).toMatchObject({ state: 'cancelled' });
  await release();
}, 240_000);

test('… and not the one that somebody asked for over the API, too', async () => {
  const { uid, images } = await study(5);
  const release = held(images);
  const step = scheduled({ study: uid });
  await until('its fetching', () => textValue(progressOf(step), TAGS.progressDescription) === 'fetch');
  const { body } = await client.analyze(uid);
  await fetch(`${ups.url}/workitems/${step}/cancelrequest`, { method: 'POST' });
  await become(step, 'CANCELED');
  expect(await client.analysis(body.id)).toMatchObject({ state: 'running', trigger: 'worklist' });
  await release();
  expect(await client.ended(body.id)).toMatchObject({ state: 'stored' });
}, 240_000);

test('a step that the worklist ends itself takes its analysis with it', async () => {
  const { uid, images } = await study(6);
  const release = held(images);
  const step = scheduled({ study: uid });
  await until('its fetching', () => textValue(progressOf(step), TAGS.progressDescription) === 'fetch');
  ups.cancel(step);
  await until('its end', async () => (await client.analyses(uid))[0]?.state === 'cancelled');
  await until('the count', async () =>
    (await client.metrics()).includes('steps_total{outcome="taken-away"} 1'),
  );
  expect(reasonsOf(step)).toEqual([]);
  await release();
}, 240_000);

test('killed between claim and end, the service goes on with its claim', async () => {
  const { uid, images } = await study(7);
  const release = held(images);
  const step = scheduled({ study: uid });
  await until('its fetching', () => textValue(progressOf(step), TAGS.progressDescription) === 'fetch');
  process.kill(at.site.service.pid, 'SIGKILL');
  await at.site.service.stop();
  expect(ups.state(step)).toBe('IN PROGRESS');
  await release();
  client = await start();
  await become(step, 'COMPLETED');
  expect(items(performedOf(step), TAGS.outputInformation).length).toBeGreaterThan(0);
  expect(await client.analyses(uid)).toHaveLength(1);
}, 240_000);

test('a claim of which the answer was lost with the process is known to be ours', async () => {
  const { uid } = await study(8);
  await at.site.service.stop();
  // The worklist takes the claim, and its answer is lost: so is every report, until the service is killed.
  let claimed = false;
  client = await start();
  const step = scheduled({ study: uid });
  ups.said.fails = (method, url) => {
    if (method === 'PUT' && url.includes(step)) claimed = true;
    return claimed && method !== 'PUT';
  };
  await become(step, 'IN PROGRESS');
  process.kill(at.site.service.pid, 'SIGKILL');
  await at.site.service.stop();
  ups.said.fails = () => false;
  client = await start();
  await become(step, 'COMPLETED');
}, 240_000);

test.each(['garbage', 'flood', 'dead', 'refused'] as const)(
  'with a channel that is %s, steps are done all the same',
  async (temper) => {
    ups.said.temper = temper;
    ups.dropChannels();
    const { uid } = await study(9, ({ role }) => role === 'sagittal-t1');
    const step = scheduled({ study: uid });
    await become(step, 'CANCELED');
    ups.said.temper = 'good';
  },
  240_000,
);

test('a study that both triggers name is analysed once, and the step hears the end', async () => {
  await at.site.service.stop();
  client = await start({
    WATCH: 'true',
    WATCH_QUIET_MS: '1000',
    WATCH_POLL_MS: '300',
    WATCH_LOOK_BACK_DAYS: 'all',
  });
  const { uid, images } = await study(0);
  const release = held(images);
  const running = await until('the watcher to submit it', async () => (await client.analyses(uid))[0]);
  const step = scheduled({ study: uid });
  await until('it to be told', () => textValue(progressOf(step), TAGS.progressDescription) === 'fetch');
  await release();
  await become(step, 'COMPLETED');
  expect(await client.analyses(uid)).toMatchObject([{ id: running.id, state: 'stored', trigger: 'watch' }]);
  expect(items(performedOf(step), TAGS.outputInformation).length).toBeGreaterThan(0);
}, 240_000);

test('parameters of ours are heeded: force', async () => {
  const { uid } = await study(1);
  const force: DicomJson = {
    '0040A040': { vr: 'CS', Value: ['TEXT'] },
    [TAGS.conceptName]: { vr: 'SQ', Value: [coded('force', '99SPINEGRADE', 'Force')] },
    [TAGS.textValue]: { vr: 'UT', Value: ['YES'] },
  };
  const step = scheduled({ study: uid, parameters: [force] });
  await become(step, 'COMPLETED');
  expect((await client.analyses(uid)).some(({ forced }) => forced)).toBe(true);
}, 240_000);

test('input that lists some series of a study that was analysed whole: another report, from these alone', async () => {
  const { uid, images } = await study(1);
  const before = (await client.analyses(uid)).find(({ report }) => report !== null)!;
  const [named] = seriesOf(images, 'sagittal-t2');
  const step = scheduled({ study: uid, series: [named!] });
  await become(step, 'COMPLETED');
  const [analysis] = await client.analyses(uid);
  expect(analysis!.seriesOverride).toEqual({ '*': 'ignore', [named!]: 'any' });
  const decisions = analysis!.series.filter(({ modality }) => modality === 'MR');
  expect(decisions.filter(({ chosen }) => chosen).map(({ seriesInstanceUid }) => seriesInstanceUid)).toEqual([
    named,
  ]);
  const others = decisions.filter(({ seriesInstanceUid }) => seriesInstanceUid !== named);
  expect(others.map(({ reasonCodes }) => reasonCodes)).toEqual([['not-among-named'], ['not-among-named']]);
  expect(analysis!.predecessors.map(({ sopInstanceUid }) => sopInstanceUid)).toContain(
    before.report!.sopInstanceUid,
  );
}, 240_000);

test('input whose series cannot serve cancels the step, and says that others were not to be used', async () => {
  const { uid, images } = await study(1);
  const step = scheduled({ study: uid, series: seriesOf(images, 'sagittal-t1') });
  await become(step, 'CANCELED');
  expect(reasonsOf(step)).toEqual(['110523', 'input-restricted', 'no-sagittal-t2']);
  expect(textValue(progressOf(step), TAGS.reasonForCancellation)).toBe(
    'The input of the step names some series of the study; no other was used.; no series qualifies as sagittal T2',
  );
}, 240_000);

test('what the watcher finds becomes a step in place of an analysis, once, for whoever performs it', async () => {
  await at.site.service.stop();
  client = await start({
    ...{ WATCH: 'true', WATCH_QUIET_MS: '1000', WATCH_POLL_MS: '300', WATCH_LOOK_BACK_DAYS: 'all' },
    ...{ WORKLIST_CREATE: 'true', WORKLIST_LABEL: 'Spine' },
  });
  const { uid, images } = await study(3);
  const step = await until('a step of it', () =>
    ups
      .all()
      .find((each) =>
        items(ups.step(each), TAGS.inputInformation).some(
          (input) => textValue(input, TAGS.studyInstanceUid) === uid,
        ),
      ),
  );
  await become(step, 'COMPLETED');
  const inputs = items(ups.step(step), TAGS.inputInformation);
  expect(inputs.flatMap((input) => items(input, TAGS.referencedSop))).toHaveLength(images.length);
  expect(textValue(ups.step(step), '00100020')).toBe('PHANTOM-61');
  await client.polls(3);
  expect(await client.analyses(uid)).toMatchObject([{ state: 'stored', trigger: 'worklist' }]);
}, 240_000);
