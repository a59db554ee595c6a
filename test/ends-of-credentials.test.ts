import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { openDatabase } from '../src/database/open-database.ts';
import type { Database } from '../src/database/sql.ts';
import { apiKeyStore } from '../src/http/guard/api-key-store.ts';
import { endsOfCredentials } from '../src/roles/ends-of-credentials.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { type LedgerPlace, startLedgerPlace } from './support/ledger-databases.ts';

const PACS_URL = 'https://pacs/dicom-web';
const DAY_MS = 86_400_000;

let folder: string;
let made: ReturnType<typeof archiveCertificates>;
let place: LedgerPlace;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ends-'));
  mkdirSync(join(folder, 'made'));
  made = archiveCertificates(join(folder, 'made'));
  place = await startLedgerPlace('embedded');
  database = await openDatabase({ ...place, onFault: () => undefined });
}, 120_000);
afterAll(async () => {
  await database?.close();
  await place?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Of the settings that have one, in days from now. */
function certificateDays(settings: Readonly<Record<string, string>>): Record<string, number> {
  const { certificates } = endsOfCredentials(readConfig({ PACS_URL, ...settings }), database);
  const ends = Object.entries(certificates).map(([setting, end]) => [setting, end()] as const);
  return Object.fromEntries(
    ends.flatMap(([setting, end]) => (end === null ? [] : [[setting, Math.round(inDays(end))]])),
  );
}

const inDays = (end: Date) => (end.getTime() - Date.now()) / DAY_MS;

test('certificates of the settings end when they say, each under its setting', () => {
  const { authority, client, good } = made;
  const days = certificateDays({
    PACS_CA_FILE: authority,
    PACS_CLIENT_CERT_FILE: client.certificate,
    PACS_CLIENT_KEY_FILE: client.keyFile,
    WORKLIST_URL: 'https://worklist/',
    WORKLIST_LABEL: 'Spine',
    WORKLIST_CLIENT_CERT_FILE: client.certificate,
    WORKLIST_CLIENT_KEY_FILE: client.keyFile,
    INFERENCE_URL: 'https://triton:8000',
    INFERENCE_CA_FILE: authority,
    TLS_CERT_FILE: good.certificate,
    TLS_KEY_FILE: good.keyFile,
    TLS_CLIENT_CA_FILE: authority,
    DATABASE_URL: `postgresql://db/ledger?sslmode=verify-full&sslcert=${client.certificate}&sslkey=${client.keyFile}`,
  });
  expect(days).toEqual({
    ...{ PACS_CA: 2, INFERENCE_CA: 2, TLS_CLIENT_CA: 2 },
    ...{ PACS_CLIENT_CERT: 1, WORKLIST_CLIENT_CERT: 1, DATABASE_URL: 1 },
  });
  expect(certificateDays({})).toEqual({});
});

test('of a chain that is shown the first end counts, of authorities the last', () => {
  const text = (certificate: string) => readFileSync(certificate, 'utf8');
  const [chain, authorities] = [join(folder, 'chain.pem'), join(folder, 'authorities.pem')];
  writeFileSync(chain, text(made.client.certificate) + text(made.authority) + text(made.expired.certificate));
  writeFileSync(authorities, text(made.expired.certificate) + text(made.authority));
  const shown = { PACS_CLIENT_CERT_FILE: chain, PACS_CLIENT_KEY_FILE: made.client.keyFile };
  expect(certificateDays({ ...shown, PACS_CA_FILE: authorities })).toEqual({
    PACS_CLIENT_CERT: -1,
    PACS_CA: 2,
  });
});

test('a renewed certificate is told of without a restart', () => {
  const shown = join(folder, 'shown.pem');
  copyFileSync(made.client.certificate, shown);
  const { certificates } = endsOfCredentials(
    readConfig({ PACS_URL, DATABASE_URL: `postgresql://db/ledger?sslcert=${shown}` }),
    database,
  );
  expect(Math.round(inDays(certificates.DATABASE_URL()!))).toBe(1);
  copyFileSync(made.authority, shown);
  expect(Math.round(inDays(certificates.DATABASE_URL()!))).toBe(2);
});

test('a certificate for the database that cannot be shown is refused with the other settings, by name', () => {
  const problem = (sslcert: string) => {
    try {
      readConfig({ PACS_URL, DATABASE_URL: `postgresql://u:hunter2@db/ledger?sslcert=${sslcert}` });
      return '';
    } catch (fault) {
      expect(fault).toBeInstanceOf(ConfigError);
      expect((fault as Error).message).not.toContain('hunter2');
      return (fault as Error).message;
    }
  };
  const [none, wrong] = [join(folder, 'none.pem'), made.client.keyFile];
  expect(problem(made.expired.certificate)).toMatch(
    /sslcert of DATABASE_URL names a certificate that expired at \d{4}-/,
  );
  expect(problem(none)).toContain(
    `sslcert of DATABASE_URL names a file that cannot be read (ENOENT): ${none}`,
  );
  expect(problem(wrong)).toContain(`sslcert of DATABASE_URL must name a certificate in PEM: ${wrong}`);
});

test('of the keys that open, the first end counts; not of those made for weeks, nor of those revoked', async () => {
  const store = apiKeyStore(database);
  const daysOfKeys = async (AUTH: string) => {
    const end = await endsOfCredentials(readConfig({ PACS_URL, AUTH }), database).firstKeyEnd();
    return end && Math.round(inDays(end));
  };
  const make = (name: string, days: number | null) =>
    store.create(
      { name, scopes: ['read'], expiresAt: days === null ? null : new Date(Date.now() + days * DAY_MS) },
      'test',
    );
  expect(await daysOfKeys('keys')).toBeNull();
  await make('never', null);
  await make('trial', 7);
  expect(await daysOfKeys('keys')).toBeNull();
  await make('ris', 40);
  await make('viewer', 90);
  expect(await daysOfKeys('keys')).toBe(40);
  expect(await daysOfKeys('none')).toBeNull();
  await store.revoke('ris', 'test');
  expect(await daysOfKeys('keys')).toBe(90);
});
