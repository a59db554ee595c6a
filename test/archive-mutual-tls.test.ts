import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { openArchive } from '../src/dicomweb/open-archive.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { type FaithfulArchive, faithfulArchive } from './support/faithful-archive.ts';

let folder: string;
let [first, second]: ReturnType<typeof archiveCertificates>[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutual-'));
  [first, second] = ['first', 'second'].map((name) => {
    mkdirSync(join(folder, name));
    return archiveCertificates(join(folder, name));
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An archive that wants a certificate of its own authority, and shows one. */
async function archiveOf(made: ReturnType<typeof archiveCertificates>): Promise<FaithfulArchive> {
  const ca = readFileSync(made.authority);
  const archive = await faithfulArchive({}, { ...made.good, ca, requestCert: true });
  onTestFinished(() => archive.close());
  return archive;
}

function opened(archive: FaithfulArchive, settings: Readonly<Record<string, string>>) {
  const PACS_URL = archive.dicomWebUrl.replace('127.0.0.1', 'localhost');
  const open = openArchive(readConfig({ PACS_URL, ...settings }));
  onTestFinished(() => open.close());
  return open;
}

test('the archive is believed by its own authority alone, and shown what it wants to see', async () => {
  const archive = await archiveOf(first!);
  const { certificate, keyFile } = first!.client;
  const shown = { PACS_CLIENT_CERT_FILE: certificate, PACS_CLIENT_KEY_FILE: keyFile };
  await opened(archive, { PACS_CA_FILE: first!.authority, ...shown }).ping();
  await expect(opened(archive, shown).ping()).rejects.toMatchObject({ code: 'archive-certificate-refused' });
  const unshown = opened(archive, { PACS_CA_FILE: first!.authority }).ping();
  await expect(unshown).rejects.toMatchObject({ code: 'archive-unreachable' });
});

test('what files come to hold goes for the next connection; half a renewal changes nothing', async () => {
  const [old, renewed] = [await archiveOf(first!), await archiveOf(second!)];
  const at = (name: string) => join(folder, name);
  const put = (made: ReturnType<typeof archiveCertificates>, ...names: string[]) => {
    const from: Record<string, string> = {
      ca: made.authority,
      cert: made.client.certificate,
      key: made.client.keyFile,
    };
    for (const name of names) copyFileSync(from[name]!, at(name));
  };
  put(first!, 'ca', 'cert', 'key');
  const files = {
    PACS_CA_FILE: at('ca'),
    PACS_CLIENT_CERT_FILE: at('cert'),
    PACS_CLIENT_KEY_FILE: at('key'),
  };
  const [toOld, toRenewed] = [opened(old, files), opened(renewed, files)];
  await toOld.ping();
  await expect(toRenewed.ping()).rejects.toMatchObject({ code: 'archive-certificate-refused' });
  put(second!, 'ca', 'cert');
  await toOld.ping();
  put(second!, 'key');
  await toRenewed.ping();
  await expect(toOld.ping()).rejects.toMatchObject({ code: 'archive-certificate-refused' });
}, 60_000);

test('certificates that cannot be used are told with the other settings, without a byte of them', () => {
  const secret = readFileSync(second!.client.keyFile, 'utf8');
  writeFileSync(join(folder, 'none'), 'hunter2');
  const problems = (settings: Readonly<Record<string, string>>) => {
    try {
      readConfig({ PACS_URL: 'https://pacs/dicom-web', ...settings });
      return '';
    } catch (fault) {
      return (fault as Error).message;
    }
  };
  const cert = { PACS_CLIENT_CERT_FILE: first!.client.certificate };
  expect(problems({ ...cert, PACS_CLIENT_KEY: secret })).toContain(
    'PACS_CLIENT_KEY is not the key of PACS_CLIENT_CERT',
  );
  expect(problems({ ...cert, PACS_CLIENT_KEY: 'hunter2' })).toContain(
    'PACS_CLIENT_KEY must be a private key in PEM',
  );
  const { certificate, keyFile } = first!.expired;
  expect(problems({ PACS_CLIENT_CERT_FILE: certificate, PACS_CLIENT_KEY_FILE: keyFile })).toMatch(
    /PACS_CLIENT_CERT expired at \d{4}-/,
  );
  expect(problems(cert)).toContain('PACS_CLIENT_CERT and PACS_CLIENT_KEY are set together');
  expect(problems({ PACS_CA_FILE: join(folder, 'none') })).toContain('PACS_CA must be certificates in PEM');
  expect(problems({ PACS_CA_FILE: join(folder, 'none') })).not.toContain('hunter2');
});
