import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as ask } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Listener, listen } from '../src/http/listener.ts';
import { type TlsChange, TlsError, type TlsFiles, validTo } from '../src/http/tls.ts';
import { guardedApi } from './support/guarded-api.ts';
import { until } from './support/service-client.ts';
import { tlsCertificate } from './support/tls-certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A certificate of its own authority, by name. */
function certificate(name: string) {
  mkdirSync(join(folder, name));
  const { certificateFile, tls } = tlsCertificate(join(folder, name), 30);
  return { cert: readFileSync(certificateFile, 'utf8'), key: tls.key.toString() };
}
const first = certificate('first');
const second = certificate('second');
const client = certificate('client');

let listener: Listener;
let told: TlsChange[];
afterEach(() => listener?.close());

async function start(files: { cert: string; key: string }, clientCa: string | null = null) {
  told = [];
  const tls: TlsFiles = {
    certificate: () => files.cert,
    key: () => files.key,
    clientAuthorities: clientCa === null ? null : () => clientCa,
  };
  listener = await listen(guardedApi({}).app, { host: '127.0.0.1', port: 0, tls }, (change) =>
    told.push(change),
  );
  return Number(new URL(listener.address).port);
}

/** Status, and a header, of /healthz. */
function health(port: number, options: object): Promise<{ status: number | undefined; hsts: unknown }> {
  return new Promise((resolve, reject) => {
    ask({ host: '127.0.0.1', port, path: '/healthz', agent: false, ...options }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, hsts: answer.headers['strict-transport-security'] });
    })
      .on('error', reject)
      .end();
  });
}

test('speaks TLS from 1.2 on, says so to browsers, and nothing in the clear', async () => {
  const port = await start(first);
  expect(listener.address).toMatch(/^https:/);
  expect(await health(port, { ca: first.cert })).toEqual({ status: 200, hsts: 'max-age=31536000' });
  await expect(health(port, { ca: second.cert })).rejects.toThrow(/self-signed/);
  expect((await health(port, { ca: first.cert, maxVersion: 'TLSv1.2' })).status).toBe(200);
  const old = { ca: first.cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(health(port, old)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

test('gives new connections a renewed certificate, and keeps the old one while half of it is there', async () => {
  const files = { ...first };
  const port = await start(files);
  const open: TLSSocket = connect({ host: '127.0.0.1', port, ca: first.cert });
  await new Promise((resolve) => open.once('secureConnect', resolve));
  expect(told).toEqual([{ validTo: validTo(first.cert) }]);
  files.cert = second.cert;
  await until('that the half is noticed', () => told.length === 2);
  const { unusable } = told[1] as { unusable: Error };
  expect(unusable).toBeInstanceOf(TlsError);
  expect(unusable.message).not.toMatch(/BEGIN|MII/);
  expect((await health(port, { ca: first.cert })).status).toBe(200);
  files.key = second.key;
  await until('the renewal', () => told.length === 3);
  expect(told[2]).toEqual({ validTo: validTo(second.cert) });
  expect((await health(port, { ca: second.cert })).status).toBe(200);
  expect(open.destroyed).toBe(false);
  open.destroy();
}, 60_000);

test('asks clients for a certificate of the authorities that are named', async () => {
  const port = await start(first, client.cert);
  expect((await health(port, { ca: first.cert, cert: client.cert, key: client.key })).status).toBe(200);
  await expect(health(port, { ca: first.cert })).rejects.toThrow();
  await expect(health(port, { ca: first.cert, cert: second.cert, key: second.key })).rejects.toThrow();
});

test('does not start with a key that does not belong to the certificate', async () => {
  await expect(start({ cert: first.cert, key: second.key })).rejects.toThrow(TlsError);
  await expect(start({ cert: 'no certificate', key: first.key })).rejects.toThrow(TlsError);
});
