import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and a certificate of its own authority for 127.0.0.1, made by openssl, that ends in `days` days. */
export function tlsCertificate(folder: string, days: number) {
  const [keyFile, certificateFile] = [join(folder, 'archive.key'), join(folder, 'archive.pem')];
  const made = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', certificateFile],
      ...['-days', String(days), '-subj', '/CN=archive', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr || String(made.error)}`);
  return { certificateFile, tls: { key: readFileSync(keyFile), cert: readFileSync(certificateFile) } };
}
