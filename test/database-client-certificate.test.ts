import { chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type PrivatePostgres, startPrivatePostgres } from '../src/cli/bench/backlog/private-postgres.ts';
import { openPostgres } from '../src/database/postgres-database.ts';
import { archiveCertificates } from './support/archive-certificates.ts';

const at = (name: string) => join(folder, name);
let folder: string;
let made: ReturnType<typeof archiveCertificates>;
let postgres: PrivatePostgres;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'database-tls-'));
  mkdirSync(at('made'));
  made = archiveCertificates(at('made'));
  postgres = await startPrivatePostgres();
  await wantCertificates();
}, 120_000);
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** From now on the server speaks TLS alone, and wants a certificate made out to the user, who is localhost as these are. */
async function wantCertificates(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query(`SELECT current_setting('data_directory') AS data`);
  const data = (rows[0] as { data: string }).data;
  const { uid, gid } = statSync(data);
  const given = {
    'server.pem': made.good.certificate,
    'server.key': made.good.keyFile,
    'ca.pem': made.authority,
  };
  for (const [name, from] of Object.entries(given)) {
    copyFileSync(from, join(data, name));
    chownSync(join(data, name), uid, gid);
  }
  await client.query('CREATE ROLE localhost LOGIN');
  const settings = {
    ssl_cert_file: 'server.pem',
    ssl_key_file: 'server.key',
    ssl_ca_file: 'ca.pem',
    ssl: 'on',
  };
  for (const [name, value] of Object.entries(settings))
    await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await client.query(`COPY (SELECT 'hostssl all all 127.0.0.1/32 cert') TO '${data}/pg_hba.conf'`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}

/** A database at that server, whose user shows what lies at `shown.pem`. */
const url = (shown: string) => {
  const { port, pathname } = new URL(postgres.url);
  const tls = new URLSearchParams({ sslmode: 'verify-full', sslrootcert: made.authority });
  if (shown !== '') tls.append('sslcert', at('shown.pem'));
  if (shown !== '') tls.append('sslkey', at('shown.key'));
  return `postgresql://localhost@localhost:${port}${pathname}?${tls}`;
};

function show({ certificate, keyFile }: { readonly certificate: string; readonly keyFile: string }): void {
  copyFileSync(certificate, at('shown.pem'));
  copyFileSync(keyFile, at('shown.key'));
}

async function asked(shown: string): Promise<unknown> {
  const database = await openPostgres(url(shown), () => undefined);
  onTestFinished(() => database.close());
  return (await database.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows;
}

test('the PostgreSQL of DATABASE_URL is shown the certificate of its sslcert, as the file has it at each connection', async () => {
  show(made.client);
  expect(await asked('shown')).toEqual([{ ssl: true }]);
  await expect(asked('')).rejects.toMatchObject({ code: 'database-unavailable' });
  show(made.expired);
  await expect(asked('shown')).rejects.toMatchObject({ code: 'database-unavailable' });
  show(made.client);
  expect(await asked('shown')).toEqual([{ ssl: true }]);
}, 60_000);
