import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'access-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const KEY = 'k'.repeat(32);
const OIDC = { AUTH: 'oidc', OIDC_AUDIENCE: 'a', OIDC_ISSUER: 'https://a' };
const CALLBACK = 'https://b/page/oidc/callback';

function accessOf(env: Record<string, string>) {
  return readConfig({ PACS_URL: 'http://pacs/dicom-web', ...env }).access;
}
function problemsOf(env: Record<string, string>): string {
  try {
    accessOf(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return '';
}

describe('beyond loopback', () => {
  test.each(['0.0.0.0', '::', '10.1.2.3', 'api.example', '::ffff:10.0.0.1', '128.0.0.1'])(
    'HOST=%s needs that AUTH says who may ask',
    (HOST) => {
      expect(problemsOf({ HOST })).toMatch(/^HOST=.*AUTH/);
      for (const AUTH of ['none', 'keys']) expect(problemsOf({ HOST, AUTH })).toBe('');
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('HOST=%s is this machine alone', (HOST) => {
    expect(accessOf({ HOST }).authentication).toBe('unsaid');
  });

  test('probes and metrics may be answered there all the same', () => {
    expect(problemsOf({ OPERATIONS_HOST: '0.0.0.0', OPERATIONS_PORT: '8081' })).toBe('');
  });
});

test.each([
  [{ AUTH: 'keys,none' }, 'AUTH=none'],
  [{ AUTH: 'password' }, 'AUTH must be'],
  [{ API_KEYS: `ris read ${KEY}` }, 'API_KEYS is set'],
  [{ AUTH: 'keys', API_KEYS: 'ris read short' }, 'API_KEYS must'],
  [{ AUTH: 'keys', API_KEYS: `ris write ${KEY}` }, 'API_KEYS must'],
  [{ AUTH: 'keys', API_KEYS: `ris ${KEY}` }, 'API_KEYS must'],
  [{ AUTH: 'keys', API_KEYS: `ris read ${KEY} tomorrow` }, 'API_KEYS must'],
  [{ AUTH: 'keys', API_KEYS: `ris read ${KEY}\nris read ${KEY}x` }, 'API_KEYS must'],
  [{ AUTH: 'oidc' }, 'OIDC_ISSUER must'],
  [{ AUTH: 'oidc', OIDC_ISSUER: 'https://a' }, 'OIDC_AUDIENCE must'],
  [{ AUTH: 'oidc', OIDC_AUDIENCE: 'a', OIDC_ISSUER: 'http://login.example' }, 'OIDC_ISSUER must'],
  [
    { AUTH: 'oidc', OIDC_AUDIENCE: 'a', OIDC_ISSUER: 'https://a', OIDC_ALGORITHMS: 'HS256' },
    'OIDC_ALGORITHMS must',
  ],
  [
    { AUTH: 'oidc', OIDC_AUDIENCE: 'a', OIDC_ISSUER: 'https://a', OIDC_SCOPES: 'write=x' },
    'OIDC_SCOPES must',
  ],
  [{ AUTH: 'keys', OIDC_ISSUER: 'https://a' }, 'OIDC_ISSUER is set'],
  [{ ...OIDC, OIDC_CLIENT_ID: 'page' }, 'OIDC_REDIRECT_URL must'],
  [{ ...OIDC, OIDC_CLIENT_ID: 'page', OIDC_REDIRECT_URL: 'https://b/elsewhere' }, 'OIDC_REDIRECT_URL must'],
  [
    { ...OIDC, OIDC_CLIENT_ID: 'page', OIDC_REDIRECT_URL: 'http://b/page/oidc/callback' },
    'OIDC_REDIRECT_URL must',
  ],
  [{ ...OIDC, OIDC_CLIENT_SECRET: 's' }, 'OIDC_CLIENT_SECRET or OIDC_REDIRECT_URL is set'],
  [
    { ...OIDC, OIDC_CLIENT_ID: 'page', OIDC_REDIRECT_URL: CALLBACK, OIDC_ASK_FOR: 'profile' },
    'OIDC_ASK_FOR must',
  ],
  [{ AUTH: 'keys', OIDC_CLIENT_ID: 'page', OIDC_REDIRECT_URL: CALLBACK }, 'OIDC_CLIENT_ID is set'],
  [{ SESSION_MS: '1' }, 'SESSION_MS must'],
  [{ TRUSTED_PROXIES: 'proxy.example' }, 'TRUSTED_PROXIES must'],
  [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES must'],
  [{ TRUSTED_PROXIES: '10.0.0.999' }, 'TRUSTED_PROXIES must'],
  [{ TRUSTED_PROXIES: '::1::' }, 'TRUSTED_PROXIES must'],
  [{ RATE_LIMIT_PER_KEY: '-1' }, 'RATE_LIMIT_PER_KEY must'],
  [{ TLS_CERT: 'a' }, 'TLS_CERT and TLS_KEY'],
  [{ TLS_CLIENT_CA: 'a' }, 'TLS_CLIENT_CA is set'],
])('%j is refused without repeating the key', (env, words) => {
  expect(problemsOf(env)).toContain(words);
  expect(problemsOf(env)).not.toContain(KEY);
});

test('proxies are addresses and ranges of them', () => {
  const TRUSTED_PROXIES = '10.1.0.0/16, 192.0.2.7,fd00::/8';
  expect(accessOf({ TRUSTED_PROXIES }).trustedProxies).toEqual(['10.1.0.0/16', '192.0.2.7', 'fd00::/8']);
});

test('keys of a file are what it holds now, and what it held where it has become unusable', () => {
  const file = join(folder, 'keys');
  writeFileSync(file, `# who asks\n\nris read,analyze ${KEY}\n`);
  const { keys } = accessOf({ AUTH: 'keys', API_KEYS_FILE: file });
  expect(keys?.()).toEqual([{ name: 'ris', scopes: ['read', 'analyze'], token: KEY }]);
  writeFileSync(file, `pacs admin ${KEY}2\n`);
  expect(keys?.()).toEqual([{ name: 'pacs', scopes: ['admin'], token: `${KEY}2` }]);
  writeFileSync(file, 'half a li');
  expect(keys?.()).toEqual([{ name: 'pacs', scopes: ['admin'], token: `${KEY}2` }]);
});
