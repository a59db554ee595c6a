import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startPrivateOrthanc } from '../src/cli/demo/private-orthanc.ts';
import type { Check } from '../src/cli/doctor/check.ts';
import type { Examination } from '../src/cli/doctor/examine-archive.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { cli } from './support/cli-command.ts';
import { type ArchiveTraits, faithfulArchive } from './support/faithful-archive.ts';
import { until } from './support/service-client.ts';
import { testUid, tinyMr } from './support/tiny-mr.ts';
import { tokenServer } from './support/token-server.ts';
import { startUpsServer, type UpsServer, type UpsServerWays } from './support/ups-server.ts';
import { CODE, workitem } from './support/workitems.ts';

const [STUDY, OTHER] = ['one', 'two'].map((name) => testUid<StudyInstanceUid>(`doctor/${name}`)) as [
  StudyInstanceUid,
  StudyInstanceUid,
];
const TODAY = new Date().toISOString().slice(0, 10).replaceAll('-', '');
const images = [STUDY, OTHER].map((study) => ({ study, ...tinyMr({ study, studyDate: TODAY }) }));

/** What doctor says, and its exit code. */
async function doctor(PACS_URL: string, settings: Readonly<Record<string, string>> = {}, ...args: string[]) {
  const { code, out, err } = await cli(['doctor', '--json', ...args], { PACS_URL, ...settings });
  const text = out.toString();
  expect(err).toBe('');
  expect(text).not.toMatch(/Test\^Study|T1"|Wirbelsäule/);
  const examination = JSON.parse(text) as Examination;
  const checks = examination.areas.flatMap((area) => area.checks);
  const named = (name: string): Check | undefined => checks.find((check) => check.name === name);
  return { code, examination, checks, named };
}

/** The faithful server with two MR studies of today, otherwise than it should be. */
async function faithful(traits: ArchiveTraits, tls?: Parameters<typeof faithfulArchive>[1]) {
  const archive = await faithfulArchive(traits, tls);
  onTestFinished(() => archive.close());
  for (const { bytes } of images) archive.add(bytes);
  return archive;
}

describe('a real Orthanc', () => {
  let orthanc: Awaited<ReturnType<typeof startPrivateOrthanc>>;
  let archive: ReturnType<typeof dicomWebArchive>;
  beforeAll(async () => {
    orthanc = await startPrivateOrthanc();
    archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
    for (const { study, sopInstanceUid, bytes } of images)
      await archive.store(study, [{ sopInstanceUid, bytes }]);
  }, 60_000);
  afterAll(async () => {
    await archive?.close();
    await orthanc?.stop();
  });

  test('will do; both readers read what was stored, and nothing of it stays', async () => {
    const startedAt = performance.now();
    const { code, examination, checks, named } = await doctor(orthanc.dicomWebUrl);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(checks.filter(({ outcome }) => outcome === 'missing')).toEqual([]);
    expect({ code, works: examination.works }).toEqual({ code: 0, works: true });
    for (const name of ['STOW-RS, SR', 'read back, OT', 'dicomweb-client, SR', 'dicomweb-client, OT'])
      expect(named(name)).toMatchObject({ outcome: 'found' });
    for (const name of ['paging of series', 'counts of series', 'date range', 'an MR image'])
      expect(named(name)).toMatchObject({ outcome: 'found' });
    expect(named('UPS-RS')).toMatchObject({ outcome: 'lacking' });
    expect(named('taken away')).toMatchObject({ outcome: 'found', words: 'by Orthanc’s own API' });
    const studies = await fetch(`${orthanc.dicomWebUrl}/studies?includefield=00080061`);
    expect(((await studies.json()) as unknown[]).length).toBe(2);
  }, 60_000);

  test('read only, nothing is stored, and queries are held against a study that is there', async () => {
    const { code, named } = await doctor(orthanc.dicomWebUrl, {}, '--read-only');
    expect(code).toBe(0);
    expect(named('STOW-RS')).toMatchObject({ outcome: 'not-tried' });
    expect(named('counts of series')).toMatchObject({ outcome: 'found' });
    expect(named('dicomweb-client, SR')).toBeUndefined();
  }, 60_000);

  test('its words are a text and a table as well', async () => {
    const text = await cli(['doctor', '--read-only'], { PACS_URL: orthanc.dicomWebUrl });
    expect(text.out.toString()).toContain('The service can work with this archive.');
    const table = await cli(['doctor', '--table', '--read-only'], { PACS_URL: orthanc.dicomWebUrl });
    expect(table.out.toString()).toContain('| queries | date range | found |');
  }, 60_000);
});

describe('a server as the standard has it', () => {
  test('will do, and forgets what was stored by DELETE', async () => {
    const archive = await faithful({ hasWorklist: true });
    const { code, checks, named } = await doctor(archive.dicomWebUrl);
    expect(checks.filter(({ outcome }) => outcome === 'missing')).toEqual([]);
    expect(code).toBe(0);
    expect(named('paging of studies')).toMatchObject({ outcome: 'found' });
    expect(named('UPS-RS')).toMatchObject({ outcome: 'found' });
    expect(named('taken away')?.words).toMatch(/^by DELETE \/studies\/2\.25\.\d+$/);
    expect(archive.held.size).toBe(2);
    // Of what was there before nothing is ever touched.
    const deleted = archive.requests.filter(({ method }) => method === 'DELETE');
    expect(deleted.map(({ url }) => url).join()).not.toMatch(new RegExp(`${STUDY}|${OTHER}`));
    expect(deleted).toHaveLength(1);
  }, 60_000);

  test('that deletes nothing: what stays is named', async () => {
    const archive = await faithful({ deletesNothing: true });
    const { code, named } = await doctor(archive.dicomWebUrl);
    const [own] = [...archive.held.values()].filter(({ study }) => study !== STUDY && study !== OTHER);
    expect(code).toBe(0);
    expect(named('taken away')).toMatchObject({
      outcome: 'lacking',
      advice: expect.stringContaining(own!.study),
    });
  }, 60_000);

  test('without STOW-RS will not do, and is told by code', async () => {
    const archive = await faithful({ takesNothing: true });
    const { code, named } = await doctor(archive.dicomWebUrl);
    expect(code).toBe(1);
    expect(named('STOW-RS')).toMatchObject({
      outcome: 'missing',
      code: 'archive-fault',
      words: 'store: HTTP 405',
    });
    expect(named('date range')).toMatchObject({ outcome: 'found' });
  }, 60_000);

  test('without paging will do: more rows are asked for', async () => {
    const archive = await faithful({ ignoresOffset: true });
    const { code, checks, named } = await doctor(archive.dicomWebUrl);
    expect(code).toBe(0);
    expect(named('paging of series')).toMatchObject({ outcome: 'own-way', code: 'offset-ignored' });
    expect(checks.filter(({ code }) => code === 'offset-ignored').length).toBeGreaterThan(1);
  }, 60_000);

  test('with wrong counts is told of', async () => {
    const archive = await faithful({ countsAreOffBy: 1 });
    const { named } = await doctor(archive.dicomWebUrl);
    const wrong = { outcome: 'lacking', code: 'count-untrue', words: 'says 2 where there are 1' };
    expect(named('counts of series')).toMatchObject(wrong);
    expect(named('count of a study')).toMatchObject({ ...wrong, words: 'says 3 where there are 2' });
  }, 60_000);

  test('that gives viewers something else than us will not do', async () => {
    const archive = await faithful({
      answer({ method, url = '', headers }, response) {
        const isOther =
          method === 'GET' && /instances\/[\d.]+$/.test(url) && !/transfer-syntax/.test(headers.accept!);
        if (isOther)
          response.writeHead(200, { 'content-type': 'multipart/related; boundary=b' }).end('no multipart');
        return isOther;
      },
    });
    const { code, named } = await doctor(archive.dicomWebUrl);
    expect(code).toBe(1);
    expect(named('read back, SR')).toMatchObject({ outcome: 'found' });
    expect(named('dicomweb-client, SR')).toMatchObject({ outcome: 'missing' });
  }, 60_000);

  test('by tokens of an authorization server, with objects stored at another root, through the settings', async () => {
    const tokens = await tokenServer();
    onTestFinished(() => tokens.close());
    const archive = await faithful({
      answer({ headers, method, url = '' }, response) {
        const isKnown =
          /^Bearer token-\d+$/.test(headers.authorization ?? '') && headers['x-api-key'] === 'a b';
        const isStow = method === 'POST' && !url.startsWith('/stow');
        if (!isKnown || isStow) response.writeHead(isKnown ? 405 : 401).end();
        return !isKnown || isStow;
      },
    });
    const { code, named } = await doctor(archive.dicomWebUrl, {
      PACS_OAUTH_TOKEN_URL: tokens.url,
      PACS_OAUTH_CLIENT_ID: 'spinegrade',
      PACS_OAUTH_CLIENT_SECRET: 'hunter2',
      PACS_HEADERS: 'X-Api-Key=a%20b',
      PACS_STOW_URL: archive.dicomWebUrl.replace('/dicom-web', '/stow'),
    });
    expect(named('STOW-RS, SR')).toMatchObject({ outcome: 'found' });
    expect(named('credentials')?.words).toBe('accepted, and nobody is answered without');
    expect(named('dicomweb-client, OT')).toMatchObject({ outcome: 'found' });
    expect(code).toBe(0);
  }, 60_000);

  test('without metadata will not do, and is told what to set; one that cuts answers off as well', async () => {
    const without = await faithful({
      answer({ url = '' }, response) {
        if (url.endsWith('/metadata')) response.writeHead(404).end();
        return url.endsWith('/metadata');
      },
    });
    const { code, named } = await doctor(without.dicomWebUrl);
    expect(code).toBe(1);
    expect(named('metadata')).toMatchObject({
      outcome: 'missing',
      advice: expect.stringContaining('PACS_WADO_URL'),
    });
    expect(named('dicomweb-client, SR')?.words).toMatch(/^is answered HTTP 404/);
    const cutting = await faithful({
      answer({ method, url = '', headers }, response) {
        const isRetrieval =
          method === 'GET' &&
          /application\/dicom"/.test(headers.accept ?? '') &&
          /\/series\/[\d.]+$/.test(url);
        if (isRetrieval)
          response.writeHead(200, { 'content-type': 'multipart/related; boundary=b', 'content-length': 99 });
        if (isRetrieval) response.write('--b', () => response.destroy());
        return isRetrieval;
      },
    });
    const cut = await doctor(cutting.dicomWebUrl);
    expect(cut.code).toBe(1);
    expect(cut.named('series')).toMatchObject({ outcome: 'missing', code: 'archive-fault' });
    expect(cut.named('multipart')).toMatchObject({ outcome: 'missing', code: 'archive-fault' });
  }, 60_000);

  test('that never answers a store is not waited for, and what it may have taken is asked for', async () => {
    const archive = await faithful({ answer: ({ method }) => method === 'POST' });
    const startedAt = performance.now();
    const { code, named } = await doctor(archive.dicomWebUrl, { PACS_TIMEOUT_MS: '1000' });
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(code).toBe(1);
    expect(named('STOW-RS')).toMatchObject({ outcome: 'missing', code: 'archive-unreachable' });
    expect(named('taken away')).toMatchObject({ outcome: 'not-tried', words: 'nothing is there' });
  }, 60_000);

  test('that wants another password is told by code, with what to set', async () => {
    const archive = await faithful({ credentials: 'spinegrade:right' });
    const credentials = { PACS_USERNAME: 'spinegrade', PACS_PASSWORD: 'wrong' };
    const { code, checks } = await doctor(archive.dicomWebUrl, credentials);
    expect(code).toBe(1);
    expect(checks).toMatchObject(
      [
        {
          name: 'credentials',
          outcome: 'missing',
          code: 'archive-refuses-credentials',
          advice: /PACS_PASSWORD/,
        },
      ].map((check) => ({ ...check, advice: expect.stringMatching(check.advice) })),
    );
    const right = await doctor(archive.dicomWebUrl, { ...credentials, PACS_PASSWORD: 'right' });
    expect(right.code).toBe(0);
    expect(right.named('credentials')?.words).toBe('accepted, and nobody is answered without');
  }, 60_000);

  test('whose certificate has expired is told by code; of one that is good, how long it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const made = archiveCertificates(folder);
    const trusting = { NODE_EXTRA_CA_CERTS: made.authority };
    const expired = await faithful({}, made.expired);
    const { code, checks } = await doctor(expired.dicomWebUrl.replace('127.0.0.1', 'localhost'), trusting);
    expect(code).toBe(1);
    expect(checks).toMatchObject([
      {
        name: 'TLS',
        outcome: 'missing',
        code: 'archive-certificate-refused',
        words: expect.stringMatching(/CERT_HAS_EXPIRED/),
      },
    ]);
    const good = await faithful({}, made.good);
    const tomorrow = await doctor(good.dicomWebUrl.replace('127.0.0.1', 'localhost'), trusting);
    expect(tomorrow.named('TLS')).toMatchObject({
      outcome: 'lacking',
      words: expect.stringMatching(/\(0 days\)$/),
    });
    expect(tomorrow.code).toBe(0);
  }, 60_000);
});

describe('the worklist of the settings', () => {
  const which = { WORKLIST_WORKITEM_CODE: `${CODE.value}^${CODE.scheme}` };
  async function withWorklist(ways: UpsServerWays, prepare: (ups: UpsServer) => void, ...args: string[]) {
    const ups = await startUpsServer(ways);
    onTestFinished(() => ups.close());
    prepare(ups);
    const archive = await faithful({});
    const settings = { WORKLIST_URL: ups.url, ...which };
    return { ups, ...(await doctor(archive.dicomWebUrl, settings, ...args)) };
  }

  test('is asked for steps of this service, and its event channel opened and left', async () => {
    const { ups, code, named } = await withWorklist({}, ({ create }) => {
      create('2.25.81', workitem());
      create('2.25.82', workitem({ readiness: 'INCOMPLETE' }));
      create('2.25.83', workitem({ codeValue: 'brain-grading' }));
    });
    expect(code).toBe(0);
    expect(named('UPS-RS')).toMatchObject({ outcome: 'found' });
    const words = '2 for this service wait, 1 of them with input that is not ready';
    expect(named('steps')).toMatchObject({ outcome: 'found', words });
    expect(named('event channel')).toMatchObject({
      outcome: 'found',
      words: `opens at ${ups.url.replace('http', 'ws')}/channel/SPINEGRADE-TEST`,
    });
    expect(ups.subscribed()).toEqual([]);
    await until('the channel to be left', () => ups.channels() === 0);
    expect(['2.25.81', '2.25.82', '2.25.83'].map(ups.state)).toEqual(Array(3).fill('SCHEDULED'));
  }, 60_000);

  test('of ways of its own is told of; steps of others alone are, too', async () => {
    const ways = { refusesKeys: 500, channelAtRoot: true } as const;
    const { code, checks, named } = await withWorklist(ways, ({ create, said }) => {
      create('2.25.84', workitem({ codeValue: 'brain-grading' }));
      said.temper = 'refused';
    });
    expect(code).toBe(0);
    expect(named('steps')).toMatchObject({
      outcome: 'lacking',
      words: 'none for this service waits; 1 for others do',
      advice: expect.stringContaining('WORKLIST_WORKITEM_CODE'),
    });
    expect(named('event channel')).toMatchObject({ outcome: 'lacking', code: 'worklist-fault' });
    expect(checks.filter(({ code }) => code === 'worklist-keys-refused')).toHaveLength(1);
  }, 60_000);

  test('read only, nothing is subscribed to', async () => {
    const { ups, code, named } = await withWorklist({}, () => undefined, '--read-only');
    expect(code).toBe(0);
    expect(named('steps')).toMatchObject({ outcome: 'found', words: 'none waits' });
    expect(named('event channel')).toMatchObject({ outcome: 'not-tried' });
    expect(ups.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  }, 60_000);

  test('that is away, refuses the credentials or is none will not do, with what to set', async () => {
    const archive = await faithful({
      answer: ({ url = '' }, response) => {
        if (url.startsWith('/refusing/')) response.writeHead(401).end();
        if (url.startsWith('/page/')) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
        return /^\/(refusing|page)\//.test(url);
      },
    });
    const { origin } = new URL(archive.dicomWebUrl);
    for (const [WORKLIST_URL, words, advice] of [
      ['http://127.0.0.1:1/ups', /ECONNREFUSED/, /WORKLIST_URL \(name, port/],
      [`${origin}/refusing`, /HTTP 401/, /WORKLIST_TOKEN/],
      [`${origin}/page`, /no DICOM JSON/, /set WORKLIST_URL/],
    ] as const) {
      const { code, named } = await doctor(archive.dicomWebUrl, { WORKLIST_URL, ...which }, '--read-only');
      expect(code).toBe(1);
      expect(named('UPS-RS')).toMatchObject({
        outcome: 'missing',
        code: 'worklist-fault',
        words: expect.stringMatching(words),
        advice: expect.stringMatching(advice),
      });
    }
  }, 60_000);
});

test('a server with a page for every address that it does not know has no STOW-RS, WADO-RS or UPS-RS', async () => {
  const archive = await faithful({
    answer({ method, url = '' }, response) {
      const isKnown = method === 'GET' && /\/(studies|series|instances)(\?|$)|\/metadata$/.test(url);
      if (!isKnown) response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Viewer');
      return !isKnown;
    },
  });
  const { code, named } = await doctor(archive.dicomWebUrl);
  expect(code).toBe(1);
  expect(named('STOW-RS, SR')).toMatchObject({
    outcome: 'missing',
    advice: expect.stringContaining('PACS_STOW_URL'),
  });
  expect(named('an MR image')).toMatchObject({
    outcome: 'missing',
    advice: expect.stringContaining('PACS_WADO_URL'),
  });
  expect(named('UPS-RS')).toMatchObject({
    outcome: 'lacking',
    words: expect.stringContaining('no DICOM JSON'),
  });
}, 60_000);

test('nobody there, an address that is none, and misuse', async () => {
  const away = await doctor('http://127.0.0.1:1/dicom-web');
  expect(away.code).toBe(1);
  expect(away.checks).toMatchObject([{ name: 'reach', outcome: 'missing', code: 'archive-unreachable' }]);
  const elsewhere = await faithful({ answer: (_, response) => response.writeHead(404).end() && true });
  expect((await doctor(elsewhere.dicomWebUrl)).code).toBe(1);
  expect((await cli(['doctor', '--json', '--table'], {})).code).toBe(2);
  const none = await cli(['doctor'], { PACS_URL: 'ftp://pacs' });
  expect(none).toMatchObject({
    code: 2,
    err: expect.stringContaining('PACS_URL must be an http or https URL'),
  });
}, 60_000);
