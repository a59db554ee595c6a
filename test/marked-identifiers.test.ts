import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/database/open-database.ts';
import { storeAll } from './support/archive-client.ts';
import { asText, everyFile, everyValue, placesOf, type Written } from './support/everything-kept.ts';
import { LEDGER_KINDS } from './support/ledger-databases.ts';
import { identifiersOf } from './support/marked-attributes.ts';
import { MARKED_CASES, type MarkedCase, markedCases } from './support/marked-cases.ts';
import { SECRETS, STRANGER, startMarkedSite } from './support/marked-site.ts';
import { tinyMrSeries } from './support/tiny-mr.ts';

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

describe.each(LEDGER_KINDS)('what is written of a study that is marked all over, on %s', (kind) => {
  let at: Awaited<ReturnType<typeof startMarkedSite>>;
  let studies: ReturnType<typeof markedCases>;
  const uidOf = (of: MarkedCase) => studies[of][0]!.studyInstanceUid;

  beforeAll(async () => {
    studies = markedCases(21);
    at = await startMarkedSite(kind);
    const study = uidOf('twoPatients');
    await at.archive.store(study, tinyMrSeries(1, { study, patientId: 'MARKC09100020' }));
  }, 300_000);
  afterAll(() => at?.close(), 120_000);

  test('success: graded, stored, read in every form', async () => {
    await storeAll(at.archive, studies.graded);
    const id = await at.api.analyze(uidOf('graded'), {
      note: NOTE,
      callbackUrl: `${at.receiver.url}?token=${CLIENTS_TOKEN}`,
    });
    await at.api.get(`/analyses/${id}/events`, 'text/event-stream');
    await at.api.once(id, 'stored', ({ state }) => state === 'stored');
    for (const type of ['application/json', 'application/fhir+json', 'text/html'])
      expect((await at.api.get(`/studies/${uidOf('graded')}/report`, type)).status).toBe(200);
    expect((await at.api.get(`/analyses/${id}/summary.png`)).status).toBe(200);
    await at.api.get(`/studies/${uidOf('graded')}/analyses`);
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
      expect((await at.api.ask('POST', path, { headers: json, body })).status).toBeGreaterThanOrEqual(400);
    const stranger = { Authorization: `Bearer ${STRANGER}` };
    expect((await at.api.ask('POST', path, { headers: stranger })).status).toBe(401);
    for (const wrong of [
      '/studies/MARKA00100010/analyze',
      '/MARKA00100010?HUSHHUSH=MARKA00100010',
      '/analyses?state=MARKA00100010',
      '/analyses?cursor=MARKA00100010',
      '/analyses/MARKA00100010',
      '/analyses?MARKA00100010=HUSHHUSH',
    ]) {
      expect((await at.api.get(wrong)).status).toBeGreaterThanOrEqual(400);
    }
    // Answers go to whoever sent this, and repeat none of it: nothing is to be left out of the search.
  });

  test('ineligible: a series that is missing, patients that contradict each other', async () => {
    for (const [of, code] of [
      ['oneSeries', 'no-sagittal-t2'],
      ['twoPatients', 'contradicting-patients'],
    ] as const) {
      await storeAll(at.archive, studies[of]);
      const id = await at.api.analyze(uidOf(of));
      const { state, reasonCodes } = await at.api.once(
        id,
        'its end',
        ({ finishedAt }) => finishedAt !== null,
      );
      expect([state, reasonCodes]).toEqual(['ineligible', [code]]);
    }
  }, 240_000);

  test('failure: an archive that answers with faults, halves and refusals that quote the patient', async () => {
    const quoting = (letter: string) => Buffer.from(`no PatientName MARK${letter}00100010 Größmann here`);
    const answer = (status: number, letter: string, contentType = 'text/plain') => ({
      answer: { status, contentType, body: quoting(letter), headers: { Warning: `299 - "MARK${letter}"` } },
    });
    const isRetrieved = (path: string) => /^\/series\/[\d.]+(?:\/instances\/[\d.]+)?$/.test(path);
    at.faults.set(uidOf('archiveFails'), (path) =>
      isRetrieved(path) ? answer(500, MARKED_CASES.archiveFails) : {},
    );
    at.faults.set(uidOf('metadataCut'), (path) =>
      path.endsWith('/metadata') ? { rewrite: cutInMarker('MARKE') } : {},
    );
    at.faults.set(uidOf('metadataOdd'), (path) =>
      path.endsWith('/metadata') ? { rewrite: placedAtMarker('MARKI00200032') } : {},
    );
    // Not its results, which are retrieved too.
    const ofImages = studies.imagesBroken[0]!.seriesInstanceUid;
    at.faults.set(uidOf('imagesBroken'), (path) =>
      isRetrieved(path) && path.includes(ofImages) ? { rewrite: replaced('PN', 'SQ') } : {},
    );
    for (const [of, state] of [
      ['archiveFails', 'failed'],
      ['metadataCut', 'failed'],
      ['metadataOdd', 'ineligible'],
      ['imagesBroken', 'ineligible'],
    ] as const) {
      await storeAll(at.archive, studies[of]);
      const id = await at.api.analyze(uidOf(of));
      const ended = await at.api.once(id, 'its end', ({ finishedAt }) => finishedAt !== null);
      expect([of, ended['state']]).toEqual([of, state]);
    }
    await storeAll(at.archive, studies.storeRefused);
    at.faults.set(uidOf('storeRefused'), (path) =>
      path === '' ? answer(409, MARKED_CASES.storeRefused) : {},
    );
    const refused = await at.api.analyze(uidOf('storeRefused'));
    await at.api.once(refused, 'its end', ({ state }) => state === 'failed');
  }, 400_000);

  test('cancellation: while the archive is silent', async () => {
    at.faults.set(uidOf('cancelled'), () => ({ holdRequestMs: 600_000 }));
    await storeAll(at.archive, studies.cancelled);
    const id = await at.api.analyze(uidOf('cancelled'));
    await at.api.once(id, 'its run', ({ state }) => state === 'running');
    expect((await at.api.ask('DELETE', `/analyses/${id}`)).status).toBe(202);
    await at.api.once(id, 'its end', ({ state }) => state === 'cancelled');
  }, 120_000);

  test('nothing that the process wrote names a patient where that is not needed, or a secret', async () => {
    for (const path of [
      ...['/analyses?limit=100', '/dead-letters', '/stats', '/deliveries', '/models', '/shadow'],
      ...['/healthz', '/readyz', '/metrics', '/openapi.yaml'],
    ]) {
      expect((await at.api.get(path)).status).toBe(200);
    }
    at.service.kill('SIGTERM');
    expect(await at.service.ended).toBe(0);
    const of = (where: string, texts: readonly (string | Uint8Array)[]): Written[] =>
      texts.map((text) => ({ where, text: asText(text) }));
    const told = [
      ...at.lines,
      ...of('audit log', [readFileSync(at.auditFile)]),
      ...of('traces', at.otlp.bodies),
      ...of(
        'callbacks',
        at.receiver.received.map(({ text }) => text),
      ),
      ...at.api.answers.map(({ where, text }) => ({ where: `answer to ${where.slice(0, 60)}`, text })),
    ];
    expect(at.receiver.received.length).toBeGreaterThan(6);
    expect(at.lines.length).toBeGreaterThan(100);
    const identifiers = Object.values(MARKED_CASES).flatMap(identifiersOf);
    const text = told.map(({ where, text }) => ({ where: where.replace(/MARK[A-I]\w*/g, ''), text }));
    expect(placesOf([...identifiers, ...SECRETS], text)).toEqual([]);
    const uids = Object.values(studies).flatMap((study) =>
      study.flatMap((image) => [image.studyInstanceUid, image.seriesInstanceUid, image.sopInstanceUid]),
    );
    const leavingTheHospital = told.filter(({ where }) => where === 'log' || where === 'traces');
    expect(placesOf([...new Set(uids)], leavingTheHospital)).toEqual([]);

    const database = await openDatabase({ ...at.place, onFault: () => undefined });
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

    const files = everyFile(at.place.dataDir);
    expect(placesOf(SECRETS, withoutGiven(files))).toEqual([]);
    // Of these nothing was composed, so that no page of the database has ever held them.
    const unwritten = (['archiveFails', 'metadataCut', 'cancelled'] as const).flatMap((each) =>
      identifiersOf(MARKED_CASES[each]).filter((word) => word.startsWith('MARK')),
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
