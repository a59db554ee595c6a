import { expect, test } from 'vitest';
import { Fault, faultOf } from './fault.ts';

test('a fault says by its code whether a retry can help, unless it knows better', () => {
  expect(new Fault('archive-fault', 'HTTP 500')).toMatchObject({ code: 'archive-fault', retryable: true });
  expect(new Fault('archive-fault', 'HTTP 400', { retryable: false }).retryable).toBe(false);
  expect(new Fault('poison-study', 'set aside').retryable).toBe(false);
});

test('is found behind what it caused; errors of others are none', () => {
  const fault = new Fault('disk-full', 'no room');
  expect(faultOf(new Error('not written', { cause: new Error('of it', { cause: fault }) }))).toBe(fault);
  expect(faultOf(Object.assign(new Error('theirs'), { code: 'disk-full', retryable: true }))).toBeNull();
  expect(faultOf('words')).toBeNull();
  const circle = new Error('itself');
  circle.cause = circle;
  expect(faultOf(circle)).toBeNull();
});
