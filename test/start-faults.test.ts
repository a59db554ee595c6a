import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockFolder } from '../src/database/embedded/folder-lock.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { archiveCertificates } from './support/archive-certificates.ts';
import { startLedgerPlace } from './support/ledger-databases.ts';

const SERVER = fileURLToPath(new URL('../src/server.ts', import.meta.url));
const PACK = fileURLToPath(new URL('../models/default', import.meta.url));
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:9';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-faults-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a service that ends at once with 1 has said on standard error: the line that a pod's termination message ends with. */
async function lastWords(settings: Readonly<Record<string, string>>): Promise<string> {
  const { PATH } = process.env;
  const environment = {
    PATH,
    PACS_URL: `http://${NOWHERE}/dicom-web`,
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
  };
  const child = spawn(process.execPath, [SERVER], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...environment, ...settings },
    timeout: 120_000,
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(1);
  const lines = said.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^spinegrade cannot start: /);
  return lines[0]!.slice('spinegrade cannot start: '.length);
}

test('a secret that is missing: the setting and the file', async () => {
  const missing = join(folder, 'no-such-secret');
  const said = await lastWords({ PACS_TOKEN_FILE: missing });
  expect(said).toBe(
    `the settings are not usable: PACS_TOKEN_FILE names a file that cannot be read (ENOENT): ${missing} [config-unusable]`,
  );
}, 240_000);

test('a pack whose hash differs: the pack and the file', async () => {
  const pack = join(folder, 'pack');
  cpSync(PACK, pack, { recursive: true });
  cpSync(join(pack, 'localiser.onnx'), join(pack, 'classifier.onnx'));
  const said = await lastWords({ MODEL_PACK: pack });
  expect(said).toContain(pack);
  expect(said).toMatch(
    /classifier\.onnx: its SHA-256 is not the one in the manifest \[model-pack-refused\]$/,
  );
}, 240_000);

test('a certificate that has expired: the setting and when', async () => {
  const { expired, good } = archiveCertificates(mkdtempSync(join(folder, 'certificates-')));
  const own = { TLS_CERT_FILE: expired.certificate, TLS_KEY_FILE: expired.keyFile };
  expect(await lastWords(own)).toMatch(
    /^TLS_CERT is a certificate that expired at 20\d\d-\S+Z \[tls-unusable\]$/,
  );
  const shown = { PACS_CLIENT_CERT_FILE: expired.certificate, PACS_CLIENT_KEY_FILE: expired.keyFile };
  expect(await lastWords(shown)).toMatch(/PACS_CLIENT_CERT expired at 20\d\d-\S+Z \[config-unusable\]$/);
  const other = { ...own, TLS_KEY_FILE: good.keyFile };
  expect(await lastWords(other)).toMatch(/key values mismatch \[tls-unusable\]$/);
}, 240_000);

test('a port in use: the address', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const said = await lastWords({ PORT: String(port) });
  expect(said).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
  taken.close();
}, 240_000);

test('a PostgreSQL that is away: its setting, and no password', async () => {
  const said = await lastWords({ DATABASE_URL: `postgresql://user:let-me-in@${NOWHERE}/spinegrade` });
  expect(said).toMatch(/DATABASE_URL does not answer \(ECONNREFUSED\)/);
  expect(said).not.toContain('let-me-in');
}, 240_000);

test('a database of a newer version: both versions', async () => {
  const place = await startLedgerPlace('postgresql');
  const database = await openDatabase({ ...place, onFault: () => undefined });
  const { rows } = await database.query<{ version: number }>('SELECT version FROM spinegrade.schema_version');
  await database.query('UPDATE spinegrade.schema_version SET version = 999, compatible_from = 999');
  await database.close();
  const said = await lastWords({ DATABASE_URL: place.databaseUrl! });
  await place.remove();
  expect(said).toContain('version 999');
  expect(said).toContain(`up to ${rows[0]!.version}`);
  expect(said).toMatch(/newer spinegrade/);
}, 240_000);

/** Runs with a volume that is first filled, then can no longer be written to. */
async function onReadOnlyVolume(use: (volume: string) => Promise<void>, fill: (volume: string) => void) {
  const volume = mkdtempSync(join(folder, 'volume-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', volume]).status !== 0) {
    return console.info('not tried: no file system may be mounted here');
  }
  try {
    fill(volume);
    spawnSync('mount', ['-o', 'remount,ro', volume]);
    await use(volume);
  } finally {
    spawnSync('umount', [volume]);
  }
}

test('a volume that is read-only: the folder', async () => {
  const use = async (volume: string) => {
    const data = join(volume, 'data');
    const said = await lastWords({ DATA_DIR: data });
    expect(said).toMatch(`the data folder ${data} cannot be written to: EROFS: read-only file system`);
    expect(said).toMatch(/\[data-folder-unusable\]$/);
  };
  await onReadOnlyVolume(use, () => undefined);
  await onReadOnlyVolume(use, (volume) => mkdirSync(join(volume, 'data'), { mode: 0o700 }));
}, 240_000);

test('a volume that has become read-only, with all that an earlier process left there: the folder', async () => {
  await onReadOnlyVolume(
    async (volume) => {
      const data = join(volume, 'data');
      const said = await lastWords({ DATA_DIR: data });
      expect(said).toMatch(`the data folder ${data} cannot be written to: `);
      expect(said).toMatch(/\[data-folder-unusable\]$/);
    },
    (volume) => lockFolder(join(volume, 'data')).release(),
  );
}, 240_000);
