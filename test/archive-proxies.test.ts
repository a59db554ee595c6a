import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { openArchive } from '../src/dicomweb/open-archive.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { type FaithfulArchive, faithfulArchive } from './support/faithful-archive.ts';
import { forwardProxy } from './support/forward-proxy.ts';

let folder: string;
let made: ReturnType<typeof archiveCertificates>;
let plain: FaithfulArchive;
let secure: FaithfulArchive;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proxies-'));
  made = archiveCertificates(folder);
  plain = await faithfulArchive();
  secure = await faithfulArchive({}, made.good);
}, 60_000);
afterAll(async () => {
  await plain?.close();
  await secure?.close();
  await rm(folder, { recursive: true, force: true });
});

const portOf = ({ dicomWebUrl }: FaithfulArchive) => Number(new URL(dicomWebUrl).port);

/** The archive as the settings have it, asked once: what that came to. */
async function asked(settings: Readonly<Record<string, string>>) {
  const until: Date[] = [];
  const archive = openArchive(readConfig({ PACS_URL: 'http://pacs.test/dicom-web', ...settings }), {
    onCertificate: (validTo) => until.push(validTo),
  });
  onTestFinished(() => archive.close());
  await archive.ping();
  return until;
}

describe('a name that only the proxy knows', () => {
  test('by http is asked for in absolute form', async () => {
    const proxy = await forwardProxy({ 'pacs.test': portOf(plain) });
    onTestFinished(() => proxy.close());
    await asked({ HTTP_PROXY: proxy.url.replace('http://', '') });
    expect(proxy.asked).toEqual(['GET http://pacs.test/dicom-web/studies?limit=1']);
  });

  test('by https is reached through a tunnel, whose certificate and authority are the archive’s', async () => {
    const proxy = await forwardProxy({ 'pacs.test': portOf(secure) });
    onTestFinished(() => proxy.close());
    const settings = { HTTPS_PROXY: proxy.url, PACS_URL: 'https://pacs.test/dicom-web' };
    const until = await asked({ ...settings, PACS_CA_FILE: made.authority });
    expect(until).toEqual([new Date(new X509Certificate(made.good.cert).validTo)]);
    expect(proxy.asked).toEqual(['CONNECT pacs.test:443']);
    await expect(asked(settings)).rejects.toMatchObject({ code: 'archive-certificate-refused' });
  });

  test('sees the certificate that the service shows', async () => {
    const ca = readFileSync(made.authority);
    const mutual = await faithfulArchive({}, { ...made.good, ca, requestCert: true });
    const proxy = await forwardProxy({ 'pacs.test': portOf(mutual) });
    onTestFinished(async () => {
      await proxy.close();
      await mutual.close();
    });
    const settings = {
      HTTPS_PROXY: proxy.url,
      PACS_URL: 'https://pacs.test/dicom-web',
      PACS_CA_FILE: made.authority,
    };
    const { certificate, keyFile } = made.client;
    await asked({ ...settings, PACS_CLIENT_CERT_FILE: certificate, PACS_CLIENT_KEY_FILE: keyFile });
    await expect(asked(settings)).rejects.toMatchObject({ code: 'archive-unreachable' });
  });

  test('is told by its code where the proxy wants other credentials', async () => {
    const proxy = await forwardProxy({ 'pacs.test': portOf(plain) }, 'spinegrade:hunter2');
    onTestFinished(() => proxy.close());
    const address = (credentials: string) => proxy.url.replace('://', `://${credentials}@`);
    await asked({ HTTP_PROXY: address('spinegrade:hunter2') });
    const refusal = {
      code: 'archive-unreachable',
      message: expect.stringMatching(/the proxy refuses \(HTTP 407\)$/),
    };
    await expect(asked({ HTTP_PROXY: address('spinegrade:wrong') })).rejects.toMatchObject(refusal);
    const settings = { HTTPS_PROXY: address('spinegrade:wrong'), PACS_URL: 'https://pacs.test/dicom-web' };
    await expect(asked(settings)).rejects.toMatchObject(refusal);
  });
});

test('this machine, and what NO_PROXY lists, is reached without', async () => {
  const nobody = 'http://127.0.0.1:1';
  await asked({ PACS_URL: plain.dicomWebUrl, HTTP_PROXY: nobody, HTTPS_PROXY: nobody });
  const until = await asked({
    PACS_URL: secure.dicomWebUrl.replace('127.0.0.1', 'localhost'),
    HTTPS_PROXY: nobody,
    PACS_CA: readFileSync(made.authority, 'utf8'),
  });
  expect(until).toHaveLength(1);
  const listed = { HTTP_PROXY: nobody, NO_PROXY: '*.elsewhere.test,pacs.test' };
  // Nobody knows the name, so that it is not found, which is not the proxy's refusal.
  await expect(asked(listed)).rejects.toMatchObject({
    message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
  });
});
