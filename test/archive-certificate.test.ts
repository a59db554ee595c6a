import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveCertificates } from './support/archive-certificates.ts';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

let site: TestSite;
let client: ServiceClient;
let archive: Server;
let made: ReturnType<typeof archiveCertificates>;

beforeAll(async () => {
  site = await startTestSite();
  const folder = join(site.folder, 'certificates');
  mkdirSync(folder);
  made = archiveCertificates(folder);
  archive = createServer(made.expired, (_, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => archive.listen(0, 'localhost', resolve));
  client = await site.startService({
    PACS_URL: `https://localhost:${(archive.address() as AddressInfo).port}/dicom-web`,
    NODE_EXTRA_CA_CERTS: made.authority,
  });
}, 300_000);
afterAll(async () => {
  archive?.close();
  archive?.closeAllConnections();
  await site?.close();
}, 120_000);

test('an archive whose certificate has expired is told by that, not as one that is away', async () => {
  await until('the gate to close', async () => {
    return metricValue(await client.metrics(), 'spinegrade_archive_available') === 0;
  });
  const { status, body } = await client.readiness();
  expect(status).toBe(503);
  expect(body.checks.archive).toEqual({
    ok: false,
    detail: expect.stringMatching(/the archive’s certificate is not accepted \(CERT_HAS_EXPIRED\)$/),
  });
  const away = site.service.lastLines().filter((line) => line.includes('"archive-away"'));
  expect(JSON.parse(away[0]!)).toMatchObject({ level: 50, code: 'archive-certificate-refused' });
}, 120_000);

test('once it is renewed, work goes on by itself', async () => {
  archive.setSecureContext(made.good);
  archive.closeAllConnections();
  await until('the archive to answer', async () => {
    return metricValue(await client.metrics(), 'spinegrade_archive_available') === 1;
  });
  await until('readiness', async () => (await client.readiness()).status === 200);
}, 240_000);
