import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { storeAll } from './support/archive-client.ts';
import { type ArchiveProxy, archiveProxy, type Treatment } from './support/archive-proxy.ts';
import { asText, everyFile, everyValue, placesOf, type Written } from './support/everything-kept.ts';
import { type FollowedService, followService } from './support/followed-service.ts';
import { LEDGER_KINDS, type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';
import { identifiersOf } from './support/marked-attributes.ts';
import { markedOtherwise, markedStudy } from './support/marked-studies.ts';
import { type OtlpReceiver, startOtlpReceiver } from './support/otlp-receiver.ts';
import { ofRole } from './support/phantom-objects.ts';
import { recordedApi } from './support/recorded-api.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';
import { tinyMrSeries } from './support/tiny-mr.ts';
import { newSecret, startReceiver, type WebhookReceiver } from './support/webhook-receiver.ts';

/** Where the ledger has to know who the patient is, and why. */
const NEEDED: Readonly<Record<string, string>> = {
  'spinegrade.kept_object.bytes':
    'results as they are sent, with the patient they belong to; let go once the archive has given them back for a while',
};
/** What a client gives to be kept: its own words, and where it wants to be told. */
const NOTE = 'NOTEOFTHECLIENT';
const CLIENTS_TOKEN = 'HUSHHUSHofthereceiver';
const GIVEN_TO_BE_KEPT: Readonly<Record<string, readonly string[]>> = {
  [NOTE]: ['spinegrade.analysis.note'],
  [CLIENTS_TOKEN]: ['spinegrade.callback.url', 'spinegrade.delivery.url'],
};

const PACS_PASSWORD = 'HUSHHUSHofthepacs';
const TOKEN = `HUSHHUSHkey${'k'.repeat(40)}`;
const STRANGER = `HUSHHUSHstranger${'s'.repeat(40)}`;
const DATABASE_PASSWORD = 'HUSHHUSHofthedatabase';
const WEBHOOK = newSecret();
/** Where a secret stands, there is none. */
const SECRETS = [
  'HUSHHUSH',
  WEBHOOK.slice('whsec_'.length),
  Buffer.from(`spinegrade:${PACS_PASSWORD}`).toString('base64'),
];

const STUDIES = {
  graded: 'A',
  oneSeries: 'B',
  twoPatients: 'C',
  archiveFails: 'D',
  metadataCut: 'E',
  imagesBroken: 'F',
  metadataOdd: 'I',
  storeRefused: 'G',
  cancelled: 'H',
} as const;
type Case = keyof typeof STUDIES;

describe.each(LEDGER_KINDS)('what is written of a study that is marked all over, on %s', (kind) => {
  let site: TestSite;
  let place: LedgerPlace;
  let proxy: ArchiveProxy;
  let otlp: OtlpReceiver;
  let receiver: WebhookReceiver;
  let service: FollowedService;
  let api: ReturnType<typeof recordedApi>;
  const lines: Written[] = [];
  const studies = {} as Record<Case, readonly PhantomInstance[]>;
  /** What is done to requests for a study, by the path below it. */
  const faults = new Map<string, (path: string) => Treatment>();
  const uidOf = (of: Case) => studies[of][0]!.studyInstanceUid;

  beforeAll(async () => {
    [site, place, otlp, receiver] = await Promise.all([
      startTestSite(),
      startLedgerPlace(kind),
      startOtlpReceiver(),
      startReceiver(WEBHOOK),
    ]);
    proxy = await archiveProxy(site.orthanc.dicomWebUrl);
    proxy.treat = ({ path }) => {
      const [, study = '', below = ''] = /^\/studies\/([\d.]+)(.*)$/.exec(path) ?? [];
      return faults.get(study)?.(below) ?? {};
    };
    const all = markedStudy(21);
    for (const [of, letter] of Object.entries(STUDIES) as [Case, string][]) {
      const study = letter === 'A' ? all : markedOtherwise(all, letter);
      studies[of] = of === 'graded' ? study : ofRole(study, 'sagittal-t2');
    }
    studies.oneSeries = ofRole(markedOtherwise(all, STUDIES.oneSeries), 'sagittal-t1');
    studies.storeRefused = markedOtherwise(all, STUDIES.storeRefused);
    const study = uidOf('twoPatients');
    await site.archive.store(study, tinyMrSeries(1, { study, patientId: 'MARKC09100020' }));
    service = followService(place.dataDir, proxy.dicomWebUrl, settings(), (line) =>
      lines.push({ where: 'log', text: asText(line) }),
    );
    api = recordedApi(await service.url, TOKEN);
  }, 300_000);
  afterAll(async () => {
    service?.kill('SIGKILL');
    await service?.ended;
    await Promise.all([site?.close(), proxy?.close(), otlp?.close(), receiver?.close()]);
    await place?.remove();
  }, 120_000);

  const auditFile = () => join(site.folder, 'audit.log');
  const databaseUrl = () => place.databaseUrl?.replace('test@', `test:${DATABASE_PASSWORD}@`);
  function settings(): Readonly<Record<string, string>> {
    const url = databaseUrl();
    const root = `http://${receiver.host}`;
    return {
      ...(url === undefined ? {} : { DATABASE_URL: url }),
      LOG_LEVEL: 'trace',
      LOG_PSEUDONYM_KEY: 'HUSHHUSHofpseudonyms',
      AUDIT_LOG: auditFile(),
      AUTH: 'keys',
      API_KEYS: `tests read,analyze,admin ${TOKEN}`,
      PACS_USERNAME: 'spinegrade',
      PACS_PASSWORD,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20HUSHHUSHofthecollector',
      CALLBACKS: JSON.stringify({
        endpoints: [{ url: `${root}/hooks`, secrets: [WEBHOOK] }],
        hosts: [{ host: receiver.host, secrets: [WEBHOOK] }],
        localNetworks: ['127.0.0.0/8'],
      }),
      RESULT_OBJECTS: 'SR,SC,KO',
      SR_NOT_ANALYSED: 'true',
      JOB_RETRY_LIMIT: '1',
      JOB_RETRY_DELAY_MS: '50',
    };
  }

  test('success: graded, stored, read in every form', async () => {
    await storeAll(site.archive, studies.graded);
    const id = await api.analyze(uidOf('graded'), {
      note: NOTE,
      callbackUrl: `${receiver.url}?token=${CLIENTS_TOKEN}`,
    });
    await api.get(`/analyses/${id}/events`, 'text/event-stream');
    await api.once(id, 'stored', ({ state }) => state === 'stored');
    for (const type of ['application/json', 'application/fhir+json', 'text/html'])
      expect((await api.get(`/studies/${uidOf('graded')}/report`, type)).status).toBe(200);
    expect((await api.get(`/analyses/${id}/summary.png`)).status).toBe(200);
    await api.get(`/studies/${uidOf('graded')}/analyses`);
  }, 240_000);

  test('refusals: bodies, keys, hosts, paths and parameters that are not taken', async () => {
    const path = `/studies/${uidOf('graded')}/analyze`;
    const json = { 'Content-Type': 'application/json' };
    const bodies = [
      '{"patientName":"MARKA00100010"}',
      '{"priority":"MARKA00100010"}',
      '{"MARKA00100010":',
      '{"series":{"1.2.3":"MARKA00100010"}}',
      '{"callbackUrl":"https://MARKA00100010.example/HUSHHUSH"}',
      `{"note":"${'MARKA00100010'.repeat(2000)}"}`,
    ];
    for (const body of bodies)
      expect((await api.ask('POST', path, { headers: json, body })).status).toBeGreaterThanOrEqual(400);
    const stranger = { Authorization: `Bearer ${STRANGER}` };
    expect((await api.ask('POST', path, { headers: stranger })).status).toBe(401);
    for (const wrong of [
      '/studies/MARKA00100010/analyze',
      '/MARKA00100010?HUSHHUSH=MARKA00100010',
      '/analyses?state=MARKA00100010',
      '/analyses?cursor=MARKA00100010',
      '/analyses/MARKA00100010',
      '/analyses?MARKA00100010=HUSHHUSH',
    ]) {
      expect((await api.get(wrong)).status).toBeGreaterThanOrEqual(400);
    }
    // Answers go to whoever sent this, and repeat none of it: nothing is to be left out of the search.
  });

  test('ineligible: a series that is missing, patients that contradict each other', async () => {
    for (const [of, code] of [
      ['oneSeries', 'no-sagittal-t2'],
      ['twoPatients', 'contradicting-patients'],
    ] as const) {
      await storeAll(site.archive, studies[of]);
      const id = await api.analyze(uidOf(of));
      const { state, reasonCodes } = await api.once(id, 'its end', ({ finishedAt }) => finishedAt !== null);
      expect([state, reasonCodes]).toEqual(['ineligible', [code]]);
    }
  }, 240_000);

  test('failure: an archive that answers with faults, halves and refusals that quote the patient', async () => {
    const quoting = (letter: string) => Buffer.from(`no PatientName MARK${letter}00100010 Größmann here`);
    const answer = (status: number, letter: string, contentType = 'text/plain') => ({
      answer: { status, contentType, body: quoting(letter), headers: { Warning: `299 - "MARK${letter}"` } },
    });
    const isRetrieved = (path: string) => /^\/series\/[\d.]+(?:\/instances\/[\d.]+)?$/.test(path);
    faults.set(uidOf('archiveFails'), (path) => (isRetrieved(path) ? answer(500, STUDIES.archiveFails) : {}));
    faults.set(uidOf('metadataCut'), (path) =>
      path.endsWith('/metadata') ? { rewrite: cutInMarker('MARKE') } : {},
    );
    faults.set(uidOf('metadataOdd'), (path) =>
      path.endsWith('/metadata') ? { rewrite: placedAtMarker('MARKI00200032') } : {},
    );
    // Not its results, which are retrieved too.
    const ofImages = studies.imagesBroken[0]!.seriesInstanceUid;
    faults.set(uidOf('imagesBroken'), (path) =>
      isRetrieved(path) && path.includes(ofImages) ? { rewrite: replaced('PN', 'SQ') } : {},
    );
    for (const [of, state] of [
      ['archiveFails', 'failed'],
      ['metadataCut', 'failed'],
      ['metadataOdd', 'ineligible'],
      ['imagesBroken', 'ineligible'],
    ] as const) {
      await storeAll(site.archive, studies[of]);
      const id = await api.analyze(uidOf(of));
      const ended = await api.once(id, 'its end', ({ finishedAt }) => finishedAt !== null);
      expect([of, ended['state']]).toEqual([of, state]);
    }
    await storeAll(site.archive, studies.storeRefused);
    faults.set(uidOf('storeRefused'), (path) => (path === '' ? answer(409, STUDIES.storeRefused) : {}));
    const refused = await api.analyze(uidOf('storeRefused'));
    await api.once(refused, 'its end', ({ state }) => state === 'failed');
  }, 400_000);

  test('cancellation: while the archive is silent', async () => {
    faults.set(uidOf('cancelled'), () => ({ holdRequestMs: 600_000 }));
    await storeAll(site.archive, studies.cancelled);
    const id = await api.analyze(uidOf('cancelled'));
    await api.once(id, 'its run', ({ state }) => state === 'running');
    expect((await api.ask('DELETE', `/analyses/${id}`)).status).toBe(202);
    await api.once(id, 'its end', ({ state }) => state === 'cancelled');
  }, 120_000);

  test('nothing that the process wrote names a patient where that is not needed, or a secret', async () => {
    for (const path of [
      ...['/analyses?limit=100', '/dead-letters', '/stats', '/deliveries', '/models', '/shadow'],
      ...['/healthz', '/readyz', '/metrics', '/openapi.yaml'],
    ]) {
      expect((await api.get(path)).status).toBe(200);
    }
    service.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    const of = (where: string, texts: readonly (string | Uint8Array)[]): Written[] =>
      texts.map((text) => ({ where, text: asText(text) }));
    const told = [
      ...lines,
      ...of('audit log', [readFileSync(auditFile())]),
      ...of('traces', otlp.bodies),
      ...of(
        'callbacks',
        receiver.received.map(({ text }) => text),
      ),
      ...api.answers.map(({ where, text }) => ({ where: `answer to ${where.slice(0, 60)}`, text })),
    ];
    expect(receiver.received.length).toBeGreaterThan(6);
    expect(lines.length).toBeGreaterThan(100);
    const identifiers = Object.values(STUDIES).flatMap(identifiersOf);
    const text = told.map(({ where, text }) => ({ where: where.replace(/MARK[A-I]\w*/g, ''), text }));
    expect(placesOf([...identifiers, ...SECRETS], text)).toEqual([]);
    const uids = Object.values(studies).flatMap((study) =>
      study.flatMap((image) => [image.studyInstanceUid, image.seriesInstanceUid, image.sopInstanceUid]),
    );
    const leavingTheHospital = told.filter(({ where }) => where === 'log' || where === 'traces');
    expect(placesOf([...new Set(uids)], leavingTheHospital)).toEqual([]);

    const database = await openDatabase({ ...place, onFault: () => undefined });
    const values = await everyValue(database);
    await database.close();
    const columns = (words: readonly string[]) => [
      ...new Set(placesOf(words, values).map((found) => found.split(': ')[0]!)),
    ];
    expect(
      placesOf(
        identifiers,
        values.filter(({ where }) => !(where in NEEDED)),
      ),
    ).toEqual([]);
    expect(columns(identifiers)).toEqual(Object.keys(NEEDED));
    for (const [given, kept] of Object.entries(GIVEN_TO_BE_KEPT)) expect(columns([given])).toEqual(kept);
    const withoutGiven = (written: readonly Written[]) =>
      written.map(({ where, text }) => ({ where, text: text.replaceAll(CLIENTS_TOKEN, '') }));
    expect(placesOf(SECRETS, withoutGiven(values))).toEqual([]);

    const files = everyFile(place.dataDir);
    expect(placesOf(SECRETS, withoutGiven(files))).toEqual([]);
    // Of these nothing was composed, so that no page of the database has ever held them.
    const unwritten = (['archiveFails', 'metadataCut', 'cancelled'] as const).flatMap((each) =>
      identifiersOf(STUDIES[each]).filter((word) => word.startsWith('MARK')),
    );
    expect(placesOf(unwritten, files)).toEqual([]);
  }, 240_000);
});

/** The body up to the middle of the first marker. */
function cutInMarker(marker: string): (body: Buffer) => Buffer {
  return (body) => body.subarray(0, body.indexOf(marker) + marker.length + 3);
}

/** Images lie where the marker says, which is no number. */
function placedAtMarker(marker: string): (body: Buffer) => Buffer {
  const position = /("00200032"\s*:\s*\{[^}]*"Value"\s*:\s*\[)[^\]]*/g;
  return (body) => Buffer.from(body.toString('utf8').replaceAll(position, `$1"${marker}"`));
}

function replaced(one: string, other: string): (body: Buffer) => Buffer {
  return (body) => Buffer.from(body.toString('latin1').replaceAll(one, other), 'latin1');
}
