import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.ts';
import type { ConfigError } from './config-error.ts';

const PACS_URL = 'https://pacs/dicom-web';
const OAUTH = {
  PACS_OAUTH_TOKEN_URL: 'https://login/token',
  PACS_OAUTH_CLIENT_ID: 'spinegrade',
  PACS_OAUTH_CLIENT_SECRET: 'hunter2',
};
const HEADERS = { PACS_HEADERS: 'X-Api-Key=hunter2%2C,X-Site=north' };
const PROXIES = { HTTPS_PROXY: 'http://spinegrade:hunter2@proxy:3128', NO_PROXY: '.hospital.example' };

const pacs = (settings: Readonly<Record<string, string>>) => readConfig({ PACS_URL, ...settings }).pacs;
const problems = (settings: Readonly<Record<string, string>>): readonly string[] => {
  try {
    pacs(settings);
    return [];
  } catch (fault) {
    return (fault as ConfigError).problems;
  }
};

test('roots are those that are set, without a slash at their end, and no secret places', () => {
  expect(pacs({ PACS_WADO_URL: 'https://images/wado/' }).roots).toEqual({ wado: 'https://images/wado' });
  expect(problems({ PACS_QIDO_URL: 'ftp://pacs', PACS_STOW_URL: 'https://a:hunter2@pacs/?b#c' })).toEqual([
    expect.stringMatching(/^PACS_QIDO_URL must be an http or https URL/),
    expect.stringMatching(/^PACS_STOW_URL must not hold credentials/),
    expect.stringMatching(/^PACS_STOW_URL must end with the path/),
  ]);
});

test('no secret of the archive is shown when the settings are printed or refused', () => {
  const settings = { ...OAUTH, ...HEADERS, ...PROXIES };
  const config = readConfig({ PACS_URL, ...settings });
  const shown = inspect(config, { depth: 9 }) + JSON.stringify(config);
  expect(shown + problems({ ...settings, PORT: 'x' })).not.toContain('hunter2');
  expect(config.pacs.headers?.()).toEqual({ 'X-Api-Key': 'hunter2,', 'X-Site': 'north' });
  expect(config.pacs.proxies?.https?.reveal()).toBe(PROXIES.HTTPS_PROXY);
});

test('headers of a file are read again; those that are none change nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pacs-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'headers');
  writeFileSync(file, 'X-Api-Key=one\n');
  const { headers } = pacs({ PACS_HEADERS_FILE: file });
  expect(headers?.()).toEqual({ 'X-Api-Key': 'one' });
  writeFileSync(file, 'Authorization=two, two');
  expect(headers?.()).toEqual({ 'X-Api-Key': 'one' });
  writeFileSync(file, 'X-Api-Key=three');
  expect(headers?.()).toEqual({ 'X-Api-Key': 'three' });
});

test.each([
  'Authorization=a',
  'accept=a',
  'Content-Length=1',
  'X-Key',
  'X Key=a',
  'X-Key=%0d%0aHost:a',
  'X-Key=%E2%82%AC',
])('the headers %s are refused, without being repeated', (text) => {
  const [problem, ...more] = problems({ PACS_HEADERS: text });
  expect(problem).toMatch(/^PACS_HEADERS must be a list such as name=value/);
  expect([problem?.includes(text), more]).toEqual([false, []]);
});

test('a token endpoint needs its client, https, and no other credentials', () => {
  expect(pacs(OAUTH).credentials).toMatchObject({ kind: 'oauth2', clientId: 'spinegrade', scope: null });
  const { PACS_OAUTH_CLIENT_SECRET: _, ...without } = OAUTH;
  const needs = 'PACS_OAUTH_TOKEN_URL needs PACS_OAUTH_CLIENT_ID and PACS_OAUTH_CLIENT_SECRET';
  expect(problems(without)).toEqual([needs]);
  expect(problems({ ...OAUTH, PACS_TOKEN: 'a' })).toEqual([expect.stringMatching(/excludes PACS_TOKEN/)]);
  expect(problems({ ...OAUTH, PACS_USERNAME: 'a', PACS_PASSWORD: 'b' })).toHaveLength(1);
  expect(problems({ PACS_OAUTH_SCOPE: 'a' })).toEqual([
    'PACS_OAUTH_… is set, and PACS_OAUTH_TOKEN_URL is not',
  ]);
  for (const url of ['http://login/token', 'login', 'https://a:b@login/token']) {
    const [problem] = problems({ ...OAUTH, PACS_OAUTH_TOKEN_URL: url });
    expect(problem).toMatch(/^PACS_OAUTH_TOKEN_URL must be an https URL/);
  }
  expect(problems({ ...OAUTH, PACS_OAUTH_TOKEN_URL: 'http://127.0.0.1:1/token' })).toEqual([]);
});

test('a proxy may be a host and a port, as many programs take it; this machine is reached without', () => {
  const { proxies } = pacs({ HTTP_PROXY: 'proxy.example:3128', NO_PROXY: 'pacs' });
  expect(proxies?.http?.reveal()).toBe('http://proxy.example:3128');
  expect(proxies).toMatchObject({ https: null, except: 'localhost,127.0.0.1,::1,pacs' });
  expect(pacs({ NO_PROXY: 'pacs' }).proxies).toBeNull();
  expect(problems({ HTTPS_PROXY: 'socks5://proxy' })).toEqual([
    expect.stringMatching(/^HTTPS_PROXY must be/),
  ]);
});
