import { expect, test } from 'vitest';
import { forbiddenAddresses, isNetwork } from './forbidden-address.ts';

const isForbidden = forbiddenAddresses([]);

test.each([
  ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '169.254.169.254', '100.100.100.200', '168.63.129.16'],
  ...['::1', '::', 'fe80::1%eth0', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe'],
  ...['fd00:ec2::254', '2002:7f00:1::', '224.0.0.1', '255.255.255.255', 'localhost', ''],
])('%s is not connected to', (address) => {
  expect(isForbidden(address)).toBe(true);
});

test.each([
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '198.51.100.7',
  '2001:db8::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
])('%s may be', (address) => {
  expect(isForbidden(address)).toBe(false);
});

test('what the settings name may be, and nothing beside it', () => {
  const mostly = forbiddenAddresses(['127.0.0.0/8', 'fe80::/64']);
  expect(['127.0.0.1', '::ffff:127.0.0.1', 'fe80::1'].map(mostly)).toEqual([false, false, false]);
  expect(['169.254.169.254', 'fe80:1::1', '::1'].map(mostly)).toEqual([true, true, true]);
});

test('a network has an address and a length', () => {
  expect(['10.0.0.0/8', '::1/128'].map(isNetwork)).toEqual([true, true]);
  expect(['10.0.0.0', '10.0.0.0/33', '::1/129', 'a/8', '/8', '10.0.0/8'].some(isNetwork)).toBe(false);
});
