import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EventKinds, parseEventKinds } from '../src/cloudevents/event-kinds.ts';
import { contractChecker } from './support/contract-check.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { someStudy } from './support/ledger-sample.ts';
import { openTestApi, type TestApi } from './support/test-api.ts';

const PATH = '/events/cloudevents';
const STORE = 'projects/p/locations/europe-west3/datasets/d/dicomStores/spine';
const check = contractChecker();

const KINDS = {
  origins: ['eventgrid.azure.net'],
  kinds: [
    { form: 'azure-dicom', places: ['Microsoft.Default'] },
    { form: 'google-healthcare', sources: ['//pubsub.googleapis.com/projects/p/*'], places: [STORE] },
    { form: 'pointer', types: ['vna.study.stable'], study: '/data/study/uid', action: 'analyze' },
    { form: 'pointer', types: ['vna.series.stored'], sources: ['urn:vna'], study: '/subject' },
  ],
};

function kindsOf(file: object): EventKinds {
  const parsed = parseEventKinds(JSON.stringify(file));
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.kinds;
}

const ledger = ledgerForTests('embedded');
let api: TestApi;
beforeAll(async () => {
  const nobody = () => Promise.reject(new Error('nobody asks'));
  api = await openTestApi(ledger.database, nobody, undefined, {}, {}, kindsOf(KINDS));
});
afterAll(() => api.close());

let count = 0;
const event = <Members extends object>(members: Members) => ({
  ...{ specversion: '1.0', id: `e${++count}`, source: 'urn:vna' },
  ...members,
});
const stable = (study: string, members: object = {}) =>
  event({ type: 'vna.study.stable', data: { study: { uid: study } }, ...members });
const azure = (study: string, data: object = {}, type = 'Microsoft.HealthcareApis.DicomImageCreated') =>
  event({
    type,
    source: '/subscriptions/s/resourceGroups/g/providers/Microsoft.HealthcareApis/workspaces/w',
    subject: 'dicom.example/v1/studies/x',
    data: { partitionName: 'Microsoft.Default', imageStudyInstanceUid: study, sequenceNumber: 1, ...data },
  });
const google = (study: string, store = STORE, attributes: object = {}) => ({
  message: {
    data: Buffer.from(`${store}/dicomWeb/studies/${study}/series/1.2/instances/1.3`).toString('base64'),
    messageId: `m${++count}`,
    publishTime: '2026-11-29T00:00:00Z',
    attributes,
  },
  subscription: 'projects/p/subscriptions/spinegrade',
});

async function send(body: object, type: string, headers: Readonly<Record<string, string>> = {}) {
  const text = JSON.stringify(body);
  const answer = await request(api.app).post(PATH).set('Content-Type', type).set(headers).send(text);
  check([PATH, 'post'], answer);
  return answer;
}
const structured = (one: object) => send(one, 'application/cloudevents+json; charset=utf-8');
const batch = (all: readonly object[]) => send(all, 'application/cloudevents-batch+json');
const json = (body: object, headers = {}) => send(body, 'application/json', headers);

/** What the watcher is to look at, and what was asked for. */
async function effect() {
  const studies = async (text: string) =>
    (await ledger.database.query<{ study: string }>(text)).rows.map(({ study }) => study).toSorted();
  return {
    awaited: await studies(
      'SELECT study_instance_uid AS study FROM spinegrade.watched_study WHERE submitted_fingerprint IS NULL',
    ),
    asked: await studies('SELECT study_instance_uid AS study FROM spinegrade.analysis'),
  };
}
const looked = (study: string) => [{ studyInstanceUid: study, action: 'look', analysisId: null }];

describe('an event of a study has the watcher look at it', () => {
  test.each<[string, (study: string) => Promise<{ status: number; body: unknown }>]>([
    ['of Azure, structured', (study) => structured(azure(study))],
    [
      'of Azure, in binary mode',
      (study) => {
        const { data, id, type, source } = azure(study);
        const encoded = { 'ce-id': id, 'ce-type': type, 'ce-source': encodeURIComponent(source) };
        return json(data, { 'ce-specversion': '1.0', ...encoded });
      },
    ],
    ['of Google, in the envelope of Pub/Sub', (study) => json(google(study))],
    [
      'of Google, by Eventarc',
      (study) =>
        json(google(study, STORE, { modality: 'MR', storeName: STORE }), {
          ...{ 'ce-specversion': '1.0', 'ce-id': `a${++count}` },
          'ce-source': '//pubsub.googleapis.com/projects/p/topics/dicom',
          'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
        }),
    ],
    [
      'of any other, by its pointer',
      (study) => structured(event({ type: 'vna.series.stored', subject: study })),
    ],
  ])('%s', async (_, sent) => {
    const study = someStudy();
    const { status, body } = await sent(study);
    expect([status, body]).toEqual([202, { studies: looked(study), left: 0 }]);
    const { awaited, asked } = await effect();
    expect([awaited.includes(study), asked.includes(study)]).toEqual([true, false]);
  });

  test('any number of them are one visit', async () => {
    const [one, other] = [someStudy(), someStudy()];
    const before = (await effect()).awaited.length;
    const all = Array.from({ length: 100 }, (_, index) => azure(index % 2 === 0 ? one : other));
    const { body } = await batch(all);
    expect(body).toEqual({ studies: [...looked(one), ...looked(other)], left: 0 });
    await structured(azure(one));
    expect((await effect()).awaited.length).toBe(before + 2);
  });
});

describe('an event of a kind that asks at once', () => {
  test('is one request by its source and id', async () => {
    const study = someStudy();
    const sent = stable(study);
    const first = await structured(sent);
    expect(first.body.studies).toMatchObject([{ studyInstanceUid: study, action: 'analyze' }]);
    const [{ analysisId }] = first.body.studies;
    expect(analysisId).toMatch(/^[\da-f-]{36}$/);
    await ledger.database.query(
      `UPDATE spinegrade.analysis SET state = 'ineligible', finished_at = now() WHERE id = $1`,
      [analysisId],
    );
    expect((await structured(sent)).body.studies).toMatchObject([{ analysisId }]);
    expect((await effect()).asked.filter((each) => each === study)).toHaveLength(1);
    const later = await structured(stable(study));
    expect(later.body.studies[0].analysisId).not.toBe(analysisId);
    const reused = await structured(stable(someStudy(), { id: sent.id }));
    expect([reused.status, reused.body.type]).toEqual([422, 'urn:spinegrade:problem:idempotency-key-reused']);
    expect((await structured(stable(study, { id: sent.id, source: 'urn:other' }))).status).toBe(202);
  });

  test('is in the audit log, with study and analysis', async () => {
    const study = someStudy();
    const { body } = await structured(stable(study));
    const entry = api.audited.at(-1)!;
    expect(entry.operation).toBe('takeEvents');
    expect(entry.ParticipantObjectIdentification.map((each) => each.ParticipantObjectID)).toEqual([
      study,
      body.studies[0].analysisId,
    ]);
  });
});

test('what can be no news of an MR study of this archive is taken and left', async () => {
  const before = await effect();
  for (const sent of [
    structured(azure(someStudy(), {}, 'Microsoft.HealthcareApis.DicomImageDeleted')),
    structured(azure(someStudy(), { partitionName: 'other' })),
    json(google(someStudy(), `${STORE}-other`)),
    json(google(someStudy(), STORE, { modality: 'CT' })),
  ]) {
    const { status, body } = await sent;
    expect([status, body]).toEqual([202, { studies: [], left: 1 }]);
  }
  expect(await effect()).toEqual(before);
});

describe('bad input changes nothing, and is told by code', () => {
  const good = someStudy();
  const binary = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': 'urn:vna',
    'ce-type': 'vna.study.stable',
  };
  test.each<[string, () => Promise<{ status: number; body: { type: string } }>, number, string]>([
    ['a study UID that is none', () => structured(azure('1.2.x')), 400, 'event-without-study'],
    ['an empty one', () => structured(azure('')), 400, 'event-without-study'],
    [
      'a number for one',
      () => structured(event({ type: 'vna.series.stored', subject: 12 })),
      400,
      'event-without-study',
    ],
    ['one beyond 64 characters', () => structured(azure('1.'.repeat(40))), 400, 'event-without-study'],
    ['no data', () => structured(event({ type: 'vna.study.stable' })), 400, 'event-without-study'],
    [
      'data that is no object',
      () => structured(event({ type: 'vna.study.stable', data: 'x' })),
      400,
      'event-without-study',
    ],
    [
      'another message of Pub/Sub',
      () => json({ ...google(good), message: { data: 'AAAA', messageId: '1' } }),
      400,
      'event-without-study',
    ],
    [
      'a type that no kind takes',
      () => structured(stable(good, { type: 'vna.study.deleted' })),
      400,
      'event-unknown',
    ],
    [
      'a source that its kind does not take',
      () => structured(event({ type: 'vna.series.stored', subject: good, source: 'urn:x' })),
      400,
      'event-unknown',
    ],
    [
      'one bad event among good ones',
      () => batch([azure(good), stable(good), azure('no')]),
      400,
      'event-without-study',
    ],
    ['an event without id', () => structured(stable(good, { id: '' })), 400, 'invalid-request'],
    ['another version', () => structured(stable(good, { specversion: '0.3' })), 400, 'invalid-request'],
    [
      'a batch beyond 100',
      () => batch(Array.from({ length: 101 }, () => azure(good))),
      400,
      'invalid-request',
    ],
    ['a batch that is none', () => batch([azure(good), [] as never]), 400, 'invalid-request'],
    ['one event for a batch', () => batch(azure(good) as never), 400, 'invalid-request'],
    ['a batch for one event', () => structured([azure(good)]), 400, 'invalid-request'],
    ['JSON that is no event', () => json({ study: good }), 400, 'invalid-request'],
    [
      'headers without a source',
      () => json({ study: { uid: good } }, { ...binary, 'ce-source': '' }),
      400,
      'invalid-request',
    ],
    [
      'headers of another version',
      () => json({ study: { uid: good } }, { ...binary, 'ce-specversion': '0.3' }),
      400,
      'invalid-request',
    ],
    [
      'headers that cannot be read',
      () => json({ study: { uid: good } }, { ...binary, 'ce-id': '%zz' }),
      400,
      'invalid-request',
    ],
    [
      'another media type',
      () => send(azure(good), 'application/cloudevents+avro'),
      415,
      'unsupported-media-type',
    ],
    [
      'a body beyond 256 KiB',
      () => structured(stable(good, { data: 'x'.repeat(256 * 1024) })),
      413,
      'payload-too-large',
    ],
  ])('%s', async (_, sent, status, code) => {
    const before = await effect();
    const answer = await sent();
    expect([answer.status, answer.body.type]).toEqual([status, `urn:spinegrade:problem:${code}`]);
    expect(JSON.stringify(answer.body)).not.toContain(good);
    expect(await effect()).toEqual(before);
  });

  test('what is wrong with an attribute is said', async () => {
    const { id: _, ...without } = stable(good);
    const { body } = await structured(without);
    expect(body.detail).toMatch(/^body\/id must have/);
  });

  test('no body, and no JSON', async () => {
    const none = await request(api.app).post(PATH);
    check([PATH, 'post'], none);
    expect([none.status, none.body.type]).toEqual([400, 'urn:spinegrade:problem:invalid-request']);
    const broken = await request(api.app)
      .post(PATH)
      .set('Content-Type', 'application/cloudevents+json')
      .send('{');
    check([PATH, 'post'], broken);
    expect(broken.status).toBe(400);
  });
});

test('each event is counted by its form and what became of it, a refused one too', async () => {
  const counted = async () => {
    const { values } = (await api.registry.getSingleMetric('spinegrade_cloudevents_total')!.get()) as {
      values: { labels: Record<string, string>; value: number }[];
    };
    return new Map(values.map(({ labels, value }) => [`${labels['form']} ${labels['outcome']}`, value]));
  };
  const before = await counted();
  const study = someStudy();
  const deleted = azure(study, {}, 'Microsoft.HealthcareApis.DicomImageDeleted');
  const answer = await batch([azure(study), deleted, stable(someStudy())]);
  expect(answer.status).toBe(202);
  // None of a batch is taken of which one is refused.
  expect((await batch([stable(someStudy()), event({ type: 'moved' })])).status).toBe(400);
  expect((await structured(stable('none'))).status).toBe(400);
  const after = await counted();
  const moved = [...after].filter(([name, value]) => value > (before.get(name) ?? 0));
  expect(moved.map(([name, value]) => [name, value - before.get(name)!])).toEqual([
    ['azure-dicom look', 1],
    ['azure-dicom left', 1],
    ['pointer analyze', 1],
    ['pointer event-without-study', 1],
    ['none event-unknown', 1],
  ]);
  const refused = api.lines.filter((line) => line['event'] === 'cloudevent-refused');
  expect(refused.map(({ form, code }) => `${form} ${code}`)).toContain('none event-unknown');
});

describe('the handshake of a sender', () => {
  const ask = (origin: string | null) => {
    const asked = request(api.app).options(PATH);
    return origin === null
      ? asked
      : asked.set('WebHook-Request-Origin', origin).set('WebHook-Request-Rate', '120');
  };

  test('one that is named may deliver', async () => {
    const answer = await ask('EventGrid.azure.net');
    check([PATH, 'options'], answer);
    expect(answer.status).toBe(200);
    expect(answer.get('WebHook-Allowed-Origin')).toBe('EventGrid.azure.net');
    expect([answer.get('WebHook-Allowed-Rate'), answer.get('Allow')]).toEqual(['*', 'POST']);
  });

  test.each([
    ['another', 'evil.example', 403, 'sender-not-allowed'],
    ['no', null, 400, 'invalid-request'],
  ])('%s sender may not', async (_, origin, status, code) => {
    const answer = await ask(origin);
    check([PATH, 'options'], answer);
    expect([answer.status, answer.body.type]).toEqual([status, `urn:spinegrade:problem:${code}`]);
    expect(answer.get('WebHook-Allowed-Origin')).toBeUndefined();
  });
});
