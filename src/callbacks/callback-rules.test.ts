import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hostKeys, keysFor, parseCallbackRules } from './callback-rules.ts';

const secret = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;
const parse = (file: unknown) => parseCallbackRules(JSON.stringify(file));
const good = secret(24);

test('reads endpoints, hosts and networks', () => {
  const parsed = parse({
    endpoints: [{ url: 'https://ris.example/hooks?t=1', secrets: [good, secret(64)] }],
    hosts: [{ host: 'worklist.example:8443', secrets: [good] }],
    localNetworks: ['127.0.0.0/8', '::1/128'],
  });
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join());
  const { rules } = parsed;
  expect(keysFor(rules, 'https://ris.example/hooks?t=1')).toHaveLength(2);
  expect(keysFor(rules, 'http://worklist.example:8443/any')).toHaveLength(1);
  // An endpoint is no host that clients may name.
  expect(hostKeys(rules, 'https://ris.example/hooks?t=1')).toBeNull();
  for (const url of [
    'https://worklist.example/',
    'https://worklist.example:8444/',
    'https://worklist.example.evil:8443/',
    'https://evil@worklist.example:8443/',
    'https://worklist.example:8443/#a',
    'ftp://worklist.example:8443/',
    'worklist.example:8443',
    '',
  ]) {
    expect(hostKeys(rules, url), url).toBeNull();
  }
});

test.each([
  ['endpoint with a password', { endpoints: [{ url: 'https://a:b@ris.example/', secrets: [good] }] }],
  ['two endpoints of one URL', { endpoints: [1, 2].map(() => ({ url: 'http://a/', secrets: [good] })) }],
  ['a host that is a URL', { hosts: [{ host: 'https://ris.example', secrets: [good] }] }],
  ['a host with a path', { hosts: [{ host: 'ris.example/a', secrets: [good] }] }],
  ['a secret too short', { hosts: [{ host: 'ris.example', secrets: [secret(23)] }] }],
  ['a secret too long', { hosts: [{ host: 'ris.example', secrets: [secret(65)] }] }],
  ['no secret', { hosts: [{ host: 'ris.example', secrets: [] }] }],
  ['three secrets', { hosts: [{ host: 'ris.example', secrets: [good, good, good] }] }],
  ['a network without prefix', { localNetworks: ['127.0.0.1'] }],
  ['a network too narrow', { localNetworks: ['127.0.0.1/33'] }],
  ['an unknown field', { endpoint: [] }],
  ['a list', []],
])('%s is a problem', (_, file) => {
  const parsed = parse(file);
  expect(parsed.kind).toBe('problems');
  expect(JSON.stringify(parsed)).not.toContain('whsec_A');
  expect(JSON.stringify(parsed)).not.toContain(good);
});

test('what is no JSON is a problem, and not quoted', () => {
  expect(parseCallbackRules(good)).toEqual({ kind: 'problems', problems: ['not JSON'] });
});
