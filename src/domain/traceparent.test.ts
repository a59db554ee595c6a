import { expect, test } from 'vitest';
import { isSampled, parseTraceparent, traceIdsOf } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('reads what W3C Trace Context writes, and passes on what of it is known', () => {
  const read = parseTraceparent(`00-${TRACE}-${SPAN}-01`)!;
  expect(read).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(traceIdsOf(read)).toEqual({ trace_id: TRACE, span_id: SPAN });
  expect(isSampled(read)).toBe(true);
  expect(isSampled(parseTraceparent(`00-${TRACE}-${SPAN}-00`)!)).toBe(false);
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-03`)).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-00-what the future holds`)).toBe(`00-${TRACE}-${SPAN}-00`);
});

test.each([
  undefined,
  '',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-1`,
  `cc-${TRACE}-${SPAN}-01.more`,
  ` 00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01\n`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  `${TRACE}-${SPAN}-01`,
])('ignores %s', (header) => {
  expect(parseTraceparent(header)).toBeNull();
});
