import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricValue, type ServiceClient, until } from './support/service-client.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

/** An authority with certificates for localhost: one that expired yesterday, one that is good. */
function certificates(folder: string) {
  mkdirSync(folder);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const file = (name: string) => join(folder, name);
  writeFileSync(
    file('ca.cnf'),
    `[ca]
default_ca = test
[test]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
`,
  );
  writeFileSync(file('index'), '');
  writeFileSync(file('serial'), '01');
  const key = (name: string) => ['-newkey', 'rsa:2048', '-noenc', '-keyout', `${name}.key`];
  openssl('req', '-x509', ...key('ca'), '-out', 'ca.pem', '-subj', '/CN=Test authority', '-days', '2');
  const signed = (name: string, from: string, to: string) => {
    const altName = ['-addext', 'subjectAltName=DNS:localhost'];
    openssl('req', '-new', ...key(name), '-out', `${name}.csr`, '-subj', '/CN=localhost', ...altName);
    const dates = ['-startdate', from, '-enddate', to];
    const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-batch', '-notext'];
    openssl('ca', ...by, ...dates, '-in', `${name}.csr`, '-out', `${name}.pem`);
    return { key: readFileSync(file(`${name}.key`)), cert: readFileSync(file(`${name}.pem`)) };
  };
  const day = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return {
    authority: file('ca.pem'),
    expired: signed('expired', day(-9), day(-1)),
    good: signed('good', day(-1), day(1)),
  };
}

let site: TestSite;
let client: ServiceClient;
let archive: Server;
let made: ReturnType<typeof certificates>;

beforeAll(async () => {
  site = await startTestSite();
  made = certificates(join(site.folder, 'certificates'));
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
