import { expect, test } from 'vitest';
import { pollWindow } from './poll-window.ts';

const settings = { overlapDays: 3, lookBackDays: 10 };

test.each([
  ['first start', null, '2024-03-12T23:59:59Z', { from: '20240301', to: '20240313' }],
  ['from the cursor', '2024-03-10T00:00:00Z', '2024-03-10T12:00:00Z', { from: '20240306', to: '20240311' }],
  [
    'after weeks of rest',
    '2024-01-05T10:00:00Z',
    '2024-03-10T12:00:00Z',
    { from: '20240101', to: '20240311' },
  ],
  [
    'over a leap day and a year',
    '2024-01-02T10:00:00Z',
    '2024-02-28T12:00:00Z',
    { from: '20231229', to: '20240229' },
  ],
])('%s', (_, cursor, now, expected) => {
  expect(pollWindow(cursor === null ? null : new Date(cursor), new Date(now), settings)).toEqual(expected);
});

test('today, wherever on earth the scanner stands, even without overlap', () => {
  const now = new Date('2024-03-10T12:00:00Z');
  const window = pollWindow(now, now, { overlapDays: 0, lookBackDays: 0 });
  expect(window).toEqual({ from: '20240309', to: '20240311' });
});

test('no look-back: no date filter at all', () => {
  expect(pollWindow(new Date(), new Date(), { overlapDays: 3, lookBackDays: null })).toBeNull();
});
