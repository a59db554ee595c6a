import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority with certificates for localhost: one that expired yesterday, one that is good. */
export function archiveCertificates(folder: string) {
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
    const altName = ['-addext', 'subjectAltName=DNS:localhost,DNS:pacs.test'];
    openssl('req', '-new', ...key(name), '-out', `${name}.csr`, '-subj', '/CN=localhost', ...altName);
    const dates = ['-startdate', from, '-enddate', to];
    const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-batch', '-notext'];
    openssl('ca', ...by, ...dates, '-in', `${name}.csr`, '-out', `${name}.pem`);
    const [certificate, keyFile] = [file(`${name}.pem`), file(`${name}.key`)];
    return { key: readFileSync(keyFile), cert: readFileSync(certificate), certificate, keyFile };
  };
  const day = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return {
    authority: file('ca.pem'),
    client: signed('client', day(-1), day(1)),
    expired: signed('expired', day(-9), day(-1)),
    good: signed('good', day(-1), day(1)),
  };
}
